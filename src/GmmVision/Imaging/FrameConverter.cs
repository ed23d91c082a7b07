namespace GmmVision.Imaging;

/// <summary>Frames of one layout as frames of another.</summary>
/// <remarks>
/// Luma and colour differences are those of ITU-R BT.601, in the range that the format states, in integers of 16 bits behind
/// the point. Chroma is the mean of the pixels that share it, and is given to each of them. Thread-safe.
/// </remarks>
public static class FrameConverter
{
    internal const int Bits = 16;
    private const int Half = 1 << (Bits - 1);
    private const double RedWeight = 0.299, GreenWeight = 0.587, BlueWeight = 0.114;

    /// <summary>A new frame of the layout, with the time and number of the one given.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="layout">Grey is the luma of a picture; RGB of a grey one has three equal planes.</param>
    public static Frame Convert(Frame frame, PixelLayout layout)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Frame converted = new(frame.Format with { Layout = layout, Range = layout == PixelLayout.Rgb ? ColorRange.Full : frame.Format.Range });
        Convert(frame, converted);
        return converted;
    }

    /// <summary>Fills a frame of the same size and another layout or range.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static void Convert(Frame from, Frame to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if ((from.Width, from.Height) != (to.Width, to.Height))
            throw new ArgumentException($"A frame of {from.Width}x{from.Height} cannot fill one of {to.Width}x{to.Height}.", nameof(to));
        (to.Time, to.Number) = (from.Time, from.Number);
        if (from.Format == to.Format || (from.Format.Layout == PixelLayout.Rgb && to.Format.Layout == PixelLayout.Rgb))
            CopyPlanes(from, to);
        else if (to.Format.Layout == PixelLayout.Rgb)
            ToRgb(from, to);
        else if (from.Format.Layout == PixelLayout.Rgb)
            FromRgb(from, to);
        else
            Luma(from, to);
    }

    private static void CopyPlanes(Frame from, Frame to)
    {
        for (int plane = 0; plane < to.Format.PlaneCount; plane++)
            for (int y = 0; y < to.Format.PlaneHeight(plane); y++)
                from.Row(plane, y)[..to.Format.PlaneWidth(plane)].CopyTo(to.Row(plane, y));
    }

    private static void ToRgb(Frame from, Frame to)
    {
        Scale scale = new(from.Format.Range);
        for (int y = 0; y < to.Height; y++)
        {
            ReadOnlySpan<byte> luma = from.Row(0, y)[..to.Width], u = default, v = default;
            Span<byte> red = to.Row(0, y), green = to.Row(1, y), blue = to.Row(2, y);
            bool isGray = from.Format.Layout == PixelLayout.Gray8;
            if (!isGray)
            {
                u = from.Row(1, y / 2);
                v = from.Row(2, y / 2);
            }
            for (int x = 0; x < luma.Length; x++)
            {
                int level = (luma[x] - scale.Black) * scale.FromLuma + Half;
                (int cb, int cr) = isGray ? (0, 0) : (u[x / 2] - 128, v[x / 2] - 128);
                red[x] = Byte(level + cr * scale.RedOfCr);
                green[x] = Byte(level - cr * scale.GreenOfCr - cb * scale.GreenOfCb);
                blue[x] = Byte(level + cb * scale.BlueOfCb);
            }
        }
    }

    private static void FromRgb(Frame from, Frame to)
    {
        Scale scale = new(to.Format.Range);
        for (int y = 0; y < to.Height; y++)
        {
            ReadOnlySpan<byte> red = from.Row(0, y), green = from.Row(1, y), blue = from.Row(2, y);
            Span<byte> luma = to.Row(0, y)[..to.Width];
            for (int x = 0; x < luma.Length; x++)
                luma[x] = Byte(red[x] * scale.LumaOfRed + green[x] * scale.LumaOfGreen + blue[x] * scale.LumaOfBlue + (scale.Black << Bits) + Half);
        }
        if (to.Format.Layout != PixelLayout.Yuv420)
            return;
        for (int y = 0; y < to.Format.PlaneHeight(1); y++)
        {
            Span<byte> u = to.Row(1, y), v = to.Row(2, y);
            int upper = 2 * y, lower = Math.Min(2 * y + 1, to.Height - 1);
            for (int x = 0; x < to.Format.PlaneWidth(1); x++)
            {
                int left = 2 * x, right = Math.Min(2 * x + 1, to.Width - 1);
                int red = Mean(from, 0, upper, lower, left, right), green = Mean(from, 1, upper, lower, left, right), blue = Mean(from, 2, upper, lower, left, right);
                // The mean has two bits behind the point.
                u[x] = Byte((blue * scale.CbOfBlue - red * scale.CbOfRed - green * scale.CbOfGreen) / 4 + (128 << Bits) + Half);
                v[x] = Byte((red * scale.CbOfBlue - green * scale.CrOfGreen - blue * scale.CrOfBlue) / 4 + (128 << Bits) + Half);
            }
        }
    }

    // Between grey and Yuv420, or from one range to the other.
    private static void Luma(Frame from, Frame to)
    {
        Scale source = new(from.Format.Range), target = new(to.Format.Range);
        int gain = (int)Math.Round((double)source.FromLuma / target.FromLuma * (1 << Bits));
        for (int y = 0; y < to.Height; y++)
        {
            ReadOnlySpan<byte> row = from.Row(0, y)[..to.Width];
            Span<byte> filled = to.Row(0, y);
            for (int x = 0; x < row.Length; x++)
                filled[x] = Byte((row[x] - source.Black) * gain + (target.Black << Bits) + Half);
        }
        if (to.Format.Layout != PixelLayout.Yuv420)
            return;
        int chroma = from.Format.Range == to.Format.Range ? 1 << Bits : (int)Math.Round((to.Format.Range == ColorRange.Full ? 255.0 / 224 : 224.0 / 255) * (1 << Bits));
        for (int plane = 1; plane < 3; plane++)
        {
            for (int y = 0; y < to.Format.PlaneHeight(plane); y++)
            {
                Span<byte> filled = to.Row(plane, y)[..to.Format.PlaneWidth(plane)];
                if (from.Format.Layout == PixelLayout.Gray8)
                {
                    filled.Fill(128);
                    continue;
                }
                ReadOnlySpan<byte> row = from.Row(plane, y);
                for (int x = 0; x < filled.Length; x++)
                    filled[x] = Byte((row[x] - 128) * chroma + (128 << Bits) + Half);
            }
        }
    }

    private static int Mean(Frame frame, int plane, int upper, int lower, int left, int right)
    {
        ReadOnlySpan<byte> above = frame.Row(plane, upper), below = frame.Row(plane, lower);
        return above[left] + above[right] + below[left] + below[right];
    }

    internal static byte Byte(int value) => (byte)Math.Clamp(value >> Bits, 0, 255);

    // BT.601 from the weights of red, green and blue in luma, and the reach of each range.
    internal readonly struct Scale(ColorRange range)
    {
        private const double RedDifference = 2 * (1 - RedWeight), BlueDifference = 2 * (1 - BlueWeight);

        public readonly int Black = range == ColorRange.Limited ? 16 : 0;
        public readonly int FromLuma = Fixed(range == ColorRange.Limited ? 255.0 / 219 : 1);
        public readonly int RedOfCr = Fixed(RedDifference * ChromaGain(range));
        public readonly int GreenOfCr = Fixed(RedDifference * RedWeight / GreenWeight * ChromaGain(range));
        public readonly int GreenOfCb = Fixed(BlueDifference * BlueWeight / GreenWeight * ChromaGain(range));
        public readonly int BlueOfCb = Fixed(BlueDifference * ChromaGain(range));
        public readonly int LumaOfRed = Fixed(RedWeight * LumaReach(range));
        public readonly int LumaOfGreen = Fixed(GreenWeight * LumaReach(range));
        public readonly int LumaOfBlue = Fixed(BlueWeight * LumaReach(range));
        public readonly int CbOfRed = Fixed(RedWeight / BlueDifference / ChromaGain(range));
        public readonly int CbOfGreen = Fixed(GreenWeight / BlueDifference / ChromaGain(range));
        public readonly int CbOfBlue = Fixed(0.5 / ChromaGain(range));      // and of Cr of red
        public readonly int CrOfGreen = Fixed(GreenWeight / RedDifference / ChromaGain(range));
        public readonly int CrOfBlue = Fixed(BlueWeight / RedDifference / ChromaGain(range));

        private static double ChromaGain(ColorRange range) => range == ColorRange.Limited ? 255.0 / 224 : 1;

        private static double LumaReach(ColorRange range) => range == ColorRange.Limited ? 219.0 / 255 : 1;

        private static int Fixed(double value) => (int)Math.Round(value * (1 << Bits));
    }
}
