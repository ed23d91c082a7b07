namespace GmmVision.Segmentation;

/// <summary>The regions of a picture at every level of detail: superpixels, and the order in which they are joined.</summary>
/// <remarks>Immutable; may be used from any number of threads. Takes 4 bytes a pixel, a cut some 12 more while it is made.</remarks>
public sealed class RegionHierarchy
{
    internal const int NoRegion = -1;
    private readonly int[] _superpixels;
    private readonly int _count;
    private readonly RegionOptions _options;
    private readonly bool _isEnlarged;

    internal RegionHierarchy(int width, int height, int[] superpixels, int count, IReadOnlyList<RegionJoin> joins, SegmentationFit fit, RegionOptions options, bool isEnlarged)
    {
        (Width, Height, _superpixels, _count, Joins, Fit, _options, _isEnlarged) = (width, height, superpixels, count, joins, fit, options, isEnlarged);
        HasTransparent = superpixels.Contains(NoRegion);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Superpixels that regions are joined from.</summary>
    public int Superpixels => _count;

    /// <summary>All joins, weakest difference first.</summary>
    public IReadOnlyList<RegionJoin> Joins { get; }

    /// <summary>The mixture by whose components regions are compared.</summary>
    public SegmentationFit Fit { get; }

    /// <summary>Whether the picture has transparent pixels: they get the label behind those of the regions.</summary>
    public bool HasTransparent { get; }

    /// <summary>The regions that the options ask for.</summary>
    /// <inheritdoc cref="CutAt"/>
    public LabelMap Cut() => _options.Regions is int regions ? CutTo(regions) : CutAt(_options.Threshold);

    /// <summary>The regions left when all that differ by less than a threshold are joined.</summary>
    /// <param name="threshold">0 or more; 1.2 is where people draw borders, on the average.</param>
    /// <returns>A label for each region, the largest region's first; at most 255 regions, of which the most alike are joined further.</returns>
    public LabelMap CutAt(double threshold)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threshold);
        int joins = 0;
        while (joins < Joins.Count && Joins[joins].Strength < threshold)
            joins++;
        return After(joins);
    }

    /// <summary>A number of regions, as far as there are as many.</summary>
    /// <param name="regions">1 or more. Parts of a picture that transparent pixels divide are never joined.</param>
    /// <returns>A label for each region, the largest region's first.</returns>
    public LabelMap CutTo(int regions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(regions, 1);
        return After(Math.Clamp(_count - regions, 0, Joins.Count));
    }

    private LabelMap After(int joins)
    {
        joins = Math.Max(joins, Math.Min(Joins.Count, _count - (LabelMap.MaxLabels - 1)));
        int[] region = [.. Enumerable.Range(0, _count)];
        foreach (RegionJoin join in Joins.Take(joins))
            region[join.Gone] = join.Kept;
        // A region that took others in has a smaller or greater number than they, so chains are followed to their end.
        for (int i = 0; i < _count; i++)
        {
            int root = i;
            while (region[root] != root)
                root = region[root];
            region[i] = root;
        }
        int[] regions = new int[_superpixels.Length];
        for (int i = 0; i < regions.Length; i++)
            regions[i] = _superpixels[i] == NoRegion ? NoRegion : region[_superpixels[i]];
        // Superpixels that met in the smaller picture may lie a pixel apart in this one.
        if (_isEnlarged)
            SmallerPicture.Mend(regions, _count, Width);
        long[] areas = new long[_count];
        foreach (int one in regions)
        {
            if (one != NoRegion)
                areas[one]++;
        }
        int[] order = [.. Enumerable.Range(0, _count).Where(i => areas[i] > 0).OrderByDescending(i => areas[i]).ThenBy(i => i)];
        // Past what a map can hold (islands between transparent pixels), the smallest share the last label.
        int count = Math.Min(order.Length, LabelMap.MaxLabels - 1);
        int[] rank = new int[_count];
        for (int i = 0; i < order.Length; i++)
            rank[order[i]] = Math.Min(i, count - 1);
        var map = new LabelMap(Width, Height, HasTransparent ? count + 1 : count);
        Span<byte> to = map.Labels;
        for (int i = 0; i < to.Length; i++)
            to[i] = regions[i] == NoRegion ? (byte)count : (byte)rank[regions[i]];
        return map;
    }
}
