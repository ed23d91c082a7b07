using GmmVision.Segmentation;
using Xunit;

namespace GmmVision.Tests.Segmentation;

public class ColorConversionTests
{
    // Published values for the sRGB primaries and secondaries under D65 (B. Lindbloom's CIE colour calculator, as also
    // printed in textbooks), to the digits printed there.
    [Theory]
    [InlineData(255, 0, 0, 53.2408, 80.0925, 67.2032)]
    [InlineData(0, 255, 0, 87.7347, -86.1827, 83.1793)]
    [InlineData(0, 0, 255, 32.2970, 79.1875, -107.8602)]
    [InlineData(255, 255, 0, 97.1393, -21.5537, 94.4780)]
    [InlineData(0, 255, 255, 91.1132, -48.0875, -14.1312)]
    [InlineData(255, 0, 255, 60.3242, 98.2343, -60.8249)]
    [InlineData(255, 255, 255, 100, 0, 0)]
    [InlineData(0, 0, 0, 0, 0, 0)]
    public void Lab_of_the_primaries_is_as_published(byte red, byte green, byte blue, double l, double a, double b)
    {
        (double L, double A, double B) = ColorConversion.ToLab(red, green, blue);
        Assert.Equal(l, L, 0.002);
        Assert.Equal(a, A, 0.002);
        Assert.Equal(b, B, 0.002);
    }

    [Theory]
    [InlineData(255, 0, 0, 53.2408, 175.0151, 37.7564)]
    [InlineData(0, 255, 0, 87.7347, -83.0776, 107.3985)]
    [InlineData(0, 0, 255, 32.2970, -9.4054, -130.3423)]
    [InlineData(255, 255, 0, 97.1393, 7.7056, 106.7866)]
    [InlineData(255, 255, 255, 100, 0, 0)]
    [InlineData(0, 0, 0, 0, 0, 0)]
    public void Luv_of_the_primaries_is_as_published(byte red, byte green, byte blue, double l, double u, double v)
    {
        (double L, double U, double V) = ColorConversion.ToLuv(red, green, blue);
        Assert.Equal(l, L, 0.003);
        Assert.Equal(u, U, 0.003);
        Assert.Equal(v, V, 0.003);
    }

    [Theory]
    [InlineData(255, 0, 0, 0.4124, 0.2126, 0.0193)]
    [InlineData(0, 255, 0, 0.3576, 0.7152, 0.1192)]
    [InlineData(0, 0, 255, 0.1805, 0.0722, 0.9505)]
    public void Xyz_of_the_primaries_is_that_of_the_standard(byte red, byte green, byte blue, double x, double y, double z)
    {
        (double X, double Y, double Z) = ColorConversion.ToXyz(red, green, blue);
        Assert.Equal(x, X, 0.0003);
        Assert.Equal(y, Y, 0.0003);
        Assert.Equal(z, Z, 0.0003);
    }

    [Fact]
    public void The_two_pieces_of_the_transfer_curve_meet()
    {
        Assert.Equal(0, ColorConversion.ToLinear(0));
        Assert.Equal(1, ColorConversion.ToLinear(1), 1e-15);
        Assert.Equal(ColorConversion.ToLinear(0.04045), ColorConversion.ToLinear(0.0404500001), 1e-7);
        Assert.Equal(0.214041, ColorConversion.ToLinear(0.5), 1e-6);
    }

    [Theory]
    [InlineData(255, 0, 0, 0, 1, 1)]
    [InlineData(0, 255, 0, 120, 1, 1)]
    [InlineData(0, 0, 255, 240, 1, 1)]
    [InlineData(255, 0, 1, 359.764706, 1, 1)]
    [InlineData(191, 191, 0, 60, 1, 0.749020)]
    [InlineData(128, 255, 255, 180, 0.498039, 1)]
    [InlineData(77, 77, 77, 0, 0, 0.301961)]
    public void Hsv_is_that_of_Smith(byte red, byte green, byte blue, double hue, double saturation, double value)
    {
        (double H, double S, double V) = ColorConversion.ToHsv(red, green, blue);
        Assert.Equal(hue, H, 1e-5);
        Assert.Equal(saturation, S, 1e-5);
        Assert.Equal(value, V, 1e-5);
    }

    [Fact]
    public void On_the_hsv_cone_reds_on_both_sides_of_0_degrees_are_neighbours_and_black_is_one_point()
    {
        (double x1, double y1, double v1) = ColorConversion.ToHsvCone(255, 0, 3);
        (double x2, double y2, double v2) = ColorConversion.ToHsvCone(255, 3, 0);
        Assert.True(Math.Abs(x1 - x2) + Math.Abs(y1 - y2) + Math.Abs(v1 - v2) < 0.03);
        (double x, double y, double v) = ColorConversion.ToHsvCone(2, 0, 1);
        Assert.True(Math.Abs(x) + Math.Abs(y) + v < 0.03);
        Assert.Equal((-1.0, 0.0), (ColorConversion.ToHsvCone(0, 255, 255).X, Math.Round(ColorConversion.ToHsvCone(0, 255, 255).Y, 12)));
    }

    // JFIF 1.02: Cb = -0.1687 R - 0.3313 G + 0.5 B, Cr = 0.5 R - 0.4187 G - 0.0813 B.
    [Theory]
    [InlineData(255, 0, 0, 0.299, -0.1687, 0.5)]
    [InlineData(0, 255, 0, 0.587, -0.3313, -0.4187)]
    [InlineData(0, 0, 255, 0.114, 0.5, -0.0813)]
    public void YCbCr_is_that_of_jfif(byte red, byte green, byte blue, double y, double cb, double cr)
    {
        (double Y, double Cb, double Cr) = ColorConversion.ToYCbCr(red, green, blue);
        Assert.Equal(y, Y, 0.0001);
        Assert.Equal(cb, Cb, 0.0001);
        Assert.Equal(cr, Cr, 0.0001);
    }

    [Theory]
    [InlineData(ColorSpace.Lab)]
    [InlineData(ColorSpace.Luv)]
    [InlineData(ColorSpace.YCbCr)]
    [InlineData(ColorSpace.Hsv)]
    public void Every_grey_is_exactly_neutral(ColorSpace space)
    {
        double previous = -1;
        for (int gray = 0; gray < 256; gray++)
        {
            (double first, double second, double third) = ColorConversion.Convert(space, (byte)gray, (byte)gray, (byte)gray);
            double lightness = space == ColorSpace.Hsv ? third : first;
            Assert.Equal((0.0, 0.0), space == ColorSpace.Hsv ? (first, second) : (second, third));
            Assert.True(lightness > previous);
            previous = lightness;
        }
    }

    [Theory]
    [InlineData(ColorSpace.Rgb)]
    [InlineData(ColorSpace.Lab)]
    [InlineData(ColorSpace.Luv)]
    [InlineData(ColorSpace.YCbCr)]
    [InlineData(ColorSpace.Hsv)]
    public void Distinct_colours_stay_distinct_and_finite(ColorSpace space)
    {
        var seen = new HashSet<(double, double, double)>();
        for (int i = 0; i < 4096; i++)
        {
            (double a, double b, double c) = ColorConversion.Convert(space, (byte)(i % 16 * 17), (byte)(i / 16 % 16 * 17), (byte)(i / 256 * 17));
            Assert.True(double.IsFinite(a) && double.IsFinite(b) && double.IsFinite(c));
            Assert.True(seen.Add((Math.Round(a, 9), Math.Round(b, 9), Math.Round(c, 9))));
        }
        Assert.Equal(3, ColorConversion.Names(space).Count);
    }

    [Fact]
    public void Cube_roots_are_right_to_fifteen_digits()
    {
        for (int i = 0; i < 100_000; i++)
        {
            double x = Math.ScaleB(1 + i / 100_000.0, i % 40 - 30), exact = Math.Cbrt(x);
            Assert.InRange(GmmVision.Segmentation.ColorConversion.CubeRoot(x) / exact - 1, -1e-15, 1e-15);
        }
        Assert.Equal(1, GmmVision.Segmentation.ColorConversion.CubeRoot(1));
        Assert.Equal(0.5, GmmVision.Segmentation.ColorConversion.CubeRoot(0.125));
    }
}
