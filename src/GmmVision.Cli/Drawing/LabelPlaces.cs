using GmmVision.Imaging;

namespace GmmVision.Cli.Drawing;

/// <summary>Finds places for the labels of boxes in a picture, so that none covers another. One picture after the other.</summary>
internal sealed class LabelPlaces
{
    private readonly List<Box> _taken = [];

    /// <summary>Begins a picture.</summary>
    /// <param name="taken">Where other text stands.</param>
    public void Begin(Box taken)
    {
        _taken.Clear();
        _taken.Add(taken);
    }

    /// <summary>A place at a box: above it if there is room, else below, beside or in it.</summary>
    /// <param name="around">What is labelled.</param>
    /// <param name="width">Of the label.</param>
    /// <param name="height">Of the label.</param>
    /// <param name="picture">Size of the picture.</param>
    /// <returns>Its left upper corner; null where every place is taken.</returns>
    public (int X, int Y)? Find(Box around, int width, int height, (int Width, int Height) picture)
    {
        ReadOnlySpan<(int X, int Y)> places =
        [
            (around.X, around.Y - height), (around.X, around.Bottom), (around.Right - width, around.Y - height), (around.Right - width, around.Bottom),
            (around.Right, around.Y), (around.X - width, around.Y), (around.X, around.Y), (around.X, around.Bottom - height),
        ];
        foreach ((int x, int y) in places)
        {
            Box label = new(Math.Clamp(x, 0, Math.Max(0, picture.Width - width)), y, width, height);
            if (y < 0 || label.Bottom > picture.Height || _taken.Exists(other => !other.Intersect(label).IsEmpty))
                continue;
            _taken.Add(label);
            return (label.X, label.Y);
        }
        return null;
    }
}
