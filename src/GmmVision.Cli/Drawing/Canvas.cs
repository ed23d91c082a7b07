using GmmVision.Imaging;

namespace GmmVision.Cli.Drawing;

/// <summary>Draws boxes and text straight into the planes of a Yuv420 frame; what lies outside of the picture is cut off.</summary>
internal sealed class Canvas
{
    /// <summary>A canvas for pictures like those of a source, which may be grey.</summary>
    public Canvas(FrameFormat source) => Frame = new Frame(source with { Layout = PixelLayout.Yuv420 });

    /// <summary>What is drawn on.</summary>
    public Frame Frame { get; }

    /// <summary>How large letters and lines are, so that they look alike at every size: 1 at 360 rows, 3 at 1080.</summary>
    public int Scale => Math.Max(1, (Frame.Height + 120) / 360);

    /// <summary>A colour of this canvas, from R, G, B of 0 to 255.</summary>
    public Paint Color(int r, int g, int b) => Paint.FromRgb(r, g, b, Frame.Format.Range);

    /// <summary>Starts over with a picture, Yuv420 or grey.</summary>
    public void Load(Frame picture)
    {
        if (picture.Format.Layout == PixelLayout.Yuv420)
        {
            Frame.CopyFrom(picture);
            return;
        }
        (Frame.Time, Frame.Number) = (picture.Time, picture.Number);
        for (int y = 0; y < Frame.Height; y++)
            picture.Row(0, y).CopyTo(Frame.Row(0, y));
        for (int plane = 1; plane < 3; plane++)
        {
            for (int y = 0; y < Frame.Format.PlaneHeight(plane); y++)
                Frame.Row(plane, y).Fill(128);
        }
    }

    /// <summary>Fills a box.</summary>
    public void Fill(Box box, Paint paint)
    {
        box = box.Intersect(new Box(0, 0, Frame.Width, Frame.Height));
        if (box.IsEmpty)
            return;
        for (int y = box.Y; y < box.Bottom; y++)
            Frame.Row(0, y)[box.X..box.Right].Fill(paint.Y);
        for (int y = box.Y / 2; y <= (box.Bottom - 1) / 2; y++)
        {
            Range columns = (box.X / 2)..((box.Right - 1) / 2 + 1);
            Frame.Row(1, y)[columns].Fill(paint.U);
            Frame.Row(2, y)[columns].Fill(paint.V);
        }
    }

    /// <summary>Fills a box with slanting lines; those of boxes side by side meet.</summary>
    public void Hatch(Box box, Paint paint)
    {
        int width = Scale, period = 6 * Scale;
        for (int y = box.Y; y < box.Bottom; y++)
            for (int x = box.X + (period - (box.X + y) % period) % period - period; x < box.Right; x += period)
            {
                int left = Math.Max(x, box.X);
                Fill(new Box(left, y, Math.Min(x + width, box.Right) - left, 1), paint);
            }
    }

    /// <summary>Draws the border of a box, inside of it.</summary>
    public void Outline(Box box, int thickness, Paint paint)
    {
        Fill(box with { Height = thickness }, paint);
        Fill(box with { Y = box.Bottom - thickness, Height = thickness }, paint);
        Fill(box with { Width = thickness }, paint);
        Fill(box with { X = box.Right - thickness, Width = thickness }, paint);
    }

    /// <summary>Draws a straight line from point to point; the middle of the first pixel is 0,0.</summary>
    public void Line((double X, double Y) from, (double X, double Y) to, int thickness, Paint paint)
    {
        // Coordinates may lie far outside: only as many steps as the picture can hold are drawn.
        if (!Clip(ref from, ref to))
            return;
        int steps = (int)Math.Ceiling(Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)));
        for (int i = 0; i <= steps; i++)
        {
            double part = steps == 0 ? 0 : (double)i / steps;
            Fill(new Box((int)Math.Round(from.X + part * (to.X - from.X)) - thickness / 2, (int)Math.Round(from.Y + part * (to.Y - from.Y)) - thickness / 2, thickness, thickness), paint);
        }
    }

    // Liang and Barsky 1984: the part of a line inside of a rectangle, here the picture and a little around it.
    private bool Clip(ref (double X, double Y) from, ref (double X, double Y) to)
    {
        const double around = 20;
        (double dx, double dy) = (to.X - from.X, to.Y - from.Y);
        double enter = 0, leave = 1;
        ReadOnlySpan<(double Step, double Room)> sides =
            [(-dx, from.X + around), (dx, Frame.Width + around - from.X), (-dy, from.Y + around), (dy, Frame.Height + around - from.Y)];
        foreach ((double step, double room) in sides)
        {
            if (step == 0 && room < 0)
                return false;
            if (step < 0)
                enter = Math.Max(enter, room / step);
            else if (step > 0)
                leave = Math.Min(leave, room / step);
        }
        if (enter > leave)
            return false;
        (from, to) = ((from.X + enter * dx, from.Y + enter * dy), (from.X + leave * dx, from.Y + leave * dy));
        return true;
    }

    /// <summary>Pixels in a row that a <see cref="Label"/> of this text takes.</summary>
    public int LabelWidth(ReadOnlySpan<char> text) => (text.Length * BitmapFont.Advance + 4) * Scale;

    /// <summary>Writes a line of text on a dark ground, so that it can be read on every picture.</summary>
    /// <returns>The width of the ground in pixels.</returns>
    public int Label(int x, int y, ReadOnlySpan<char> text, Paint paint)
    {
        int scale = Scale, margin = 2 * scale;
        Box ground = new(x, y, LabelWidth(text), LabelHeight);
        Fill(ground, Color(16, 16, 16));
        for (int i = 0; i < text.Length; i++)
            Glyph(x + margin + i * BitmapFont.Advance * scale, y + margin, text[i], paint);
        return ground.Width;
    }

    /// <summary>Rows that a <see cref="Label"/> takes.</summary>
    public int LabelHeight => (BitmapFont.GlyphHeight + 4) * Scale;

    private void Glyph(int x, int y, char letter, Paint paint)
    {
        ReadOnlySpan<byte> rows = BitmapFont.Glyph(letter);
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < BitmapFont.GlyphWidth; column++)
            {
                if ((rows[row] >> (BitmapFont.GlyphWidth - 1 - column) & 1) != 0)
                    Fill(new Box(x + column * Scale, y + row * Scale, Scale, Scale), paint);
            }
        }
    }
}
