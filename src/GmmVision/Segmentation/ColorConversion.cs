namespace GmmVision.Segmentation;

/// <summary>
/// From stored sRGB values to other descriptions of a colour.
/// </summary>
/// <remarks>
/// Sources: IEC 61966-2-1 (transfer curve and primaries of sRGB, white D65), CIE 15:2004 (Lab and Luv with the exact
/// constants 216/24389 and 24389/27), ITU-R BT.601 and JFIF 1.02 (YCbCr). All methods may be called from any thread.
/// </remarks>
public static class ColorConversion
{
    private const double Epsilon = 216.0 / 24389, Kappa = 24389.0 / 27;

    // Linear sRGB to XYZ, computed from the primaries and D65. White is the sum of each row, so that grey is exactly neutral.
    private const double
        Xr = 0.4124564, Xg = 0.3575761, Xb = 0.1804375,
        Yr = 0.2126729, Yg = 0.7151522, Yb = 0.0721750,
        Zr = 0.0193339, Zg = 0.1191920, Zb = 0.9503041,
        WhiteX = Xr + Xg + Xb, WhiteY = Yr + Yg + Yb, WhiteZ = Zr + Zg + Zb,
        WhiteU = 4 * WhiteX / (WhiteX + 15 * WhiteY + 3 * WhiteZ), WhiteV = 9 * WhiteY / (WhiteX + 15 * WhiteY + 3 * WhiteZ);

    private static readonly double[] Linear = [.. Enumerable.Range(0, 256).Select(value => ToLinear(value / 255.0))];

    /// <summary>The light that a stored sRGB value stands for.</summary>
    /// <param name="stored">0 to 1.</param>
    /// <returns>0 to 1, proportional to light.</returns>
    public static double ToLinear(double stored) =>
        stored <= 0.04045 ? stored / 12.92 : Math.Pow((stored + 0.055) / 1.055, 2.4);

    /// <summary>CIE XYZ under D65, white at Y = 1.</summary>
    public static (double X, double Y, double Z) ToXyz(byte red, byte green, byte blue)
    {
        double r = Linear[red], g = Linear[green], b = Linear[blue];
        return (Xr * r + Xg * g + Xb * b, Yr * r + Yg * g + Yb * b, Zr * r + Zg * g + Zb * b);
    }

    /// <summary>CIE L*a*b* under D65.</summary>
    /// <returns>L* 0 to 100; a* and b* 0 for every grey.</returns>
    public static (double L, double A, double B) ToLab(byte red, byte green, byte blue)
    {
        (double x, double y, double z) = ToXyz(red, green, blue);
        double fy = LabCurve(y / WhiteY);
        if (red == green && green == blue)
            return (116 * fy - 16, 0, 0);      // what rounding leaves would otherwise be blown up when columns are standardised
        return (116 * fy - 16, 500 * (LabCurve(x / WhiteX) - fy), 200 * (fy - LabCurve(z / WhiteZ)));
    }

    /// <summary>CIE L*u*v* under D65.</summary>
    /// <returns>L* 0 to 100; u* and v* 0 for every grey.</returns>
    public static (double L, double U, double V) ToLuv(byte red, byte green, byte blue)
    {
        (double x, double y, double z) = ToXyz(red, green, blue);
        double lightness = 116 * LabCurve(y / WhiteY) - 16;
        if (red == green && green == blue)
            return (lightness, 0, 0);
        double sum = x + 15 * y + 3 * z;
        return (lightness, 13 * lightness * (4 * x / sum - WhiteU), 13 * lightness * (9 * y / sum - WhiteV));
    }

    /// <summary>Hue, saturation and value as a point of the HSV cone.</summary>
    /// <returns>(V·S·cos H, V·S·sin H, V): the first two -1 to 1, V 0 to 1. V·S is the chroma, so dark pixels have no wild hue.</returns>
    public static (double X, double Y, double V) ToHsvCone(byte red, byte green, byte blue)
    {
        (double hue, double saturation, double value) = ToHsv(red, green, blue);
        (double sin, double cos) = Math.SinCos(hue * (Math.PI / 180));
        return (value * saturation * cos, value * saturation * sin, value);
    }

    /// <summary>Hue in degrees (0 to below 360; 0 for grey), saturation and value 0 to 1.</summary>
    public static (double Hue, double Saturation, double Value) ToHsv(byte red, byte green, byte blue)
    {
        int max = Math.Max(red, Math.Max(green, blue)), chroma = max - Math.Min(red, Math.Min(green, blue));
        if (chroma == 0)
            return (0, 0, max / 255.0);
        double sextant =
            max == red ? (double)(green - blue) / chroma :
            max == green ? (double)(blue - red) / chroma + 2 : (double)(red - green) / chroma + 4;
        return (sextant < 0 ? 60 * (sextant + 6) : 60 * sextant, (double)chroma / max, max / 255.0);
    }

    /// <summary>Luma and colour differences of BT.601 in full range.</summary>
    /// <returns>Y' 0 to 1; Cb and Cr -0.5 to 0.5, 0 for every grey.</returns>
    public static (double Y, double Cb, double Cr) ToYCbCr(byte red, byte green, byte blue)
    {
        double luma = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
        return red == green && green == blue ? (luma, 0, 0) : (luma, (blue / 255.0 - luma) / 1.772, (red / 255.0 - luma) / 1.402);
    }

    /// <summary>A colour in the space that is asked for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such space.</exception>
    public static (double First, double Second, double Third) Convert(ColorSpace space, byte red, byte green, byte blue) => space switch
    {
        ColorSpace.Rgb => (red / 255.0, green / 255.0, blue / 255.0),
        ColorSpace.Lab => ToLab(red, green, blue),
        ColorSpace.Luv => ToLuv(red, green, blue),
        ColorSpace.Hsv => ToHsvCone(red, green, blue),
        ColorSpace.YCbCr => ToYCbCr(red, green, blue),
        _ => throw new ArgumentOutOfRangeException(nameof(space), space, "There is no such colour space."),
    };

    /// <summary>What the three numbers of a space are called.</summary>
    public static IReadOnlyList<string> Names(ColorSpace space) => space switch
    {
        ColorSpace.Rgb => ["red", "green", "blue"],
        ColorSpace.Lab => ["L*", "a*", "b*"],
        ColorSpace.Luv => ["L*", "u*", "v*"],
        ColorSpace.Hsv => ["V·S·cos H", "V·S·sin H", "V"],
        ColorSpace.YCbCr => ["Y'", "Cb", "Cr"],
        _ => throw new ArgumentOutOfRangeException(nameof(space), space, "There is no such colour space."),
    };

    private static double LabCurve(double t) => t > Epsilon ? CubeRoot(t) : (Kappa * t + 16) / 116;

    /// <summary>The cube root of a positive number to fifteen digits: the same on every system, and faster than the C library's, which takes a twelfth of a segmentation.</summary>
    internal static double CubeRoot(double x)
    {
        // A third of the exponent and of the fraction as one number is within 6 %.
        double root = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(x) / 3 + 0x2A9F_7893_0000_0000);
        // Halley's method has thrice as many digits right after each step; Newton's last step adds what rounding left.
        for (int step = 0; step < 2; step++)
        {
            double cube = root * root * root;
            root *= (cube + 2 * x) / (2 * cube + x);
        }
        return root - (root * root * root - x) / (3 * root * root);
    }
}
