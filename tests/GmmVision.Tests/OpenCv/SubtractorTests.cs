using GmmVision.Foreground;
using GmmVision.OpenCv;
using OpenCvSharp;
using Xunit;

namespace GmmVision.Tests.OpenCv;

public class SubtractorTests
{
    public static TheoryData<int> Types => [(int)MatType.CV_8UC1, (int)MatType.CV_8UC3, (int)MatType.CV_8UC4, (int)MatType.CV_16UC1];

    [Theory, MemberData(nameof(Types))]
    public void Every_type_that_it_takes_gives_the_box_that_moves(int type)
    {
        OpenCvHere.Require();
        using var subtractor = MixtureBackgroundSubtractor.Create();
        using var mask = new Mat();
        for (int number = 0; number < 50; number++)
        {
            using Mat picture = OpenCvHere.Picture(number, type);
            subtractor.Apply(picture, mask);
        }
        Assert.Equal(MatType.CV_8UC1, mask.Type());
        Assert.True(OpenCvHere.Overlap(mask, OpenCvHere.BoxAt(49)) > 0.9);
    }

    [Theory, InlineData(161, 120), InlineData(160, 121), InlineData(161, 121), InlineData(1, 1), InlineData(2, 1)]
    public void Odd_sizes_and_parts_of_a_larger_picture_are_taken_as_they_are(int width, int height)
    {
        OpenCvHere.Require();
        using var whole = MixtureBackgroundSubtractor.Create();
        using var part = MixtureBackgroundSubtractor.Create();
        using Mat mask = new(), maskOfPart = new(), large = new(height + 7, width + 9, MatType.CV_8UC3, Scalar.Red);
        for (int number = 0; number < 45; number++)
        {
            using Mat picture = OpenCvHere.Picture(number, MatType.CV_8UC3, width, height), window = large[3, 3 + height, 5, 5 + width];
            picture.CopyTo(window);
            Assert.Equal(height == 1, window.IsContinuous());
            subtractorsAgree(picture, window);
        }

        void subtractorsAgree(Mat picture, Mat window)
        {
            whole.Apply(picture, mask);
            part.Apply(window, maskOfPart);
            Assert.Equal(new Size(width, height), mask.Size());
            Assert.Equal(0, Cv2.Norm(mask, maskOfPart, NormTypes.L1));
        }
    }

    [Fact]
    public void A_rate_of_zero_learns_nothing_from_the_first_picture_on()
    {
        OpenCvHere.Require();
        foreach (Preset preset in Enum.GetValues<Preset>())
        {
            using var subtractor = MixtureBackgroundSubtractor.Create(preset);
            using Mat mask = new(), picture = OpenCvHere.Picture(0, MatType.CV_8UC3);
            subtractor.Apply(picture, mask, 0);
            Assert.True(subtractor.Empty());
            Assert.Equal(160 * 120, mask.CountNonZero());

            for (int number = 0; number < 40; number++)
                Learn(subtractor, number, mask, -1);
            using Mat before = new(), after = new();
            subtractor.GetBackgroundImage(before);
            for (int number = 0; number < 300; number++)      // a view that is quite another, for far longer than any stage waits
            {
                using var other = new Mat(120, 160, MatType.CV_8UC3, new Scalar(20, 200, 60));
                subtractor.Apply(other, mask, 0);
            }
            subtractor.GetBackgroundImage(after);
            Assert.Equal(0, Cv2.Norm(before, after, NormTypes.L1));
            Assert.True(mask.CountNonZero() > 0.9 * 160 * 120, $"{preset}: {mask.CountNonZero()}");
        }
    }

    [Fact]
    public void A_rate_of_one_begins_anew()
    {
        OpenCvHere.Require();
        using var subtractor = MixtureBackgroundSubtractor.Create();
        using Mat mask = new(), background = new(), other = new(120, 160, MatType.CV_8UC1, new Scalar(33));
        for (int number = 0; number < 40; number++)
            Learn(subtractor, number, mask, -1, MatType.CV_8UC1);
        subtractor.Apply(other, mask, 1);
        Assert.Equal(0, mask.CountNonZero());
        subtractor.GetBackgroundImage(background);
        Assert.Equal(0, Cv2.Norm(background, other, NormTypes.L1));
    }

    [Fact]
    public void A_shadow_is_marked_as_mog2_marks_it_or_with_the_value_asked()
    {
        OpenCvHere.Require();
        using var scene = new Mat(120, 160, MatType.CV_8UC3);
        var random = new Random(5);
        foreach (ref byte sample in MatExtensions.Samples<byte>(scene))
            sample = (byte)random.Next(90, 210);
        Cv2.GaussianBlur(scene, scene, new Size(3, 3), 0);
        using Mat shaded = scene.Clone(), mask = new();
        using (Mat part = shaded[30, 80, 40, 100])
            part.ConvertTo(part, -1, 0.75);
        var shadow = new Rect(40, 30, 60, 50);
        foreach (int? value in (int?[])[127, 60, null])
        {
            using var subtractor = MixtureBackgroundSubtractor.Create(detectShadows: value is not null);
            subtractor.ShadowValue = value ?? 127;
            for (int i = 0; i < 40; i++)
                subtractor.Apply(scene, mask);
            subtractor.Apply(shaded, mask);
            using Mat inside = mask[shadow], marked = inside.InRange(new Scalar(value ?? 255), new Scalar(value ?? 255));
            Assert.True(marked.CountNonZero() > 0.8 * shadow.Width * shadow.Height, $"{value}: {marked.CountNonZero()}");
            Assert.True(mask.CountNonZero() < 1.3 * shadow.Width * shadow.Height);
        }
    }

    [Fact]
    public void What_is_known_to_be_foreground_is_marked_and_hardly_learnt()
    {
        OpenCvHere.Require();
        using Mat known = new(120, 160, MatType.CV_8UC1, Scalar.Black), mask = new(), background = new();
        known[20, 60, 30, 90].SetTo(Scalar.White);
        using var subtractor = MixtureBackgroundSubtractor.Create();
        for (int number = 0; number < 30; number++)
            Learn(subtractor, number, mask, -1, MatType.CV_8UC1);
        for (int number = 30; number < 40; number++)
        {
            using Mat picture = OpenCvHere.Picture(number, MatType.CV_8UC1);
            subtractor.Apply(picture, known, mask);
        }
        Assert.Equal(0, Cv2.Norm(mask, known, NormTypes.L1));
        using var wrong = new Mat(10, 10, MatType.CV_8UC1, Scalar.White);
        Assert.Contains("160x120", Assert.Throws<ArgumentException>(() => subtractor.Apply(known, wrong, mask)).Message);
    }

    [Fact]
    public void Settings_change_under_what_was_learnt()
    {
        OpenCvHere.Require();
        using var subtractor = MixtureBackgroundSubtractor.Create();
        using var mask = new Mat();
        for (int number = 0; number < 40; number++)
            Learn(subtractor, number, mask, -1);
        (subtractor.History, subtractor.NMixtures, subtractor.BackgroundRatio, subtractor.VarThreshold, subtractor.VarThresholdGen) = (300, 5, 0.9, 16, 9);
        (subtractor.VarInit, subtractor.VarMax, subtractor.VarMin, subtractor.Threads, subtractor.FrameRate) = (15, 75, 4, 1, 10);
        Assert.Equal((300, 5, 0.9, 16, 9), (subtractor.History, subtractor.NMixtures, subtractor.BackgroundRatio, subtractor.VarThreshold, subtractor.VarThresholdGen));
        Assert.Equal((15.0, 75.0, 4.0), (Math.Round(subtractor.VarInit, 9), Math.Round(subtractor.VarMax, 9), Math.Round(subtractor.VarMin, 9)));
        Learn(subtractor, 45, mask, -1);
        Assert.True(OpenCvHere.Overlap(mask, OpenCvHere.BoxAt(45)) > 0.9);
        subtractor.DetectShadows = false;
        Learn(subtractor, 46, mask, -1);
        Assert.True(OpenCvHere.Overlap(mask, OpenCvHere.BoxAt(46)) > 0.9);
    }

    [Fact]
    public void The_defaults_that_the_documentation_states_are_those_there_are()
    {
        using var subtractor = MixtureBackgroundSubtractor.Create();
        Assert.Equal((500, 3, 0.7, 127, true), (subtractor.History, subtractor.NMixtures, subtractor.BackgroundRatio, subtractor.ShadowValue, subtractor.DetectShadows));
        Assert.Equal((25.9, 16.3, 25, 9, 256), (Math.Round(subtractor.VarThreshold, 1), Math.Round(subtractor.VarThresholdGen, 1), subtractor.VarInit, subtractor.VarMin, subtractor.VarMax));
    }

    [Fact]
    public void Impossible_settings_are_refused_and_the_old_ones_stay()
    {
        using var subtractor = MixtureBackgroundSubtractor.Create();
        Assert.Throws<ArgumentOutOfRangeException>(() => subtractor.History = 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => subtractor.NMixtures = 9);
        Assert.Throws<ArgumentOutOfRangeException>(() => subtractor.BackgroundRatio = 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => subtractor.VarThreshold = double.NaN);
        Assert.Throws<ArgumentOutOfRangeException>(() => subtractor.VarThresholdGen = 1000);
        Assert.Throws<ArgumentOutOfRangeException>(() => subtractor.VarMin = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => subtractor.VarInit = 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => subtractor.ShadowValue = 256);
        Assert.Throws<ArgumentOutOfRangeException>(() => subtractor.FrameRate = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => subtractor.Levels = (5, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => subtractor.Levels = (-1, 70_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => MixtureBackgroundSubtractor.Create(history: 0));
        Assert.Equal((500, 3, 127, 25, null), (subtractor.History, subtractor.NMixtures, subtractor.ShadowValue, subtractor.FrameRate, subtractor.Levels));
    }

    [Fact]
    public void A_saved_one_a_clone_and_the_first_go_on_alike()
    {
        OpenCvHere.Require();
        using var first = MixtureBackgroundSubtractor.Create();
        using Mat mask = new(), ofClone = new(), ofLoaded = new();
        for (int number = 0; number < 42; number++)
            Learn(first, number, mask, -1);
        using var stream = new MemoryStream();
        first.Save(stream);
        stream.Position = 0;
        using MixtureBackgroundSubtractor clone = first.Clone(), loaded = MixtureBackgroundSubtractor.Load(stream);
        for (int number = 42; number < 50; number++)
        {
            Learn(first, number, mask, -1);
            Learn(clone, number, ofClone, -1);
            Learn(loaded, number, ofLoaded, -1);
            Assert.Equal(0, Cv2.Norm(mask, ofClone, NormTypes.L1));
            Assert.Equal(0, Cv2.Norm(mask, ofLoaded, NormTypes.L1));
        }
    }

    [Fact]
    public void The_probability_of_foreground_is_high_where_the_box_is()
    {
        OpenCvHere.Require();
        using var subtractor = MixtureBackgroundSubtractor.Create();
        using Mat mask = new(), probability = new(), picture = OpenCvHere.Picture(45, MatType.CV_8UC3);
        Assert.Throws<InvalidOperationException>(() => subtractor.GetForegroundProbability(picture, probability));
        Assert.Throws<InvalidOperationException>(() => subtractor.GetBackgroundImage(probability));
        for (int number = 0; number < 40; number++)
            Learn(subtractor, number, mask, -1);
        subtractor.GetForegroundProbability(picture, probability);
        Assert.Equal(MatType.CV_32FC1, probability.Type());
        using Mat inside = probability[OpenCvHere.BoxAt(45)], outside = probability[80, 120, 0, 160];
        Assert.True(inside.Mean().Val0 > 0.99);
        Assert.True(outside.Mean().Val0 < 0.05);
        using var other = new Mat(60, 80, MatType.CV_8UC3, Scalar.Black);
        Assert.Throws<ArgumentException>(() => subtractor.GetForegroundProbability(other, probability));
    }

    [Fact]
    public void Another_size_begins_a_new_model_and_a_umat_is_as_good_as_a_mat()
    {
        OpenCvHere.Require();
        using var subtractor = MixtureBackgroundSubtractor.Create();
        using Mat mask = new(), small = OpenCvHere.Picture(0, MatType.CV_8UC3, 80, 60);
        Learn(subtractor, 0, mask, -1);
        subtractor.Apply(small, mask);
        Assert.Equal(new Size(80, 60), mask.Size());
        using UMat device = small.GetUMat(AccessFlag.READ, UMatUsageFlags.None), deviceMask = new();
        subtractor.Apply(device, deviceMask);
        Assert.Equal(new Size(80, 60), deviceMask.Size());
        subtractor.Clear();
        Assert.True(subtractor.Empty());
    }

    [Fact]
    public void Bad_mats_are_clear_errors_and_nothing_is_lost()
    {
        OpenCvHere.Require();
        using var subtractor = MixtureBackgroundSubtractor.Create();
        using Mat mask = new(), empty = new(), floats = new(10, 10, MatType.CV_32FC1, Scalar.Black), cube = new([4, 4, 4], MatType.CV_8UC1);
        for (int number = 0; number < 40; number++)
            Learn(subtractor, number, mask, -1);
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => subtractor.Apply(empty, mask)).Message);
        Assert.Contains("CV_8UC3", Assert.Throws<ArgumentException>(() => subtractor.Apply(floats, mask)).Message);
        Assert.Contains("3 dimensions", Assert.Throws<ArgumentException>(() => subtractor.Apply(cube, mask)).Message);
        var gone = new Mat(10, 10, MatType.CV_8UC1, Scalar.Black);
        gone.Dispose();
        Assert.ThrowsAny<ObjectDisposedException>(() => subtractor.Apply(gone, mask));
        Assert.Throws<ArgumentNullException>(() => subtractor.Apply(null!, mask));
        Assert.Throws<ArgumentOutOfRangeException>(() => Learn(subtractor, 40, mask, 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Learn(subtractor, 40, mask, double.NaN));
        Learn(subtractor, 45, mask, -1);
        Assert.True(OpenCvHere.Overlap(mask, OpenCvHere.BoxAt(45)) > 0.9);

        subtractor.Dispose();
        subtractor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Learn(subtractor, 45, mask, -1));
        Assert.Throws<ObjectDisposedException>(() => subtractor.GetBackgroundImage(mask));
        Assert.Throws<ObjectDisposedException>(() => subtractor.Save(Stream.Null));
        Assert.Throws<ObjectDisposedException>(subtractor.Clone);
        Assert.Throws<ObjectDisposedException>(subtractor.Clear);
    }

    private static void Learn(MixtureBackgroundSubtractor subtractor, int number, Mat mask, double rate, MatType? type = null)
    {
        using Mat picture = OpenCvHere.Picture(number, type ?? MatType.CV_8UC3);
        subtractor.Apply(picture, mask, rate);
    }
}
