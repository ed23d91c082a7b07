using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Archive;

/// <summary>Looks through the grids of motion that results keep: when did something move here?</summary>
/// <param name="zones">Where, in the pixels of the videos; none: anywhere.</param>
/// <param name="minScore">Least part of the zones that has to move in a second, 0 to 1.</param>
/// <param name="gap">Seconds without motion that do not divide a find.</param>
internal sealed class MotionSearch(IReadOnlyList<Zone> zones, double minScore, int gap)
{
    /// <summary>Whether a part of the picture is looked at, not all of it.</summary>
    public bool HasZones => zones.Count > 0;

    /// <summary>A stretch of seconds with motion there.</summary>
    /// <param name="First">Its first second since the recording's start.</param>
    /// <param name="Last">Its last.</param>
    /// <param name="Score">The largest part of the zones that moved in one of them, 0 to 1.</param>
    public readonly record struct Find(long First, long Last, double Score);

    // For each size of picture the part of the zones that each cell holds; the same for all videos of a camera.
    private readonly System.Collections.Concurrent.ConcurrentDictionary<(int Width, int Height), double[]?> _weights = new();

    /// <summary>The finds of a grid, in order.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="isWanted">Whether a second is looked at.</param>
    /// <exception cref="InvalidDataException">It is no grid, or damaged.</exception>
    public IReadOnlyList<Find> In(ReadOnlySpan<byte> file, Func<long, bool>? isWanted = null)
    {
        List<Find> finds = [];
        double[]? weights = null;
        MotionGrid.Read(file, (width, height) => weights = _weights.GetOrAdd((width, height), size => Weights(size.Width, size.Height)), (second, cells, levels) =>
        {
            if (weights is null)
                return;
            double score = 0;
            for (int i = 0; i < cells.Length; i++)
                score += weights[cells[i]] * levels[i];
            score /= 255;
            if (score <= 0 || score < minScore || isWanted?.Invoke(second) == false)
                return;
            if (finds.Count > 0 && second - finds[^1].Last <= gap + 1)
                finds[^1] = finds[^1] with { Last = second, Score = Math.Max(finds[^1].Score, score) };
            else
                finds.Add(new Find(second, second, score));
        });
        return finds;
    }

    // Null where the zones lie outside the picture.
    private double[]? Weights(int width, int height)
    {
        if (width < 1 || height < 1)
            throw new InvalidDataException("the grid of motion is damaged");
        double[] weights = new double[MotionGrid.Cells];
        if (zones.Count == 0)
        {
            Array.Fill(weights, 1.0 / MotionGrid.Cells);
            return weights;
        }
        // The picture's own pixels would be exact and slow; a cell of 16x16 points is fine enough for its part of a zone.
        const int Points = 16;
        Mask mask = new(MotionGrid.Columns * Points, MotionGrid.Rows * Points);
        foreach (Zone zone in zones)
            new Zone(zone.Corners.Select(corner => ((corner.X + 0.5) * mask.Width / width - 0.5, (corner.Y + 0.5) * mask.Height / height - 0.5))).FillInto(mask);
        int sum = 0;
        for (int y = 0; y < mask.Height; y++)
        {
            for (int x = 0; x < mask.Width; x++)
            {
                if (!mask[x, y])
                    continue;
                weights[y / Points * MotionGrid.Columns + x / Points]++;
                sum++;
            }
        }
        if (sum == 0)
            return null;
        for (int i = 0; i < weights.Length; i++)
            weights[i] /= sum;
        return weights;
    }
}
