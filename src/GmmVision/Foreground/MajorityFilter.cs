using System.Numerics;
using System.Runtime.CompilerServices;
using GmmVision.Imaging;
using GmmVision.Simd;

namespace GmmVision.Foreground;

/// <summary>
/// Sets a pixel where at least so many pixels of the square around it are set: with the default number, the median
/// of the square.
/// </summary>
/// <remarks>
/// Beyond the border the outermost pixels repeat, as in OpenCV's <c>medianBlur</c>, whose result this is bit for bit.
/// 64 pixels are counted at once: a counter of n bits is n words, one for each binary digit, added with the logic of
/// a full adder. Cost grows slowly with the size; where nothing is set for a few hundred pixels there is nothing to count. Holds scratch memory: one instance per thread. Allocates nothing after construction.
/// </remarks>
public sealed unsafe class MajorityFilter : IMaskStage
{
    /// <summary>The largest size of the square.</summary>
    public const int MaxSize = 15;

    private readonly int _radius, _rowDigits, _sumDigits, _stride, _wordsPerRow;
    private readonly ulong[] _lineBuffer, _rowsBuffer, _sumBuffer;      // pinned: the pointers below stay true
    private readonly ulong* _line, _rows, _sum;
    private readonly ulong[] _pieces;           // of each row in the ring, a bit for each piece in which something is set
    private readonly Action<Mask, Mask> _applyWidest;

    /// <summary>A filter for masks of one size.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="size">Side of the square: odd, 1 to 15; 1 leaves masks as they are.</param>
    /// <param name="threshold">How many pixels of the square must be set, 1 to size²; null: more than half of them.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public MajorityFilter(int width, int height, int size, int? threshold = null)
    {
        _ = new FrameFormat(width, height, PixelLayout.Gray8).Validate();
        Range.Check(size is >= 1 and <= MaxSize && size % 2 == 1, size, $"odd, 1 to {MaxSize}");
        int enough = threshold ?? size * size / 2 + 1;
        Range.Check(enough >= 1 && enough <= size * size, threshold, $"1 to {size * size} pixels of the square, or none for more than half of them");

        (Width, Height, Size, Threshold) = (width, height, size, enough);
        _wordsPerRow = (width + 63) / 64;
        _radius = size / 2;
        _rowDigits = Digits(size);
        _sumDigits = Digits(size * size);
        // One word more than a row for the repeated border on the right, rounded up to the widest vector.
        _stride = (_wordsPerRow + 1 + 7) / 8 * 8;
        _lineBuffer = GC.AllocateArray<ulong>(_stride + 8, pinned: true);
        _rowsBuffer = GC.AllocateArray<ulong>(size * _rowDigits * _stride, pinned: true);
        _sumBuffer = GC.AllocateArray<ulong>(_sumDigits * _stride, pinned: true);
        _line = (ulong*)Unsafe.AsPointer(ref _lineBuffer[0]);
        _rows = (ulong*)Unsafe.AsPointer(ref _rowsBuffer[0]);
        _sum = (ulong*)Unsafe.AsPointer(ref _sumBuffer[0]);
        _pieces = new ulong[size];
        _applyWidest = LaneWidth.Choose<Action<Mask, Mask>>(Apply<Words512>, Apply<Words256>, Apply<Words128>);
    }

    private static int Digits(int largest) => 32 - int.LeadingZeroCount(largest);

    /// <summary>Pixels in a row of the masks that it takes.</summary>
    public int Width { get; }

    /// <summary>Rows of the masks that it takes.</summary>
    public int Height { get; }

    /// <summary>Side of the square.</summary>
    public int Size { get; }

    /// <summary>How many pixels of the square must be set.</summary>
    public int Threshold { get; }

    /// <summary>Filters a mask into another, or in place.</summary>
    /// <param name="source">What to filter.</param>
    /// <param name="destination">Where the result goes; may be the source.</param>
    /// <exception cref="ArgumentException">A mask has another size than the filter.</exception>
    public void Apply(Mask source, Mask destination) => _applyWidest(source, destination);

    void IMaskStage.Apply(in StageContext seen, Mask mask) => Apply(mask, mask);

    bool IMaskStage.NeedsMaskOnly => true;

    // A running sum over rows: the counts of the row that enters the square are added, those of the row that leaves are taken away.
    internal void Apply<T>(Mask source, Mask destination)
        where T : struct, IWords<T>
    {
        MaskSize.Require(source, Width, Height);
        MaskSize.Require(destination, Width, Height);
        _sumBuffer.AsSpan().Clear();

        CountRow<T>(source, 0);
        int rowsInSum = 0;         // how many rows of the square have a pixel: with none there is nothing to decide
        for (int y = -_radius; y <= _radius; y++)
        {
            int row = Math.Clamp(y, 0, Height - 1);
            if (y > 0 && y == row)
                CountRow<T>(source, row);
            if (_pieces[row % Size] != 0)
            {
                AddRow<T>(row % Size);
                rowsInSum++;
            }
        }
        for (int y = 0; y < Height; y++)
        {
            bool changed = y == 0;
            if (y > 0)
            {
                // The row that leaves and the row that enters share a place in the ring: take away before it is written over.
                int leaves = Math.Max(y - 1 - _radius, 0) % Size, enters = Math.Min(y + _radius, Height - 1);
                if (_pieces[leaves] != 0)
                {
                    SubtractRow<T>(leaves);
                    rowsInSum--;
                    changed = true;
                }
                if (y + _radius < Height)
                    CountRow<T>(source, enters);
                if (_pieces[enters % Size] != 0)
                {
                    AddRow<T>(enters % Size);
                    rowsInSum++;
                    changed = true;
                }
            }
            Span<ulong> to = destination.Row(y);
            if (rowsInSum == 0)
                to.Clear();
            else if (!changed)
                destination.Row(y - 1).CopyTo(to);
            else
            {
                Decide<T>(to);
                to[^1] &= destination.LastWordMask;
            }
        }
    }

    /// <summary>Words of a piece: whole vectors, and at most 64 pieces in a row.</summary>
    private int Piece<T>() where T : struct, IWords<T> => ((_stride + 63) / 64 + T.Count - 1) / T.Count * T.Count;

    // For every pixel of a row, how many of the Size pixels around it are set, into the row's place in the ring.
    private void CountRow<T>(Mask source, int y)
        where T : struct, IWords<T>
    {
        ReadOnlySpan<ulong> row = source.Row(y);
        ref ulong pieces = ref _pieces[y % Size];
        pieces = 0;
        int first = row.IndexOfAnyExcept(0UL);
        if (first < 0)
            return;
        LoadLine(row);
        ulong* digits = _rows + (nint)(y % Size) * _rowDigits * _stride;
        // A piece's counts also look at the word behind it.
        int length = Piece<T>();
        for (int piece = Math.Max(0, first - 1) / length, at = piece * length; at < _stride; at += length, piece++)
        {
            if (!new ReadOnlySpan<ulong>(_line + at, Math.Min(length, _stride - at) + 1).ContainsAnyExcept(0UL))
                continue;
            pieces |= 1UL << piece;
            CountLine<T>(_line + at, digits + at, Math.Min(length, _stride - at), _stride, Size, _rowDigits);
        }
    }

    // The row, moved right by the radius so that the pixels around x are x to x + Size - 1, its ends repeated.
    private void LoadLine(ReadOnlySpan<ulong> row)
    {
        int last = _wordsPerRow - 1;
        ulong left = 0 - (row[0] & 1);
        ulong right = 0 - (row[last] >> ((Width - 1) & 63) & 1);
        ulong lastWord = (Width & 63) == 0 ? row[last] : row[last] | right << (Width & 63);
        if (_radius == 0)
        {
            row.CopyTo(new Span<ulong>(_line, row.Length));
            return;
        }
        ulong before = left;
        for (int i = 0; i < last; i++)
        {
            _line[i] = row[i] << _radius | before >> (64 - _radius);
            before = row[i];
        }
        _line[last] = lastWord << _radius | before >> (64 - _radius);
        _line[last + 1] = right << _radius | lastWord >> (64 - _radius);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CountLine<T>(ulong* line, ulong* digits, int count, int stride, int size, int rowDigits)
        where T : struct, IWords<T>
    {
        for (int i = 0; i < count; i += T.Count)
        {
            T here = T.Load(line + i), next = T.Load(line + i + 1);
            T d0 = here, d1 = T.Zero, d2 = T.Zero, d3 = T.Zero;
            for (int j = 1; j < size; j += 2)
            {
                T a = here >> j | next << (64 - j), b = here >> (j + 1) | next << (63 - j);
                T carry = T.Carry(d0, a, b);
                d0 = T.Sum(d0, a, b);
                T carry1 = d1 & carry;
                d1 ^= carry;
                T carry2 = d2 & carry1;
                d2 ^= carry1;
                d3 ^= carry2;
            }
            T.Store(d0, digits + i);
            if (rowDigits > 1)
                T.Store(d1, digits + stride + i);
            if (rowDigits > 2)
                T.Store(d2, digits + 2 * stride + i);
            if (rowDigits > 3)
                T.Store(d3, digits + 3 * stride + i);
        }
    }

    private void AddRow<T>(int place) where T : struct, IWords<T>
    {
        ulong* row = _rows + (nint)place * _rowDigits * _stride;
        for (ulong pieces = _pieces[place]; pieces != 0; pieces &= pieces - 1)
        {
            int at = BitOperations.TrailingZeroCount(pieces) * Piece<T>();
            Add<T>(_sum + at, row + at, Math.Min(Piece<T>(), _stride - at), _stride, _sumDigits, _rowDigits);
        }
    }

    private void SubtractRow<T>(int place) where T : struct, IWords<T>
    {
        ulong* row = _rows + (nint)place * _rowDigits * _stride;
        for (ulong pieces = _pieces[place]; pieces != 0; pieces &= pieces - 1)
        {
            int at = BitOperations.TrailingZeroCount(pieces) * Piece<T>();
            Subtract<T>(_sum + at, row + at, Math.Min(Piece<T>(), _stride - at), _stride, _sumDigits, _rowDigits);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Add<T>(ulong* sum, ulong* row, int count, int stride, int sumDigits, int rowDigits)
        where T : struct, IWords<T>
    {
        for (int i = 0; i < count; i += T.Count)
        {
            T carry = T.Zero;
            ulong* s = sum + i;
            for (int digit = 0; digit < rowDigits; digit++, s += stride)
            {
                T a = T.Load(s), b = T.Load(row + digit * stride + i);
                T.Store(T.Sum(a, b, carry), s);
                carry = T.Carry(a, b, carry);
            }
            for (int digit = rowDigits; digit < sumDigits; digit++, s += stride)
            {
                T a = T.Load(s);
                T.Store(a ^ carry, s);
                carry &= a;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Subtract<T>(ulong* sum, ulong* row, int count, int stride, int sumDigits, int rowDigits)
        where T : struct, IWords<T>
    {
        for (int i = 0; i < count; i += T.Count)
        {
            T borrow = T.Zero;
            ulong* s = sum + i;
            for (int digit = 0; digit < rowDigits; digit++, s += stride)
            {
                T a = T.Load(s), b = T.Load(row + digit * stride + i);
                T.Store(T.Sum(a, b, borrow), s);
                borrow = T.Carry(~a, b, borrow);
            }
            for (int digit = rowDigits; digit < sumDigits; digit++, s += stride)
            {
                T a = T.Load(s);
                T.Store(a ^ borrow, s);
                borrow &= ~a;
            }
        }
    }

    private void Decide<T>(Span<ulong> to) where T : struct, IWords<T>
    {
        ulong any = 0;
        foreach (ulong pieces in _pieces)
            any |= pieces;
        to.Clear();
        for (; any != 0; any &= any - 1)
        {
            int at = BitOperations.TrailingZeroCount(any) * Piece<T>(), count = Math.Min(Piece<T>(), _stride - at);
            Decide<T>(_sum + at, _line + at, count, _stride, _sumDigits, (1 << _sumDigits) - Threshold);
            if (at < to.Length)
                new ReadOnlySpan<ulong>(_line + at, Math.Min(count, to.Length - at)).CopyTo(to[at..]);
        }
    }

    // Sum >= threshold is the carry out of the sum + (2^digits - threshold), added digit by digit.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Decide<T>(ulong* sum, ulong* decision, int count, int stride, int sumDigits, int complement)
        where T : struct, IWords<T>
    {
        for (int i = 0; i < count; i += T.Count)
        {
            T carry = T.Zero;
            for (int digit = 0; digit < sumDigits; digit++)
            {
                T s = T.Load(sum + digit * stride + i);
                carry = (complement >> digit & 1) != 0 ? s | carry : s & carry;
            }
            T.Store(carry, decision + i);
        }
    }
}
