using System.Numerics;

namespace GmmVision.Scenes.Drawing;

/// <summary>A flat piece of an object in the street, in metres, with a run of colours from one point to another.</summary>
internal readonly record struct Facet(Vector3[] Points, Vector3 Color, Vector3 From, Vector3 EndColor, Vector3 To, bool CastsShadow);

/// <summary>An object in the street: its pieces from back to front.</summary>
internal sealed class Figure
{
    private readonly List<Facet> _facets = [];
    private Vector2[] _outline = new Vector2[64];

    public void Clear() => _facets.Clear();

    public void Add(Vector3[] points, Vector3 color, Vector3 from, Vector3 endColor, Vector3 to, bool castsShadow = true) =>
        _facets.Add(new Facet(points, color, from, endColor, to, castsShadow));

    public void Add(Vector3[] points, Vector3 color, bool castsShadow = true) =>
        Add(points, color, default, color, default, castsShadow);

    /// <summary>Draws the object as the camera sees it.</summary>
    public void Draw(Canvas canvas, Camera camera)
    {
        foreach (Facet facet in _facets)
        {
            Span<Vector2> outline = Outline(facet);
            for (int i = 0; i < outline.Length; i++)
                outline[i] = camera.Project(facet.Points[i]);
            bool flat = facet.Color == facet.EndColor;
            canvas.Fill(outline, flat
                ? Gradient.Flat(facet.Color)
                : new Gradient(facet.Color, camera.Project(facet.From), facet.EndColor, camera.Project(facet.To)));
        }
    }

    /// <summary>Draws where the object keeps the light from the ground.</summary>
    public void DrawShadow(Canvas canvas, Camera camera)
    {
        foreach (Facet facet in _facets)
        {
            if (!facet.CastsShadow)
                continue;
            Span<Vector2> outline = Outline(facet);
            for (int i = 0; i < outline.Length; i++)
                outline[i] = camera.ProjectShadow(facet.Points[i]);
            canvas.Fill(outline, Vector3.Zero);
        }
    }

    private Span<Vector2> Outline(Facet facet)
    {
        if (_outline.Length < facet.Points.Length)
            _outline = new Vector2[facet.Points.Length];
        return _outline.AsSpan(0, facet.Points.Length);
    }
}
