namespace GmmVision.Segmentation;

/// <summary>Neighbouring regions of a picture, joined pair by pair, the most alike first.</summary>
/// <remarks>
/// Two neighbours differ by (half the χ² distance of their mean posteriors + mean edge along their border) · h^0.1, where h is n₁n₂ / (n₁ + n₂)
/// as a share of the picture: a small region is taken in sooner than a large one of the same look, as Ward's criterion has it, but only a little.
/// </remarks>
internal sealed class RegionGraph
{
    private const double SizeExponent = 0.1, Tiny = 1e-9;
    private readonly double[] _sizes;
    private readonly double[][] _posteriors;
    private readonly Dictionary<int, (int Length, double Edge)>[] _borders;
    private readonly int[] _versions;
    private readonly double _all;

    /// <summary>The graph of superpixels.</summary>
    /// <param name="labels">A superpixel for each pixel, or <see cref="Superpixels.None"/>.</param>
    /// <param name="count">Superpixels.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="posterior">k planes of probabilities.</param>
    /// <param name="edges">From <see cref="RegionEdges"/>.</param>
    public RegionGraph(int[] labels, int count, int width, float[] posterior, float[] edges)
    {
        int pixels = labels.Length, k = posterior.Length / pixels;
        _sizes = new double[count];
        _versions = new int[count];
        _posteriors = [.. Enumerable.Range(0, count).Select(_ => new double[k])];
        _borders = [.. Enumerable.Range(0, count).Select(_ => new Dictionary<int, (int, double)>())];
        for (int i = 0; i < pixels; i++)
        {
            if (labels[i] == Superpixels.None)
                continue;
            _sizes[labels[i]]++;
            _all++;
            double[] sums = _posteriors[labels[i]];
            for (int c = 0; c < k; c++)
                sums[c] += posterior[c * pixels + i];
            if ((i + 1) % width != 0)
                Meet(i, i + 1);
            if (i + width < pixels)
                Meet(i, i + width);
        }

        void Meet(int i, int j)
        {
            (int a, int b) = (labels[i], labels[j]);
            if (a == b || b == Superpixels.None)
                return;
            float edge = MathF.Max(edges[i], edges[j]);
            (int length, double sum) = _borders[a].GetValueOrDefault(b);
            _borders[a][b] = _borders[b][a] = (length + 1, sum + edge);
        }
    }

    /// <summary>Joins everything that touches.</summary>
    /// <returns>The joins in their order; strengths never fall.</returns>
    public List<RegionJoin> JoinAll(CancellationToken cancellation)
    {
        var queue = new PriorityQueue<(int A, int B, int VersionA, int VersionB), (double, int, int)>();
        for (int a = 0; a < _borders.Length; a++)
        {
            foreach (int b in _borders[a].Keys)
            {
                if (a < b)
                    Enqueue(a, b);
            }
        }
        List<RegionJoin> joins = [];
        double strength = 0;
        while (queue.TryDequeue(out (int A, int B, int VersionA, int VersionB) pair, out (double Difference, int, int) priority))
        {
            if (_versions[pair.A] != pair.VersionA || _versions[pair.B] != pair.VersionB)
                continue;
            cancellation.ThrowIfCancellationRequested();
            strength = Math.Max(strength, priority.Difference);
            joins.Add(new RegionJoin(pair.A, pair.B, strength));
            Join(pair.A, pair.B);
            foreach (int other in _borders[pair.A].Keys)
                Enqueue(Math.Min(pair.A, other), Math.Max(pair.A, other));
        }
        return joins;

        // Equal differences go by number, so that the order is the same everywhere.
        void Enqueue(int a, int b) => queue.Enqueue((a, b, _versions[a], _versions[b]), (Difference(a, b), a, b));
    }

    private void Join(int kept, int gone)
    {
        _sizes[kept] += _sizes[gone];
        for (int c = 0; c < _posteriors[kept].Length; c++)
            _posteriors[kept][c] += _posteriors[gone][c];
        _versions[kept]++;
        _versions[gone]++;
        _borders[kept].Remove(gone);
        foreach ((int other, (int length, double edge)) in _borders[gone])
        {
            _borders[other].Remove(gone);
            if (other == kept)
                continue;
            (int already, double sum) = _borders[kept].GetValueOrDefault(other);
            _borders[kept][other] = _borders[other][kept] = (already + length, sum + edge);
        }
        _borders[gone].Clear();
    }

    private double Difference(int a, int b)
    {
        double[] first = _posteriors[a], second = _posteriors[b];
        double ofFirst = 1 / _sizes[a], ofSecond = 1 / _sizes[b], apart = 0;
        for (int c = 0; c < first.Length; c++)
        {
            double p = first[c] * ofFirst, q = second[c] * ofSecond;
            apart += (p - q) * (p - q) / (p + q + Tiny);
        }
        (int length, double edge) = _borders[a][b];
        double size = _sizes[a] * _sizes[b] / ((_sizes[a] + _sizes[b]) * _all);
        return (apart / 2 + edge / length) * Math.Pow(size, SizeExponent);
    }
}
