using GmmVision.Background;
using GmmVision.Imaging;

namespace GmmVision.Foreground;

/// <summary>
/// Tells a faint object from a faint glow or shadow: an object ends at a contour, where the picture's difference from the background
/// steps; on a flat wall, the light of a lamp, the shadow of somebody beside the picture and what a camera's white balance does fade out.
/// </summary>
internal sealed class FaintContour
{
    private const int Side = FaintTest.Side;
    private const int Window = 3 * Side;            // pixels looked at around a block: what is marked ends up to a block inside of the object
    private const int Box = 4;                      // pixels on either side of a step: noise is averaged out of 16, and edges out of focus are not wider
    private const int Boxes = Window - Box + 1;
    private const double LeastStep = 0.5;           // of the contrast, within 4 pixels: a blur of 3 leaves so much, a fade over 16 a quarter
    private const double LeastPart = 0.4;           // of the blocks at the rim that must show one: of objects half do, of fades a third at most

    private readonly int[] _difference = new int[Window * Window], _rows = new int[Window * Boxes], _sums = new int[Boxes * Boxes];
    private int[] _means = new int[256];

    /// <summary>Whether a group of blocks has a contour.</summary>
    /// <param name="frame">The frame, in the light of the background.</param>
    /// <param name="background">What is known of it.</param>
    /// <param name="group">Numbers of blocks that lie together, row by row; at least one.</param>
    /// <param name="state">Of all blocks: other than 0 in those of the group and in none beside it.</param>
    /// <param name="across">Blocks in a row.</param>
    public bool Has(Frame frame, BackgroundView background, ReadOnlySpan<int> group, ReadOnlySpan<byte> state, int across)
    {
        (int channel, int contrast) = Strongest(frame, background, group, across);
        // Sums of 16 differences on either side.
        int least = (int)(LeastStep * contrast * Box * Box), rim = 0, steps = 0;
        foreach (int block in group)
        {
            (int x, int y) = (block % across, block / across);
            // At the picture's edge nothing can be said.
            bool isInside = (x == 0 || state[block - 1] != 0) && (x == across - 1 || state[block + 1] != 0)
                && (block < across || state[block - across] != 0) && (block + across >= state.Length || state[block + across] != 0);
            if (isInside)
                continue;
            rim++;
            steps += Steps(frame, background, channel, (x - 1) * Side, (y - 1) * Side, least) ? 1 : 0;
        }
        return steps >= LeastPart * rim;
    }

    /// <summary>The channel in which the group stands out most, and by how much its middle block does, in fractions of a grey level.</summary>
    private (int Channel, int Contrast) Strongest(Frame frame, BackgroundView background, ReadOnlySpan<int> group, int across)
    {
        if (_means.Length < group.Length)
            _means = new int[2 * group.Length];
        Span<int> means = _means.AsSpan(0, group.Length);
        (int Channel, int Contrast) most = (0, -1);
        for (int channel = 0; channel < frame.Format.PlaneCount; channel++)
        {
            for (int i = 0; i < group.Length; i++)
            {
                int left = group[i] % across * Side, top = group[i] / across * Side, sum = 0;
                for (int y = top; y < top + Side; y++)
                    for (int x = left; x < left + Side; x++)
                        sum += Difference(frame, background, channel, x, y);
                means[i] = Math.Abs(sum) / (Side * Side);
            }
            means.Sort();
            if (means[group.Length / 2] > most.Contrast)
                most = (channel, means[group.Length / 2]);
        }
        return most;
    }

    private bool Steps(Frame frame, BackgroundView background, int channel, int left, int top, int least)
    {
        for (int y = 0; y < Window; y++)
        {
            int row = Math.Clamp(top + y, 0, frame.Height - 1);
            for (int x = 0; x < Window; x++)
                _difference[y * Window + x] = Difference(frame, background, channel, Math.Clamp(left + x, 0, frame.Width - 1), row);
        }
        for (int y = 0; y < Window; y++)
            for (int x = 0; x < Boxes; x++)
                _rows[y * Boxes + x] = _difference[y * Window + x] + _difference[y * Window + x + 1] + _difference[y * Window + x + 2] + _difference[y * Window + x + 3];
        for (int y = 0; y < Boxes; y++)
            for (int x = 0; x < Boxes; x++)
                _sums[y * Boxes + x] = _rows[y * Boxes + x] + _rows[(y + 1) * Boxes + x] + _rows[(y + 2) * Boxes + x] + _rows[(y + 3) * Boxes + x];
        for (int y = 0; y < Boxes; y++)
            for (int x = 0; x < Boxes; x++)
            {
                int here = _sums[y * Boxes + x];
                if (x + Box < Boxes && Math.Abs(_sums[y * Boxes + x + Box] - here) >= least || y + Box < Boxes && Math.Abs(_sums[(y + Box) * Boxes + x] - here) >= least)
                    return true;
            }
        return false;
    }

    private static int Difference(Frame frame, BackgroundView background, int channel, int x, int y)
    {
        int scale = channel > 0 && frame.Format.Layout == PixelLayout.Yuv420 ? 2 : 1;
        return frame.Row(channel, y / scale)[x / scale] * BackgroundView.Level - background.Mean(channel, x, y);
    }
}
