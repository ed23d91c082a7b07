using GmmVision.Imaging;

namespace GmmVision.Motion;

/// <summary>Which cells of the picture a <see cref="SmartMask"/> masks at a moment. Immutable, for any thread: where others are masked, there is another one.</summary>
public sealed class MaskedCells
{
    private readonly bool[] _cells;
    private readonly int _width, _height;

    internal MaskedCells(int width, int height, int columns, int rows, ReadOnlySpan<bool> cells)
    {
        (_width, _height, Columns, Rows, _cells) = (width, height, columns, rows, cells.ToArray());
        Count = cells.Count(true);
    }

    /// <summary>Cells in a row.</summary>
    public int Columns { get; }

    /// <summary>Rows of cells.</summary>
    public int Rows { get; }

    /// <summary>How many cells are masked.</summary>
    public int Count { get; }

    /// <summary>The part of the cells that is masked, 0 to 1.</summary>
    public double Share => (double)Count / _cells.Length;

    /// <summary>Whether a cell is masked.</summary>
    /// <param name="column">0 to <see cref="Columns"/> - 1.</param>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cell.</exception>
    public bool this[int column, int row] => _cells[IndexOf(column, row)];

    /// <summary>Where a cell is, in pixels.</summary>
    /// <param name="column">0 to <see cref="Columns"/> - 1.</param>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cell.</exception>
    public Box BoxOf(int column, int row)
    {
        _ = IndexOf(column, row);
        (int left, int top) = (Edge(column, _width, Columns), Edge(row, _height, Rows));
        return new Box(left, top, Edge(column + 1, _width, Columns) - left, Edge(row + 1, _height, Rows) - top);
    }

    /// <summary>The first pixel of a cell; that behind the last cell is the number of pixels.</summary>
    internal static int Edge(int cell, int pixels, int cells) => (int)((long)cell * pixels / cells);

    private int IndexOf(int column, int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Columns);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        return row * Columns + column;
    }
}
