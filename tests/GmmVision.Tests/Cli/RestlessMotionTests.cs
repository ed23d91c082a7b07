using System.Text.Json;
using GmmVision.Cli.Detect;
using GmmVision.Imaging;
using GmmVision.Motion;
using Xunit;

namespace GmmVision.Tests.Cli;

public sealed class RestlessMotionTests
{
    private const int Width = 320, Height = 240, Rate = 25;

    // What moves in a frame: boxes by frame number and time.
    private static string? Note(Func<int, double, IEnumerable<Box>> boxes, double seconds = 16, double rate = Rate, MotionOptions? options = null, Func<int, bool>? rains = null)
    {
        FrameFormat format = new(Width, Height, PixelLayout.Gray8);
        RestlessMotion restless = new(format, options ?? new MotionOptions());
        Results results = new(Width, Height);
        Frame frame = new(format);
        Mask mask = new(Width, Height);
        for (int i = 0; i <= seconds * rate; i++)
        {
            mask.Clear();
            foreach (Box box in boxes(i, i / rate))
                for (int y = Math.Max(0, box.Y); y < Math.Min(Height, box.Bottom); y++)
                    for (int x = Math.Max(0, box.X); x < Math.Min(Width, box.Right); x++)
                        mask[x, y] = true;
            restless.See(frame, results.Next(TimeSpan.FromSeconds(i / rate), mask, rains: rains?.Invoke(i) ?? false));
        }
        return restless.Note();
    }

    // Six drops somewhere else in every frame.
    private static IEnumerable<Box> Rain(int frame)
    {
        Random random = new(frame);
        for (int i = 0; i < 6; i++)
            yield return new Box(random.Next(Width - 3), random.Next(Height - 13), 3, 13);
    }

    // Twelve cross the picture, each at a pace of its own.
    private static IEnumerable<Box> Crowd(double seconds, int width, int height)
    {
        for (int i = 0; i < 12; i++)
            yield return new Box((int)((i * 53 + (15 + 3 * i) * seconds) % Width), i * 19, width, height);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(25)]
    public void Rain_gets_a_note_that_says_what_to_set(double rate)
    {
        string? note = Note((frame, _) => Rain(frame), rate: rate);
        Assert.Contains("in 100 % of the frames", note, StringComparison.Ordinal);
        Assert.Contains("--min-area 0.002 or larger", note, StringComparison.Ordinal);
        Assert.Contains("a larger --threshold than 0.0002", note, StringComparison.Ordinal);
    }

    [Fact]
    public void Light_rain_that_not_every_frame_shows_is_one_event_and_gets_it()
    {
        Assert.Contains("in 60 % of the frames", Note((frame, _) => frame % 5 < 3 ? Rain(frame) : []), StringComparison.Ordinal);
        // Where the pauses are longer than what events join, it is many events, and not all the time.
        Assert.Null(Note((frame, _) => frame % 100 < 40 ? Rain(frame) : [], options: new MotionOptions { MergeWindow = TimeSpan.FromSeconds(1) }));
    }

    [Fact]
    public void Rain_with_someone_who_walks_gets_it_too() =>
        Assert.NotNull(Note((frame, seconds) => seconds is > 6 and < 9 ? [.. Rain(frame), new Box((int)(100 * (seconds - 6)), 100, 24, 60)] : Rain(frame)));

    [Theory]
    [InlineData(40, 18)]
    [InlineData(6, 13)]      // far away, as small as drops
    public void A_busy_street_gets_none(int width, int height) => Assert.Null(Note((_, seconds) => Crowd(seconds, width, height)));

    [Fact]
    public void Rain_that_stops_or_a_clip_that_is_short_or_slow_gets_none()
    {
        Assert.Null(Note((frame, seconds) => seconds < 9 ? Rain(frame) : []));
        Assert.Null(Note((frame, _) => Rain(frame), seconds: 9));
        Assert.Null(Note((frame, _) => Rain(frame), rate: 2));
        Assert.Null(Note((_, _) => []));
    }

    [Fact]
    public void Rain_that_is_left_out_is_told_where_it_is_a_fifth_of_the_frames_and_could_have_hidden_something()
    {
        Assert.Contains("in 26 % of the frames, thin and everywhere", Note((_, _) => [], rains: frame => frame % 50 < 13), StringComparison.Ordinal);
        Assert.Null(Note((_, _) => [], rains: frame => frame % 50 < 8));
        Assert.Null(Note((_, _) => [], rains: _ => true, options: new MotionOptions { MinArea = 0.002 }));
    }

    [Fact]
    public void Rain_under_the_threshold_gets_none() => Assert.Null(Note((frame, _) => Rain(frame), options: new MotionOptions { Threshold = 0.01 }));

    [Theory]
    [InlineData("cases/rain.mp4", true)]
    [InlineData("clips/traffic_720p.mp4", false)]
    [InlineData("cases/close_truck.mp4", false)]
    public void On_inputs_that_are_known_only_rain_gets_it(string name, bool isRestless)
    {
        string path = Path.Combine(ReadmeTests.Root, "..", "shared", "data", name), folder = Directory.CreateTempSubdirectory("gmmvision-rain").FullName;
        if (!File.Exists(path))
            Assert.Skip($"needs ../shared/data/{name}");
        try
        {
            (int code, string output, string error) = CommandLineRun.Here(["detect", path, "--output", folder]);
            Assert.Equal((0, ""), (code, error));
            JsonElement report = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, Path.GetFileNameWithoutExtension(path), "events.json"))).RootElement;
            string[] notes = report.TryGetProperty("notes", out JsonElement found) ? [.. found.EnumerateArray().Select(note => note.GetString()!)] : [];
            Assert.Equal(isRestless, notes.Any(note => note.Contains("--min-area 0.002", StringComparison.Ordinal)));
            Assert.Equal(isRestless, output.Contains("note: something moves all the time", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
