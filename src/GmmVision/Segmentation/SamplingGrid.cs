namespace GmmVision.Segmentation;

/// <summary>
/// Which pixels a mixture is fitted to: all of them, or one of each square cell of a grid, its place in the cell drawn at
/// random (a regular grid would see only one phase of a regular pattern).
/// </summary>
/// <remarks>The same size and seed give the same pixels. Immutable.</remarks>
public sealed class SamplingGrid
{
    private readonly int _width, _height, _cell;
    private readonly ulong _seed;

    /// <summary>A grid over a picture.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="maxSize">The most cells on the longer side; 0 takes every pixel.</param>
    /// <param name="seed">Draws the place in each cell.</param>
    public SamplingGrid(int width, int height, int maxSize, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(maxSize);
        (_width, _height, _seed) = (width, height, (ulong)(uint)seed);
        _cell = maxSize == 0 ? 1 : (Math.Max(width, height) + maxSize - 1) / maxSize;
        Columns = (width + _cell - 1) / _cell;
        Rows = (height + _cell - 1) / _cell;
    }

    /// <summary>Pixels on a cell's side; cells at the right and lower edge may be cut off.</summary>
    public int CellSize => _cell;

    /// <summary>Cells in a row.</summary>
    public int Columns { get; }

    /// <summary>Rows of cells.</summary>
    public int Rows { get; }

    /// <summary>Cells, which is pixels taken.</summary>
    public int Count => Columns * Rows;

    /// <summary>Whether every pixel is taken.</summary>
    public bool IsComplete => _cell == 1;

    /// <summary>The pixel that is taken of a cell.</summary>
    public (int X, int Y) Pixel(int column, int row)
    {
        if (_cell == 1)
            return (column, row);
        int left = column * _cell, top = row * _cell;
        ulong random = Mix(_seed << 32 ^ (ulong)row * (ulong)Columns + (ulong)column);
        return (left + (int)((random & 0xFFFFFF) * (ulong)Math.Min(_cell, _width - left) >> 24),
            top + (int)((random >> 32 & 0xFFFFFF) * (ulong)Math.Min(_cell, _height - top) >> 24));
    }

    // SplitMix64's finaliser (Steele, Lea, Flood 2014): every bit of a counter reaches every bit of the result.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9;
        value = (value ^ value >> 27) * 0x94D049BB133111EB;
        return value ^ value >> 31;
    }
}
