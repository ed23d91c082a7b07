using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GmmVision.Background;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// Finds what is only a little improbable in every pixel, but in many neighbours at once: the mean evidence of a block is held
/// against what that block's own evidence has been, mean and scatter, while nothing was there.
/// </summary>
/// <remarks>
/// Squared Mahalanobis distances of independent pixels add up, so the mean over 64 pixels scatters by an eighth of one pixel's, and a
/// small excess is as sure as a large one of a single pixel.
/// </remarks>
internal sealed unsafe class FaintTest : IMaskStage
{
    internal const int Side = 8;                    // pixels of a block
    private const float LeastExcess = 12;           // in 1/63 of the foreground threshold: a fifth of it, what compression makes of flat parts
    private const float Certain = 8;                // deviations of the block's own evidence
    private const float Memory = 2;                 // seconds over which mean and scatter are taken ...
    private const float FastestRate = 0.02f;        // ... and at least fifty frames: of fewer, a scatter is known too badly for eight of it to be sure
    private const int LeastBlocks = 8;             // together: smaller faint things are noise
    private const float MostBlocks = 0.1f;          // of the picture: more is a light that has not been undone
    private const float MostStrong = 0.1f;          // of a group's blocks that hold plain foreground, or shadow beside it: what hangs on an object is its shadow or reflection
    private const int StrongPixels = 8;             // of a block's 64 make it one
    private const float HeldFactor = 20;            // times as long is what is found kept apart, as selective update does
    // Scatters by which a frame may add to the scatter: what comes slowly would else widen it faster than it stands out.
    private const float MostSurprise = 3;
    private const float LeastScatter = 0.25f;       // a block that has never shown anything must still be able to learn
    private const int Flat = 6;                     // grey levels within a block: twice the least deviation of a pixel
    private const int Warm = 25;                    // frames before the scatter is known

    private readonly int _width, _height, _across, _down;
    private readonly EvidenceMap _evidence;
    private readonly IlluminationCompensation? _light;
    private readonly ShadowTest? _shadows;
    private readonly FaintContour _contour = new();
    private readonly Mask _found, _kept;
    private readonly float[] _mean, _scatter, _now;
    private readonly int[] _stack;
    private readonly byte[] _state;                 // 0 nothing, 1 over its own past, 2 in a group that is an object
    private int _frames;
    private bool _any;
    private TimeSpan _last;

    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="evidence">What the model writes, of that size, with its borders repeated.</param>
    /// <param name="light">Knows which blocks look as the background does but for the light; null where nobody does.</param>
    /// <param name="shadows">Has taken shadows out of the mask before; null where nobody has.</param>
    public FaintTest(int width, int height, EvidenceMap evidence, IlluminationCompensation? light, ShadowTest? shadows = null)
    {
        _shadows = shadows;
        (_width, _height, _evidence, _light, _across, _down) = (width, height, evidence, light, width / Side, height / Side);
        (_found, _kept) = (new Mask(width, height), new Mask(width, height));
        int blocks = _across * _down;
        (_mean, _scatter, _now, _stack, _state) = (new float[blocks], new float[blocks], new float[blocks], new int[blocks], new byte[blocks]);
    }

    /// <summary>Forgets what the blocks have been like.</summary>
    public void Forget() => _frames = 0;

    /// <summary>Adds faint foreground to the plain one.</summary>
    public void Apply(in StageContext seen, Mask mask)
    {
        float rate = Math.Clamp((float)(seen.Lit.Time - _last).TotalSeconds / Memory, 0, FastestRate);
        _last = seen.Lit.Time;
        _any = Find(mask, rate, seen.Lit, seen.Background.View);
        if (!_any)
            return;
        _light?.RemoveAgreeing(_found);
        _kept.And(_found);
        mask.Or(_found);
    }

    /// <summary>
    /// The stage that gives back what the neighbour vote took away where the background is flat: there every neighbour explains what is
    /// faint, as each pixel explains itself, and says nothing of leaves or edges out of their place.
    /// </summary>
    public IMaskStage Return => new Returning(this);

    private sealed class Returning(FaintTest test) : IMaskStage
    {
        public void Apply(in StageContext seen, Mask mask)
        {
            if (test._any)
                mask.Or(test._kept);
        }
    }

    private bool Find(Mask plain, float rate, Frame frame, BackgroundView background)
    {
        Measure();
        int marked = 0;
        if (_frames++ >= Warm)
            marked = Compare();
        bool any = marked > 0 && marked <= MostBlocks * _now.Length && KeepGroups(plain, frame, background);
        Learn(rate);
        if (!any)
            return false;
        _found.Clear();
        _kept.Clear();
        for (int block = 0; block < _state.Length; block++)
            if (_state[block] == 2)
            {
                Mark(block, _found);
                if (IsFlat(block, background))
                    Mark(block, _kept);
            }
        return true;
    }

    private void Measure()
    {
        int stride = _evidence.Stride;
        const float scale = 1f / (Side * Side / 2);
        for (int row = 0; row < _down; row++)
        {
            byte* first = _evidence.Row(row * Side);
            int column = 0;
            if (Avx2.IsSupported)
                for (; column + 8 <= _across; column += 8)
                {
                    Vector256<ulong> left = default, right = default;
                    for (int y = 0; y < Side; y += 2)
                    {
                        byte* line = first + (nint)y * stride + column * Side;
                        left += Avx2.SumAbsoluteDifferences(Vector256.Load(line), Vector256<byte>.Zero).AsUInt64();
                        right += Avx2.SumAbsoluteDifferences(Vector256.Load(line + Vector256<byte>.Count), Vector256<byte>.Zero).AsUInt64();
                    }
                    Vector256<float> means = Vector256.ConvertToSingle(Vector256.Narrow(left, right).AsInt32()) * scale;
                    means.CopyTo(_now, row * _across + column);
                }
            for (; column < _across; column++)
            {
                int sum = 0;
                for (int y = 0; y < Side; y += 2)
                    for (int x = 0; x < Side; x++)
                        sum += first[(nint)y * stride + column * Side + x];
                _now[row * _across + column] = sum * scale;
            }
        }
    }

    private int Compare()
    {
        int marked = 0;
        for (int block = 0; block < _now.Length; block++)
        {
            bool over = _now[block] - _mean[block] > Math.Max(LeastExcess, Certain * _scatter[block]);
            _state[block] = over ? (byte)1 : (byte)0;
            marked += over ? 1 : 0;
        }
        return marked;
    }

    private bool KeepGroups(Mask plain, Frame frame, BackgroundView background)
    {
        bool any = false;
        Mask? shadow = _shadows?.Taken;
        for (int seed = 0; _state.AsSpan(seed).IndexOf((byte)1) is >= 0 and int next;)
        {
            seed += next;
            int count = 1, strong = 0, shadowed = 0;
            bool touches = false;
            (_stack[0], _state[seed]) = (seed, 3);
            for (int done = 0; done < count; done++)
            {
                int x = _stack[done] % _across, y = _stack[done] / _across;
                strong += IsStrong(plain, x, y) ? 1 : 0;
                shadowed += shadow != null && IsStrong(shadow, x, y) ? 1 : 0;
                for (int ny = Math.Max(0, y - 1); ny <= Math.Min(_down - 1, y + 1); ny++)
                    for (int nx = Math.Max(0, x - 1); nx <= Math.Min(_across - 1, x + 1); nx++)
                    {
                        touches = touches || shadow != null && IsStrong(plain, nx, ny);
                        if (_state[ny * _across + nx] == 1)
                        {
                            _state[ny * _across + nx] = 3;
                            _stack[count++] = ny * _across + nx;
                        }
                    }
            }
            // Who is as dark as a shadow all over comes back: he was taken out whole, so there is nobody whose shadow it could be.
            bool stays = count >= LeastBlocks && strong + (touches ? shadowed : 0) <= MostStrong * count && _contour.Has(frame, background, _stack.AsSpan(0, count), _state, _across);
            any |= stays;
            for (int i = 0; i < count; i++)
                _state[_stack[i]] = stays ? (byte)2 : (byte)3;
        }
        return any;
    }

    private static bool IsStrong(Mask plain, int column, int row)
    {
        int pixels = 0;
        for (int y = row * Side; y < (row + 1) * Side; y++)
            pixels += System.Numerics.BitOperations.PopCount((byte)(plain.Row(y)[column / 8] >> column % 8 * 8));
        return pixels >= StrongPixels;
    }

    /// <summary>Means and scatter of blocks follow; where something is, hardly.</summary>
    private void Learn(float settled)
    {
        float first = 1f / (_frames + 1), quick = Math.Max(first, settled), slow = _frames <= Warm ? quick : settled / HeldFactor;
        float most = _frames <= Warm ? float.PositiveInfinity : MostSurprise;
        Vector256<float> least = Vector256.Create(LeastScatter);
        int block = 0;
        for (; block + Vector256<float>.Count <= _now.Length; block += Vector256<float>.Count)
        {
            Vector256<int> state = Vector256.WidenLower(Vector256.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref _state[block])).AsByte().ToVector256Unsafe()).AsInt16());
            Vector256<float> rate = Vector256.ConditionalSelect(Vector256.Equals(state, Vector256<int>.Zero).AsSingle(), Vector256.Create(quick), Vector256.Create(slow));
            Vector256<float> mean = Vector256.LoadUnsafe(ref _mean[block]), scatter = Vector256.LoadUnsafe(ref _scatter[block]), difference = Vector256.LoadUnsafe(ref _now[block]) - mean;
            (mean + rate * difference).StoreUnsafe(ref _mean[block]);
            (scatter + rate * (1.25f * Vector256.Min(Vector256.Abs(difference), Vector256.Max(scatter, least) * most) - scatter)).StoreUnsafe(ref _scatter[block]);      // a Gaussian's deviation is 1.25 of its mean absolute one
        }
        for (; block < _now.Length; block++)
        {
            float rate = _state[block] == 0 ? quick : slow, difference = _now[block] - _mean[block];
            _mean[block] += rate * difference;
            _scatter[block] += rate * (1.25f * Math.Min(Math.Abs(difference), Math.Max(_scatter[block], LeastScatter) * most) - _scatter[block]);
        }
        foreach (ref byte state in _state.AsSpan())
            state = state == 2 ? (byte)2 : (byte)0;
    }

    private bool IsFlat(int block, BackgroundView background)
    {
        int left = block % _across * Side, top = block / _across * Side, lowest = int.MaxValue, highest = 0;
        for (int y = top; y < top + Side; y += 2)
            for (int x = left; x < left + Side; x += 2)
            {
                int mean = background.Mean(0, x, y);
                (lowest, highest) = (Math.Min(lowest, mean), Math.Max(highest, mean));
            }
        return highest - lowest <= Flat * BackgroundView.Level;
    }

    /// <summary>The pixels of a block whose own neighbourhood is over half of what the block asks.</summary>
    private void Mark(int block, Mask marked)
    {
        int left = block % _across * Side, top = block / _across * Side, limit = (int)(9 * (_mean[block] + 0.5f * Math.Max(LeastExcess, _now[block] - _mean[block])));
        for (int y = Math.Max(0, top - Side / 2); y < Math.Min(_height, top + Side + Side / 2); y++)
            for (int x = Math.Max(0, left - Side / 2); x < Math.Min(_width, left + Side + Side / 2); x++)
            {
                byte* at = _evidence.Row(y) + x;
                if (Row(at - _evidence.Stride) + Row(at) + Row(at + _evidence.Stride) > limit)
                    marked[x, y] = true;
            }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static int Row(byte* at) => at[-1] + at[0] + at[1];
    }
}
