using GmmVision.Evaluation;
using GmmVision.Imaging;
using GmmVision.Tests.Foreground;
using Xunit;

namespace GmmVision.Tests.Evaluation;

public class ChangeDetectionScorerTests
{
    [Fact]
    public void Every_label_counts_as_the_site_counts_it()
    {
        //                       background  shadow   outside   unknown  foreground
        byte[] truth = [0, 0, 50, 50, 85, 85, 170, 170, 255, 255];
        var mask = new Mask(10, 1);
        for (int x = 1; x < 10; x += 2)
            mask[x, 0] = true;
        var scorer = new ChangeDetectionScorer();
        scorer.Add(mask, truth, 10);
        Assert.Equal(new ChangeDetectionCounts(TruePositives: 1, FalsePositives: 2, FalseNegatives: 1, TrueNegatives: 2), scorer.Counts);
    }

    [Fact]
    public void A_value_that_is_no_label_is_refused_with_its_place_and_nothing_is_counted()
    {
        var frame = new Frame(new FrameFormat(9, 4, PixelLayout.Gray8));
        frame.Row(0, 2)[5] = 235;      // 255 after a conversion to limited range
        var scorer = new ChangeDetectionScorer();
        foreach (Action add in (Action[])[() => scorer.Add(new Mask(9, 4), frame), () => scorer.Add(new Mask(9, 4), frame.Data, 9)])
        {
            string message = Assert.Throws<ArgumentException>(add).Message;
            Assert.Contains("(5, 2) is 235", message, StringComparison.Ordinal);
            Assert.Contains("170 (unknown)", message, StringComparison.Ordinal);
        }
        Assert.Equal((default, 0L), (scorer.Counts, scorer.Frames));
    }

    [Fact]
    public void Counts_are_summed_over_frames_inside_the_region_of_interest()
    {
        var random = new Random(1);
        Mask region = RandomMasks.Noise(131, 17, 0.7, 2);
        ChangeDetectionScorer scorer = new(region), ofFrames = new(region);
        long tp = 0, fp = 0, fn = 0, tn = 0;
        var frame = new Frame(new FrameFormat(131, 17, PixelLayout.Gray8));
        byte[] labels = [0, 50, 85, 170, 255];
        for (int i = 0; i < 5; i++)
        {
            Mask mask = RandomMasks.Noise(131, 17, 0.4, 10 + i);
            foreach (ref byte sample in frame.Data)
                sample = labels[random.Next(5)];
            for (int y = 0; y < 17; y++)
                for (int x = 0; x < 131; x++)
                {
                    byte label = frame.Row(0, y)[x];
                    if (!region[x, y] || label == 85 || label == 170)
                        continue;
                    _ = (label == 255, mask[x, y]) switch { (true, true) => tp++, (false, true) => fp++, (true, false) => fn++, _ => tn++ };
                }
            scorer.Add(mask, frame.Data, 131);
            ofFrames.Add(mask, frame);
        }
        Assert.Equal(new ChangeDetectionCounts(tp, fp, fn, tn), scorer.Counts);
        Assert.Equal((scorer.Counts, 5L), (ofFrames.Counts, ofFrames.Frames));
    }

    [Fact]
    public void The_measures_are_those_of_the_paper()
    {
        ChangeDetectionScore score = new ChangeDetectionCounts(60, 20, 40, 880).Score;
        Assert.Equal(0.6, score.Recall, 1e-12);
        Assert.Equal(880.0 / 900, score.Specificity, 1e-12);
        Assert.Equal(20.0 / 900, score.FalsePositiveRate, 1e-12);
        Assert.Equal(0.4, score.FalseNegativeRate, 1e-12);
        Assert.Equal(6, score.WrongPercentage, 1e-12);
        Assert.Equal(0.75, score.Precision, 1e-12);
        Assert.Equal(2 * 0.6 * 0.75 / 1.35, score.FMeasure, 1e-12);
        Assert.Equal(default, new ChangeDetectionCounts().Score);
    }

    [Fact]
    public void The_mean_is_taken_of_every_measure()
    {
        ChangeDetectionScore mean = ChangeDetectionScore.Mean([new(0, 0.1, 0.2, 0.3, 40, 0.5, 0.6), new(1, 0.3, 0.4, 0.5, 60, 0.7, 0.8)]);
        Assert.Equal(0.5, mean.Recall, 1e-12);
        Assert.Equal(0.2, mean.Specificity, 1e-12);
        Assert.Equal(0.3, mean.FalsePositiveRate, 1e-12);
        Assert.Equal(0.4, mean.FalseNegativeRate, 1e-12);
        Assert.Equal(50, mean.WrongPercentage, 1e-12);
        Assert.Equal(0.6, mean.Precision, 1e-12);
        Assert.Equal(0.7, mean.FMeasure, 1e-12);
        Assert.Throws<ArgumentException>(() => ChangeDetectionScore.Mean([]));
    }

    [Fact]
    public void Sizes_that_differ_are_refused_with_both()
    {
        var error = Assert.Throws<ArgumentException>(() => new ChangeDetectionScorer(new Mask(8, 8)).Add(new Mask(9, 8), new byte[72], 9));
        Assert.Contains("9x8, the region of interest 8x8", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => new ChangeDetectionScorer().Add(new Mask(9, 8), new Frame(new FrameFormat(9, 9, PixelLayout.Gray8))));
        Assert.Contains("the ground truth 9x9", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ChangeDetectionScorer().Add(new Mask(9, 8), new byte[71], 9));
    }
}
