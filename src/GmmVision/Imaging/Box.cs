namespace GmmVision.Imaging;

/// <summary>A rectangle of whole pixels; <paramref name="X"/> and <paramref name="Y"/> are its first column and row.</summary>
/// <param name="X">First column.</param>
/// <param name="Y">First row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct Box(int X, int Y, int Width, int Height)
{
    /// <summary>The column behind the last.</summary>
    public int Right => X + Width;

    /// <summary>The row below the last.</summary>
    public int Bottom => Y + Height;

    /// <summary>Whether there is no pixel in it.</summary>
    public bool IsEmpty => Width <= 0 || Height <= 0;

    /// <summary>The smallest box around both; an empty one does not count.</summary>
    public Box Union(Box other)
    {
        if (IsEmpty)
            return other;
        if (other.IsEmpty)
            return this;
        int x = Math.Min(X, other.X), y = Math.Min(Y, other.Y);
        return new Box(x, y, Math.Max(Right, other.Right) - x, Math.Max(Bottom, other.Bottom) - y);
    }

    /// <summary>What both have in common; empty where they do not touch.</summary>
    public Box Intersect(Box other)
    {
        int x = Math.Max(X, other.X), y = Math.Max(Y, other.Y);
        return new Box(x, y, Math.Max(0, Math.Min(Right, other.Right) - x), Math.Max(0, Math.Min(Bottom, other.Bottom) - y));
    }
}
