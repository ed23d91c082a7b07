using GmmVision.Cli.Detect;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;
using Xunit;

namespace GmmVision.Tests.Cli;

public sealed class TrajectoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-ways").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A square that goes to the right in frames 20 to 49 and down in frames 100 to 129, and one that stays where it flickers.
    private static Frame Picture(FrameFormat format, int i)
    {
        Frame frame = new(format) { Number = i, Time = TimeSpan.FromSeconds(i / 10.0) };
        frame.Row(0, 0).Fill(60);
        for (int y = 1; y < format.Height; y++)
            frame.Row(0, 0).CopyTo(frame.Row(0, y));
        if (i is >= 20 and < 50)
            Fill(frame, 10 + 4 * (i - 20), 40, 200);
        if (i is >= 100 and < 130)
            Fill(frame, 80, 5 + 2 * (i - 100), 200);
        if (i is >= 20 and < 50 && i % 2 == 0)
            Fill(frame, 20, 90, 220);
        return frame;

        static void Fill(Frame frame, int x, int y, byte value)
        {
            for (int row = y; row < y + 16; row++)
                frame.Row(0, row).Slice(x, 16).Fill(value);
        }
    }

    [Fact]
    public void Each_event_has_the_ways_of_those_who_went_anywhere_in_it()
    {
        FrameFormat format = new(160, 120, PixelLayout.Gray8);
        Trajectories trajectories = new(new OwnPixels(format, format with { Width = 320, Height = 240 }));
        using MotionPipeline pipeline = new(format, 10, new PipelineOptions { Preset = GmmVision.Foreground.Preset.Fast });
        FrameResult result = new(format);
        List<IReadOnlyList<(double X, double Y)[]>> ways = [];
        for (int i = 0; i < 160; i++)
        {
            Frame frame = Picture(format, i);
            pipeline.Process(frame, result);
            trajectories.See(frame, result);
            if (result.Ended is MotionEvent ended)
                ways.Add(trajectories.Take(ended));
        }
        Assert.Equal(2, ways.Count);
        (double X, double Y)[] right = Assert.Single(ways[0]), down = Assert.Single(ways[1]);
        Assert.All(right, point => Assert.Equal(2 * 48, point.Y, 4.0));
        Assert.Equal(2 * 18, right[0].X, 12.0);
        Assert.Equal(2 * 134, right[^1].X, 12.0);
        Assert.All(right.Zip(right.Skip(1)), step => Assert.True(step.Second.X > step.First.X));
        Assert.All(down, point => Assert.Equal(2 * 88, point.X, 4.0));
        Assert.Equal(2 * 71, down[^1].Y, 12.0);
    }

    [Fact]
    public void The_picture_of_an_event_shows_them()
    {
        string plain = Path.Combine(_folder, "plain"), drawn = Path.Combine(_folder, "drawn");
        Assert.Equal(0, CommandLineRun.Here(["detect", SmallVideo.Path, "--output", plain]).Code);
        Assert.Equal(0, CommandLineRun.Here(["detect", SmallVideo.Path, "--output", drawn, "--trajectories"]).Code);
        // The box goes along row 60, nearly all through the picture: yellow is there now, and was not.
        Assert.InRange(Yellow(drawn).Except(Yellow(plain)).Count(), 80, SmallVideo.Width);
        (int code, _, string error) = CommandLineRun.Here(["detect", SmallVideo.Path, "--output", drawn, "--trajectories", "--jobs", "2"]);
        Assert.Equal(2, code);
        Assert.Contains("--trajectories needs the frames in one go", error, StringComparison.Ordinal);
    }

    private static int[] Yellow(string folder)
    {
        Frame picture = StillImage.Load(Path.Combine(folder, Path.GetFileNameWithoutExtension(SmallVideo.Path), "event-001.jpg"));
        return [.. Enumerable.Range(0, picture.Width).Where(x => Enumerable.Range(54, 12).Any(y => picture.Row(0, y)[x] > 180 && picture.Row(1, y)[x] > 150 && picture.Row(2, y)[x] < 130))];
    }
}
