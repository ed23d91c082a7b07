namespace GmmVision.Threading;

/// <summary>A picture's rows, shared out in bands. Bands start at even rows: a row of half-size chroma belongs to one of them only.</summary>
internal readonly record struct RowBands(int Height, int Count)
{
    /// <summary>First row of a band, and the one behind its last.</summary>
    public (int First, int End) this[int band] => (Edge(band), Edge(band + 1));

    private int Edge(int band) => band == Count ? Height : (int)((long)Height * band / Count) & ~1;
}
