using GmmVision.Imaging;

namespace GmmVision.Cli.Drawing;

/// <summary>Scales pictures and masks up to another size, bilinearly between the middles of pixels. Holds buffers; one thread at a time.</summary>
internal sealed class Enlarger
{
    private const int One = 128;        // two weights, one after the other, of 7 bits each stay within an int

    private readonly FrameFormat _from, _to;
    private readonly ushort[] _above, _below;        // two source rows, already as wide as the target, times One
    private readonly Frame _frame;
    private Frame? _shades, _large;     // of masks
    private readonly (int[] Index, byte[] Weight) _columns, _chromaColumns;

    /// <param name="small">Size and layout of what comes.</param>
    /// <param name="large">Size of what goes; the layout is that of what comes.</param>
    public Enlarger(FrameFormat small, FrameFormat large)
    {
        (_from, _to) = (small, small with { Width = large.Width, Height = large.Height });
        (_above, _below) = (new ushort[large.Width], new ushort[large.Width]);
        _frame = new Frame(_to);
        _columns = Weights(_from.Width, _to.Width);
        _chromaColumns = _from.Layout == PixelLayout.Yuv420 ? Weights((_from.Width + 1) / 2, (_to.Width + 1) / 2) : _columns;
    }

    /// <summary>The picture at the larger size; valid until the next call.</summary>
    public Frame Enlarge(Frame picture)
    {
        (_frame.Time, _frame.Number) = (picture.Time, picture.Number);
        for (int plane = 0; plane < _from.PlaneCount; plane++)
            Enlarge(picture, _frame, plane, plane > 0 ? _chromaColumns : _columns);
        return _frame;
    }

    /// <summary>A mask at the larger size, its contours smooth: set where half or more of what is set around covers a pixel.</summary>
    public void Enlarge(Mask mask, Mask result)
    {
        _shades ??= new Frame(new FrameFormat(_from.Width, _from.Height, PixelLayout.Gray8, ColorRange.Full));
        _large ??= new Frame(new FrameFormat(_to.Width, _to.Height, PixelLayout.Gray8, ColorRange.Full));
        for (int y = 0; y < _from.Height; y++)
        {
            ReadOnlySpan<ulong> bits = mask.Row(y);
            Span<byte> row = _shades.Row(0, y);
            for (int x = 0; x < row.Length; x++)
                row[x] = (bits[x >> 6] >> (x & 63) & 1) != 0 ? (byte)255 : (byte)0;
        }
        Enlarge(_shades, _large, 0, _columns);
        for (int y = 0; y < _to.Height; y++)
        {
            ReadOnlySpan<byte> row = _large.Row(0, y);
            Span<ulong> bits = result.Row(y);
            bits.Clear();
            for (int x = 0; x < row.Length; x++)
                bits[x >> 6] |= (ulong)(row[x] >> 7) << (x & 63);
        }
    }

    private void Enlarge(Frame from, Frame to, int plane, (int[] Index, byte[] Weight) columns)
    {
        int height = from.Format.PlaneHeight(plane), rows = to.Format.PlaneHeight(plane), width = columns.Index.Length;
        (int[] index, byte[] weight) = Weights(height, rows);
        ushort[] above = _above, below = _below;
        int have = -2;
        for (int y = 0; y < rows; y++)
        {
            if (index[y] == have + 1)
                (above, below) = (below, above);
            else if (index[y] != have)
                Widen(from.Row(plane, index[y]), above, columns);
            if (index[y] != have)
                Widen(from.Row(plane, Math.Min(index[y] + 1, height - 1)), below, columns);
            have = index[y];
            int down = weight[y], up = One - down;
            Span<byte> row = to.Row(plane, y);
            for (int x = 0; x < width; x++)
                row[x] = (byte)((above[x] * up + below[x] * down + One * One / 2) >> 14);
        }
    }

    private static void Widen(ReadOnlySpan<byte> row, ushort[] wide, (int[] Index, byte[] Weight) columns)
    {
        for (int x = 0; x < columns.Index.Length; x++)
        {
            int left = columns.Index[x], right = Math.Min(left + 1, row.Length - 1), weight = columns.Weight[x];
            wide[x] = (ushort)(row[left] * (One - weight) + row[right] * weight);
        }
    }

    // For each target pixel the source pixel left of its middle, and the weight of the one right of it.
    private static (int[] Index, byte[] Weight) Weights(int from, int to)
    {
        var index = new int[to];
        var weight = new byte[to];
        for (int i = 0; i < to; i++)
        {
            double at = Math.Clamp((i + 0.5) * from / to - 0.5, 0, from - 1);
            index[i] = (int)at;
            weight[i] = (byte)Math.Round((at - index[i]) * One);
        }
        return (index, weight);
    }
}
