using GmmVision.Evaluation;
using Xunit;

namespace GmmVision.Tests.Evaluation;

public class SegmentationScoreTests
{
    [Fact]
    public void The_same_segmentation_under_other_names_is_perfect()
    {
        SegmentationScore score = SegmentationScore.Of([4, 4, 9, 9, 200, 4], [[0, 0, 77, 77, 1, 0]]);
        Assert.Equal((1.0, 1.0, 0.0, 1), (score.Covering, score.RandIndex, Math.Abs(score.VariationOfInformation), score.People));
    }

    [Fact]
    public void A_case_worked_out_by_hand()
    {
        // Segments {0,1,2,3}; person {0,1} {2,3}: each region's best overlap is 2/4; pairs: 2 of 6 agree; H(T|S) = 1 bit.
        SegmentationScore score = SegmentationScore.Of([0, 0, 0, 0], [[1, 1, 2, 2]]);
        Assert.Equal(0.5, score.Covering, 1e-12);
        Assert.Equal(2.0 / 6, score.RandIndex, 1e-12);
        Assert.Equal(1, score.VariationOfInformation, 1e-12);
    }

    [Fact]
    public void People_count_equally()
    {
        SegmentationScore one = SegmentationScore.Of([0, 0, 0, 0], [[1, 1, 2, 2]]), two = SegmentationScore.Of([0, 0, 0, 0], [[1, 1, 2, 2], [3, 3, 3, 3]]);
        Assert.Equal((one.Covering + 1) / 2, two.Covering, 1e-12);
        Assert.Equal((one.RandIndex + 1) / 2, two.RandIndex, 1e-12);
        Assert.Equal(2, two.People);
        SegmentationScore mean = SegmentationScore.Mean([one, two]);
        Assert.Equal((one.Covering + two.Covering) / 2, mean.Covering, 1e-12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_maps_score_what_counting_all_pairs_and_regions_gives(int seed)
    {
        var random = new Random(seed);
        const int N = 60;
        byte[] labels = new byte[N];
        random.NextBytes(labels);
        for (int i = 0; i < N; i++)
            labels[i] %= 4;
        ushort[][] people = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, N).Select(_ => (ushort)random.Next(1, 6)).ToArray())];
        double rand = 0, covering = 0;
        foreach (ushort[] person in people)
        {
            int agree = 0;
            for (int i = 0; i < N; i++)
            {
                for (int j = i + 1; j < N; j++)
                    agree += (labels[i] == labels[j]) == (person[i] == person[j]) ? 1 : 0;
            }
            rand += agree / (N * (N - 1) / 2.0) / people.Length;
            foreach (IGrouping<ushort, int> region in Enumerable.Range(0, N).GroupBy(i => person[i]))
            {
                double best = Enumerable.Range(0, N).GroupBy(i => labels[i]).Max(s => (double)s.Intersect(region).Count() / s.Union(region).Count());
                covering += (double)region.Count() / N * best / people.Length;
            }
        }
        SegmentationScore score = SegmentationScore.Of(labels, people);
        Assert.Equal(rand, score.RandIndex, 1e-12);
        Assert.Equal(covering, score.Covering, 1e-12);
        Assert.InRange(score.VariationOfInformation, 0, 2 + Math.Log2(5));
    }

    [Fact]
    public void A_single_pixel_scores_1() => Assert.Equal(new SegmentationScore(1, 1, 0, 1), SegmentationScore.Of([3], [[2]]));

    [Fact]
    public void Nothing_to_compare_with_is_refused()
    {
        Assert.Throws<ArgumentException>(() => SegmentationScore.Of([1, 2], []));
        Assert.Contains("3", Assert.Throws<ArgumentException>(() => SegmentationScore.Of([1, 2], [[1, 2, 3]])).Message);
        Assert.Throws<ArgumentException>(() => SegmentationScore.Mean([]));
    }
}
