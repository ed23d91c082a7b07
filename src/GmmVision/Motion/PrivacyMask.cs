using GmmVision.Imaging;

namespace GmmVision.Motion;

/// <summary>Blackens parts of frames before anybody sees them.</summary>
/// <remarks>Immutable; any number of threads may use one on frames of their own. Allocates nothing.</remarks>
public sealed class PrivacyMask
{
    private readonly Mask _mask;
    private readonly int _firstRow, _rowBehindLast;

    /// <summary>From polygons.</summary>
    /// <param name="zones">What to hide.</param>
    /// <param name="width">Pixels in a row of the frames.</param>
    /// <param name="height">Rows of the frames.</param>
    /// <exception cref="ArgumentException">A zone lies wholly outside the picture.</exception>
    public PrivacyMask(IReadOnlyList<Zone> zones, int width, int height)
        : this(Zone.Union(zones, width, height))
    {
    }

    /// <summary>From a mask, whose pixels are copied.</summary>
    public PrivacyMask(Mask hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        _mask = new Mask(hidden.Width, hidden.Height);
        _mask.CopyFrom(hidden);
        _firstRow = 0;
        while (_firstRow < _mask.Height && !_mask.Row(_firstRow).ContainsAnyExcept(0UL))
            _firstRow++;
        _rowBehindLast = _mask.Height;
        while (_rowBehindLast > _firstRow && !_mask.Row(_rowBehindLast - 1).ContainsAnyExcept(0UL))
            _rowBehindLast--;
    }

    /// <summary>The pixels that are hidden. Not to be changed.</summary>
    public Mask Hidden => _mask;

    /// <summary>Whether nothing is hidden.</summary>
    public bool IsEmpty => _firstRow == _rowBehindLast;

    /// <summary>Sets what is to be hidden to black, in every plane. A chroma sample goes when any of the pixels that share it is hidden.</summary>
    /// <exception cref="ArgumentException">The frame has another size.</exception>
    public void Apply(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Width != _mask.Width || frame.Height != _mask.Height)
            throw new ArgumentException($"The privacy mask is {_mask.Width}x{_mask.Height}, the frame {frame.Width}x{frame.Height}.");
        byte black = frame.Format.Layout != PixelLayout.Rgb && frame.Format.Range == ColorRange.Limited ? (byte)16 : (byte)0;
        for (int plane = 0; plane < frame.Format.PlaneCount; plane++)
        {
            bool chroma = plane > 0 && frame.Format.Layout == PixelLayout.Yuv420;
            for (int y = _firstRow; y < _rowBehindLast; y++)
                Blacken(_mask.Row(y), frame.Row(plane, chroma ? y / 2 : y), chroma ? 1 : 0, chroma ? (byte)128 : black);
        }
    }

    private static void Blacken(ReadOnlySpan<ulong> row, Span<byte> samples, int shift, byte black)
    {
        for (int i = 0; i < row.Length; i++)
        {
            for (ulong bits = row[i]; bits != 0;)
            {
                int start = System.Numerics.BitOperations.TrailingZeroCount(bits);
                int length = System.Numerics.BitOperations.TrailingZeroCount(~(bits >> start));
                bits = start + length == 64 ? 0 : bits >> (start + length) << (start + length);
                int first = (i << 6) + start, last = first + length - 1;
                samples[(first >> shift)..((last >> shift) + 1)].Fill(black);
            }
        }
    }
}
