using GmmVision.OpenCv;
using OpenCvSharp;
using Xunit;

namespace GmmVision.Tests.OpenCv;

internal static class OpenCvHere
{
    public static void Require() => Assert.SkipWhen(NativeLibraryCheck.Problem is not null, NativeLibraryCheck.Problem ?? "");

    /// <summary>A road of noise with a bright box that moves right by 4 pixels a picture, from the 40th on.</summary>
    public static Mat Picture(int number, MatType type, int width = 160, int height = 120)
    {
        using var gray = new Mat(height, width, MatType.CV_8UC1);
        var random = new Random(number);
        Span<byte> samples = MatExtensions.Samples<byte>(gray);
        for (int i = 0; i < samples.Length; i++)
            samples[i] = (byte)(90 + i % width / 4 + random.Next(-2, 3));
        if (number >= 40)
            gray.Rectangle(BoxAt(number), new Scalar(230), -1);
        var mat = new Mat();
        if (type == MatType.CV_8UC3)
            Cv2.CvtColor(gray, mat, ColorConversionCodes.GRAY2BGR);
        else if (type == MatType.CV_8UC4)
            Cv2.CvtColor(gray, mat, ColorConversionCodes.GRAY2BGRA);
        else
            gray.ConvertTo(mat, type, type == MatType.CV_16UC1 ? 16 : 1, type == MatType.CV_16UC1 ? 20_000 : 0);
        return mat;
    }

    public static Rect BoxAt(int number) => new(10 + (number - 40) * 4, 40, 24, 30);

    /// <summary>Intersection over union of a mask's foreground and a box.</summary>
    public static double Overlap(Mat mask, Rect box)
    {
        using var truth = new Mat(mask.Size(), MatType.CV_8UC1, Scalar.Black);
        truth.Rectangle(box, Scalar.White, -1);
        using Mat foreground = mask.InRange(new Scalar(255), new Scalar(255)), both = foreground & truth, either = foreground | truth;
        return (double)both.CountNonZero() / either.CountNonZero();
    }
}
