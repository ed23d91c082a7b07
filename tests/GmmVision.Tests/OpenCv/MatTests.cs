using GmmVision.Imaging;
using GmmVision.Mixtures;
using GmmVision.OpenCv;
using OpenCvSharp;
using Xunit;

namespace GmmVision.Tests.OpenCv;

public class MatTests
{
    [Fact]
    public void A_grey_mat_is_wrapped_and_a_colour_one_converted()
    {
        OpenCvHere.Require();
        using var converter = new MatConverter();
        using var gray = new Mat(20, 30, MatType.CV_8UC1, new Scalar(7));
        Frame frame = converter.Convert(gray);
        gray.Set(4, 5, (byte)99);
        Assert.Equal(99, frame.Row(0, 4)[5]);
        Assert.Equal(new FrameFormat(30, 20, PixelLayout.Gray8, ColorRange.Full), frame.Format);

        using var red = new Mat(20, 30, MatType.CV_8UC3, Scalar.Red);
        Frame color = converter.Convert(red);
        Assert.Equal((82, 90, 240), (color.Row(0, 3)[3], color.Row(1, 3)[3], color.Row(2, 3)[3]));      // BT.601, limited range
        converter.Dispose();
        Assert.Throws<ObjectDisposedException>(() => converter.Convert(red));
    }

    [Theory, InlineData(30, 20), InlineData(31, 21), InlineData(1, 1)]
    public void A_picture_comes_back_from_a_frame_as_it_was(int width, int height)
    {
        OpenCvHere.Require();
        using var converter = new MatConverter();
        using var mat = new Mat(height, width, MatType.CV_8UC3, new Scalar(180, 90, 40));
        using Mat back = converter.Convert(mat).ToMat();
        Assert.Equal(mat.Size(), back.Size());
        Assert.True(Cv2.Norm(mat, back, NormTypes.INF) <= 2);

        var rgb = new Frame(new FrameFormat(width, height, PixelLayout.Rgb, ColorRange.Full));
        rgb.CopyFromInterleaved(MatExtensions.Samples<byte>(mat), 3 * width, blueFirst: true);
        using Mat same = rgb.ToMat();
        Assert.Equal(0, Cv2.Norm(mat, same, NormTypes.L1));
    }

    [Fact]
    public void Sixteen_bits_are_spread_by_what_the_first_uses_or_as_asked()
    {
        OpenCvHere.Require();
        using Mat dark = new(10, 100, MatType.CV_16UC1, new Scalar(3000));
        dark[0, 5, 0, 100].SetTo(new Scalar(5000));
        using var chosen = new MatConverter();
        chosen.Convert(dark);
        Assert.Equal((2000, 6000), chosen.Levels);
        using var asked = new MatConverter { Levels = (3000, 5000) };
        Frame frame = asked.Convert(dark);
        Assert.Equal((255, 0), (frame.Row(0, 0)[0], frame.Row(0, 9)[0]));
    }

    [Fact]
    public void Masks_boxes_and_labels_go_over_and_back()
    {
        OpenCvHere.Require();
        var mask = new Mask(70, 9);
        mask[0, 0] = mask[69, 8] = mask[64, 3] = true;
        using Mat mat = mask.ToMat();
        Assert.Equal((3, 255), (mat.CountNonZero(), mat.At<byte>(3, 64)));
        Assert.True(mat.ToMask().PixelsEqual(mask));
        using Mat part = mat[1, 9, 3, 70];
        Assert.Equal(2, part.ToMask().Count());

        var box = new Box(1, 2, 3, 4);
        Assert.Equal(new Rect(1, 2, 3, 4), box.ToRect());
        Assert.Equal(box, box.ToRect().ToBox());
        Assert.Equal(new Rect(1, 2, 3, 4), new Region(box, 5, 1, 1).ToRect());

        using Mat labels = new LabelImage([1, 2, 65535, 4, 5, 6], 3, 2).ToMat();
        Assert.Equal((65535, 4), (labels.At<ushort>(0, 2), labels.At<ushort>(1, 0)));
        using Mat numbers = ((ReadOnlySpan<int>)[7, -1]).ToLabelMat(1, 2);
        Assert.Equal(-1, numbers.At<int>(1, 0));
        Assert.Throws<ArgumentException>(() => ((ReadOnlySpan<int>)[7, -1]).ToLabelMat(2, 2));
        Assert.Throws<ArgumentException>(() => labels.ToMask());
    }

    [Fact]
    public void A_mixture_takes_the_rows_of_a_mat_as_they_are()
    {
        OpenCvHere.Require();
        using Mat wide = TwoClouds(), samples = wide[0, wide.Rows, 0, 2], doubles = new();
        Assert.False(samples.IsContinuous());
        samples.ConvertTo(doubles, MatType.CV_64F);
        GaussianMixture mixture = doubles.FitMixture(2, cancellation: TestContext.Current.CancellationToken), single = samples.FitMixture(2, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(mixture.LogLikelihood, single.LogLikelihood, 1e-4);
        using Mat labels = mixture.Predict(samples), probabilities = mixture.PredictProbabilities(doubles), scores = mixture.ScoreSamples(doubles), means = mixture.GetMeans(), weights = mixture.GetWeights();
        Assert.Equal((400, 1, MatType.CV_32SC1), (labels.Rows, labels.Cols, labels.Type()));
        Assert.NotEqual(labels.At<int>(0, 0), labels.At<int>(399, 0));
        Assert.Equal(1, probabilities.At<double>(3, 0) + probabilities.At<double>(3, 1), 1e-12);
        Assert.Equal(mixture.LogLikelihood, scores.Mean().Val0, 1e-9);
        Assert.Equal((2, 2), (means.Rows, means.Cols));
        Assert.Equal(1, weights.At<double>(0, 0) + weights.At<double>(0, 1), 1e-12);
        foreach (Mat covariance in mixture.GetCovariances())
            using (covariance)
                Assert.Equal((2, 2), (covariance.Rows, covariance.Cols));

        using Mat bytes = new(4, 2, MatType.CV_8UC1, Scalar.Black), none = new();
        Assert.Contains("CV_32FC1", Assert.Throws<ArgumentException>(() => bytes.FitMixture(1)).Message);
        Assert.Throws<ArgumentException>(() => none.FitMixture(1));
        Assert.Contains("3 columns", Assert.Throws<ArgumentException>(() => mixture.Predict(wide)).Message);
    }

    /// <summary>400 samples of two clouds in the first two columns, and a column of something else.</summary>
    internal static Mat TwoClouds()
    {
        var mat = new Mat(400, 3, MatType.CV_32FC1);
        var random = new Random(3);
        for (int i = 0; i < 400; i++)
        {
            (double a, double b) = (Normal(), Normal());
            mat.Set(i, 0, (float)(i < 150 ? a : 5 + a + b));
            mat.Set(i, 1, (float)(i < 150 ? 2 * b : 6 + b));
            mat.Set(i, 2, (float)random.NextDouble());
        }
        return mat;

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
