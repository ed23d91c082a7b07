using System.Numerics;
using GmmVision.Benchmarks.Blindness;
using GmmVision.Imaging;
using GmmVision.Scenes.Still;
using Xunit;

namespace GmmVision.Tests.Scenes;

public class StillSceneTests
{
    private static readonly FrameFormat Format = new(160, 120, PixelLayout.Yuv420);

    private static readonly Walker Passer = new()
    {
        Enter = 0,
        Leave = 4,
        FromX = -20,
        ToX = 160,
        FromY = 30,
        ToY = 41,
        Width = 21,
        Height = 55,
        Upper = (200, 90, 170),
        Lower = (40, 128, 128),
        Seed = 3,
    };

    [Theory]
    [InlineData(0.3)]
    [InlineData(1.9)]
    [InlineData(3.8)]
    public void ThePictureDiffersFromTheBackgroundOnlyWhereTheTruthIs(double time)
    {
        Planes picture = ColorPicture.Textured(160, 120, seed: 5).ToPlanes();
        Frame empty = new(Format), frame = new(Format);
        var truth = new Truth(160, 120);
        picture.Expose(empty);
        picture.Expose(frame);
        int painted = Passer.Paint(frame, truth, time);
        Assert.InRange(painted, 1, 21 * 55);
        Assert.Equal(painted, truth.Objects.Count());
        Assert.Equal(truth.Distinct.Count(), Truth.CountBoth(truth.Distinct, truth.Objects));
        for (int y = 0; y < 120; y++)
            for (int x = 0; x < 160; x++)
                if (!truth.Objects[x, y])
                    Assert.Equal(empty.Row(0, y)[x], frame.Row(0, y)[x]);
                else if (Math.Abs(empty.Row(0, y)[x] - frame.Row(0, y)[x]) >= Truth.LeastLuma)
                    Assert.True(truth.Distinct[x, y]);
    }

    [Fact]
    public void WhoStandsStillWalksOnFromTheSamePlace()
    {
        Walker waits = Passer with { Leave = 10, Stand = (2, 8) };
        Assert.Equal(waits.Position(2), waits.Position(7.9));
        Assert.Equal(Passer.Position(2), waits.Position(5));
        Assert.Equal(Passer.Position(3), waits.Position(9));
    }

    [Fact]
    public void NoiseIsTheSameForTheSameFrameAndHasTheDeviationAskedFor()
    {
        Frame first = new(Format), again = new(Format), next = new(Format);
        foreach (Frame frame in new[] { first, again, next })
            new ColorPicture(160, 120, new Vector3(120)).ToPlanes().Expose(frame);
        byte mean = first.Row(0, 0)[0];
        var noise = new SensorNoise(2, 1, seed: 9);
        noise.AddTo(first, 4);
        new SensorNoise(2, 1, seed: 9).AddTo(again, 4);
        noise.AddTo(next, 5);
        Assert.True(first.Data.SequenceEqual(again.Data));
        Assert.False(first.Data.SequenceEqual(next.Data));
        double sum = 0;
        for (int y = 0; y < 120; y++)
            foreach (byte sample in first.Row(0, y))
                sum += (sample - mean) * (sample - mean);
        Assert.InRange(Math.Sqrt(sum / (160 * 120)), 1.9, 2.15);      // 2, and a little of rounding
    }

    [Fact]
    public void NoiseStopsAtBlackAndWhite()
    {
        var frame = new Frame(Format);
        frame.Data[..80].Fill(255);
        new SensorNoise(3, 3, seed: 1).AddTo(frame, 0);
        Assert.All(frame.Data[..80].ToArray(), sample => Assert.InRange(sample, 230, 255));
        Assert.All(frame.Row(0, 1).ToArray(), sample => Assert.InRange(sample, 0, 20));
    }

    [Theory]
    [InlineData("1111111111", 0, 0)]
    [InlineData("0001111111", 3, 3)]
    [InlineData("0110111111", 4, 4)]          // two in a row are no sight
    [InlineData("0000000000", 10, 10)]
    [InlineData("1110011111", 5, 5)]          // of the first five only three: not for good
    [InlineData("1111111000111", 0, 3)]       // lost once more, later
    public void BlindnessLastsUntilSightIsBackForGood(string frames, double first, double longest)
    {
        var recovery = new Recovery();
        foreach (char frame in frames)
            recovery.Add(frame == '1', 1);
        Assert.Equal(first, recovery.FirstBlindness);
        Assert.Equal(longest, recovery.LongestBlindness);
    }
}
