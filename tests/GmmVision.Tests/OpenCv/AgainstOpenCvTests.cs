using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Mixtures;
using GmmVision.OpenCv;
using GmmVision.Segmentation;
using OpenCvSharp;
using Xunit;

namespace GmmVision.Tests.OpenCv;

/// <summary>What OpenCV can do too, held against it in one process.</summary>
public class AgainstOpenCvTests
{
    public static TheoryData<int, int, double> Masks => new() { { 64, 48, 0.5 }, { 97, 61, 0.3 }, { 130, 33, 0.7 }, { 1, 40, 0.5 }, { 40, 1, 0.5 }, { 200, 150, 0.02 }, { 200, 150, 0.98 } };

    [Theory, MemberData(nameof(Masks))]
    public void The_majority_is_opencvs_median(int width, int height, double part)
    {
        using Mat mat = RandomMask(width, height, part, out Mask mask), expected = new();
        foreach (int size in (int[])[3, 5, 7])
        {
            var filtered = new Mask(width, height);
            new MajorityFilter(width, height, size).Apply(mask, filtered);
            Cv2.MedianBlur(mat, expected, size);
            AssertEqual(expected, filtered);
        }
    }

    [Theory, MemberData(nameof(Masks))]
    public void Morphology_is_opencvs(int width, int height, double part)
    {
        using Mat mat = RandomMask(width, height, part, out Mask mask), expected = new();
        foreach (Size size in (Size[])[new(3, 3), new(5, 9), new(15, 1)])
        {
            var box = new BoxMorphology(width, height, size.Width, size.Height);
            using Mat element = Cv2.GetStructuringElement(MorphShapes.Rect, size);
            var result = new Mask(width, height);
            foreach ((MorphTypes operation, Action<Mask, Mask> ours) in ((MorphTypes, Action<Mask, Mask>)[])[(MorphTypes.Dilate, box.Dilate), (MorphTypes.Erode, box.Erode), (MorphTypes.Open, box.Open), (MorphTypes.Close, box.Close)])
            {
                ours(mask, result);
                Cv2.MorphologyEx(mat, expected, operation, element);
                AssertEqual(expected, result);
            }
        }
    }

    [Theory, MemberData(nameof(Masks))]
    public void Connected_components_are_opencvs(int width, int height, double part)
    {
        using Mat mat = RandomMask(width, height, part, out Mask mask), labels = new(), stats = new(), centroids = new();
        foreach ((Connectivity ours, PixelConnectivity theirs) in ((Connectivity, PixelConnectivity)[])[(Connectivity.Four, PixelConnectivity.Connectivity4), (Connectivity.Eight, PixelConnectivity.Connectivity8)])
        {
            int count = Cv2.ConnectedComponentsWithStats(mat, labels, stats, centroids, theirs);
            List<(Rect Box, int Area, double X, double Y)> expected = [];
            for (int i = 1; i < count; i++)
                expected.Add((new Rect(stats.At<int>(i, 0), stats.At<int>(i, 1), stats.At<int>(i, 2), stats.At<int>(i, 3)), stats.At<int>(i, 4), Math.Round(centroids.At<double>(i, 0), 6), Math.Round(centroids.At<double>(i, 1), 6)));
            List<(Rect Box, int Area, double X, double Y)> found = [];
            foreach (Region region in new ConnectedComponentLabeler(width, height).Label(mask, ours))
                found.Add((region.ToRect(), region.Area, Math.Round(region.CentroidX, 6), Math.Round(region.CentroidY, 6)));
            Assert.Equal(Sorted(expected), Sorted(found));
        }

        static List<(Rect Box, int Area, double X, double Y)> Sorted(List<(Rect Box, int Area, double X, double Y)> regions) =>
            [.. regions.OrderBy(r => r.Box.Y).ThenBy(r => r.Box.X).ThenBy(r => r.Area).ThenBy(r => r.X).ThenBy(r => r.Y)];
    }

    [Theory, MemberData(nameof(Masks))]
    public void Filled_holes_are_what_a_flood_from_outside_does_not_reach(int width, int height, double part)
    {
        using Mat mat = RandomMask(width, height, part, out Mask mask), framed = new();
        Cv2.CopyMakeBorder(mat, framed, 1, 1, 1, 1, BorderTypes.Constant, Scalar.Black);
        Cv2.FloodFill(framed, new Point(0, 0), new Scalar(128));
        using Mat inside = framed[1, height + 1, 1, width + 1], outside = inside.InRange(new Scalar(128), new Scalar(128)), expected = new();
        Cv2.BitwiseNot(outside, expected);
        new HoleFiller(width, height).Apply(mask);
        AssertEqual(expected, mask);
    }

    [Fact]
    public void Colour_spaces_are_opencvs()
    {
        OpenCvHere.Require();
        using var rgb = new Mat(64, 64, MatType.CV_8UC3);
        new Random(7).NextBytes(MatExtensions.Samples<byte>(rgb));
        using Mat unit = new(), lab = new(), luv = new();
        rgb.ConvertTo(unit, MatType.CV_32FC3, 1 / 255.0);
        Cv2.CvtColor(unit, lab, ColorConversionCodes.RGB2Lab);
        Cv2.CvtColor(unit, luv, ColorConversionCodes.RGB2Luv);
        const double Table = 1;      // OpenCV interpolates in a table of coarse steps; of colours that people tell apart, 2 is the least difference
        Span<byte> colors = MatExtensions.Samples<byte>(rgb);
        Span<float> theirLab = MatExtensions.Samples<float>(lab), theirLuv = MatExtensions.Samples<float>(luv);
        for (int i = 0; i < colors.Length; i += 3)
        {
            (byte red, byte green, byte blue) = (colors[i], colors[i + 1], colors[i + 2]);
            (double l, double a, double b) = ColorConversion.ToLab(red, green, blue);
            AssertNear([l, a, b], theirLab.Slice(i, 3), Table, $"Lab of {red} {green} {blue}");
            (double l2, double u, double v) = ColorConversion.ToLuv(red, green, blue);
            AssertNear([l2, u, v], theirLuv.Slice(i, 3), Table, $"Luv of {red} {green} {blue}");
        }

        static void AssertNear(ReadOnlySpan<double> ours, ReadOnlySpan<float> theirs, double tolerance, string what)
        {
            for (int c = 0; c < 3; c++)
                Assert.True(Math.Abs(ours[c] - theirs[c]) <= tolerance, $"{what}: {string.Join(' ', ours.ToArray())} and {string.Join(' ', theirs.ToArray())}");
        }
    }

    [Fact]
    public void Expectation_maximisation_from_the_same_start_ends_where_opencvs_does()
    {
        OpenCvHere.Require();
        using Mat wide = MatTests.TwoClouds(), singles = wide[0, wide.Rows, 0, 2], samples = new(), likelihoods = new(), labels = new(), probabilities = new();
        singles.ConvertTo(samples, MatType.CV_64F);
        // The start: the first half of the samples is one component's, the rest the other's, which is wrong for a quarter of the first.
        using var responsibilities = new Mat(samples.Rows, 2, MatType.CV_64FC1, Scalar.Black);
        List<double> means = [], precisions = [];
        for (int half = 0; half < 2; half++)
        {
            responsibilities[200 * half, 200 * half + 200, half, half + 1].SetTo(new Scalar(1));
            using Mat rows = samples[200 * half, 200 * half + 200, 0, 2];
            GaussianMixture one = rows.FitMixture(1, new MixtureOptions { Regularization = 0 }, TestContext.Current.CancellationToken);
            using Mat covariance = one.GetCovariances()[0], precision = new();
            Cv2.Invert(covariance, precision);
            means.AddRange(one.Means);
            precisions.AddRange(MatExtensions.Samples<double>(precision));
        }
        using EM theirs = EM.Create();
        (theirs.ClustersNumber, theirs.CovarianceMatrixType) = (2, (int)EMTypes.CovMatGeneric);
        theirs.TermCriteria = new TermCriteria(CriteriaTypes.Eps | CriteriaTypes.MaxIter, 500, 1e-12);
        Assert.True(theirs.TrainM(samples, responsibilities, likelihoods, labels, probabilities));

        GaussianMixture ours = samples.FitMixture(2, new MixtureOptions
        {
            Given = new MixtureParameters { Weights = [0.5, 0.5], Means = [.. means], Precisions = [.. precisions] },
            Tolerance = 1e-12,
            MaxIterations = 500,
            Regularization = 0,
        }, TestContext.Current.CancellationToken);
        // Ours come by falling weight, which is the other way round here.
        using Mat givenMeans = theirs.GetMeans(), givenWeights = theirs.GetWeights(), theirMeans = givenMeans.Flip(FlipMode.X), theirWeights = givenWeights.Flip(FlipMode.Y), theirLabels = new();
        labels.ConvertTo(theirLabels, MatType.CV_32SC1, -1, 1);
        using Mat ourMeans = ours.GetMeans(), ourWeights = ours.GetWeights(), ourLabels = ours.Predict(samples);
        Assert.True(Cv2.Norm(theirMeans, ourMeans, NormTypes.INF) < 1e-5);
        Assert.True(Cv2.Norm(theirWeights, ourWeights, NormTypes.INF) < 1e-5);
        Assert.Equal(0, Cv2.Norm(theirLabels, ourLabels, NormTypes.L1));
        // In place of the covariances, which hold in every likelihood: EM.GetCovs of OpenCvSharp ends the process with a segmentation fault.
        using Mat ourLikelihoods = ours.ScoreSamples(samples);
        Assert.True(Cv2.Norm(likelihoods, ourLikelihoods, NormTypes.INF) < 1e-5);
    }

    [Fact]
    public void K_means_finds_no_worse_clusters_than_opencv()
    {
        OpenCvHere.Require();
        using Mat wide = MatTests.TwoClouds(), samples = wide[0, wide.Rows, 0, 2].Clone(), labels = new(), centers = new();
        foreach (int clusters in (int[])[2, 3, 5])
        {
            double theirs = Cv2.Kmeans(samples, clusters, labels, new TermCriteria(CriteriaTypes.Eps | CriteriaTypes.MaxIter, 300, 1e-6), 10, KMeansFlags.PpCenters, centers);
            KMeans ours = KMeans.Fit(samples.ToSamples(), clusters, new KMeansOptions { Restarts = 30, Tolerance = 0 }, TestContext.Current.CancellationToken);
            Assert.True(ours.Inertia <= theirs * 1.001, $"{clusters}: {ours.Inertia} against {theirs}");
        }
    }

    [Fact]
    public void With_mog2s_settings_the_masks_are_mog2s()
    {
        OpenCvHere.Require();
        string sample = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../media/street.mp4"));
        using var source = new VideoCapture(sample);
        using var theirs = BackgroundSubtractorMOG2.Create(500, 16, false);
        using var ours = MixtureBackgroundSubtractor.Create(Plain());
        (ours.VarThreshold, ours.VarThresholdGen) = (16, 9);
        using Mat picture = new(), gray = new(), theirMask = new(), ourMask = new(), same = new();
        double agreement = 0;
        int counted = 0;
        for (int number = 0; source.Read(picture) && number < 250; number++)
        {
            Cv2.CvtColor(picture, gray, ColorConversionCodes.BGR2GRAY);
            theirs.Apply(gray, theirMask);
            ours.Apply(gray, ourMask);
            if (number < 100)
                continue;
            Cv2.Compare(theirMask, ourMask, same, CmpTypes.EQ);
            agreement += (double)same.CountNonZero() / same.Total();
            counted++;
        }
        Assert.Equal(150, counted);
        Assert.True(agreement / counted > 0.97, $"{agreement / counted:0.0000} of the pixels are alike");

        static ForegroundOptions Plain()
        {
            ForegroundOptions fast = ForegroundOptions.For(Preset.Fast);
            return fast with
            {
                MedianSize = 0,
                Background = fast.Background with { Components = 5, History = 500, BackgroundRatio = 0.9, InitialDeviation = Math.Sqrt(15), MinimumDeviation = 2, MinimumChromaDeviation = null, MaximumDeviation = Math.Sqrt(75) },
            };
        }
    }

    private static Mat RandomMask(int width, int height, double part, out Mask mask)
    {
        OpenCvHere.Require();
        mask = new Mask(width, height);
        var random = new Random(width * 1000 + height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                mask[x, y] = random.NextDouble() < part;
        return mask.ToMat();
    }

    private static void AssertEqual(Mat expected, Mask found)
    {
        using Mat mat = found.ToMat();
        Assert.Equal(0, Cv2.Norm(expected, mat, NormTypes.L1) / 255);
    }
}
