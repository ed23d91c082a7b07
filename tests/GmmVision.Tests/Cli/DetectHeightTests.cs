using System.Text.Json;
using GmmVision.Cli.Detect;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Tests.Ffmpeg;
using Xunit;

namespace GmmVision.Tests.Cli;

/// <summary>Looking at fewer rows than a video has, and telling it in the video's own pixels.</summary>
public sealed class DetectHeightTests : IDisposable
{
    private const int Width = 1440, Height = 1080;

    private static readonly Lazy<string> Large = new(() =>
    {
        string folder = Directory.CreateTempSubdirectory("gmmvision-height-video").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string path = Path.Combine(folder, "large.mp4");
        Clips.Run("-i", SmallVideo.Path, "-an", "-vf", $"scale={Width}:{Height}", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "24", path);
        return path;
    });

    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-height").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Out(string name, string file) => Path.Combine(_folder, name, file);

    private JsonElement Detect(string path, params string[] args)
    {
        (int code, _, string error) = CommandLineRun.Here(["detect", path, .. args, "--output", _folder]);
        Assert.Equal((0, ""), (code, error));
        return JsonDocument.Parse(File.ReadAllText(Out(Path.GetFileNameWithoutExtension(path), "events.json"))).RootElement;
    }

    private static JsonElement[] Events(JsonElement report) => [.. report.GetProperty("events").EnumerateArray()];

    private static double Seconds(JsonElement motion, string name) => motion.GetProperty(name).GetProperty("seconds").GetDouble();

    private static (int X, int Y, int Width, int Height) BoxOf(JsonElement motion)
    {
        JsonElement box = motion.GetProperty("box");
        return (box.GetProperty("x").GetInt32(), box.GetProperty("y").GetInt32(), box.GetProperty("width").GetInt32(), box.GetProperty("height").GetInt32());
    }

    [Theory]
    [InlineData(480, 640, 480, 640)]
    [InlineData(720, 1280, 720, 1280)]
    [InlineData(722, 1280, 361, 640)]
    [InlineData(1080, 1920, 540, 960)]
    [InlineData(2160, 3840, 540, 960)]
    [InlineData(4320, 7680, 617, 1097)]
    public void Auto_is_the_largest_whole_fraction_below_720_rows(int height, int width, int rows, int columns)
    {
        string path = Path.Combine(_folder, "one.mkv");
        Clips.Run("-f", "lavfi", "-i", $"color=gray:s={width}x{height}:r=25", "-frames:v", "1", "-c:v", "mpeg4", path);      // the fastest at 8K
        using FfmpegFrameSource source = FfmpegFrameSource.OpenFile(path, new SourceOptions { WorkingHeight = WorkingHeight.Auto });
        Assert.Equal((columns, rows, width, height), (source.Format.Width, source.Format.Height, source.OwnFormat.Width, source.OwnFormat.Height));
        Frame frame = new(source.Format);
        Assert.True(source.TryRead(frame));
        Assert.False(source.TryRead(frame));
    }

    [Theory]
    [InlineData("full", true)]
    [InlineData("AUTO", true)]
    [InlineData("64", true)]
    [InlineData("32768", true)]
    [InlineData("63", false)]
    [InlineData("40000", false)]
    [InlineData("-1", false)]
    [InlineData("half", false)]
    [InlineData("", false)]
    public void A_height_is_a_word_or_a_number_within_its_range(string text, bool isHeight)
    {
        Assert.Equal(isHeight, WorkingHeight.TryParse(text, out WorkingHeight height));
        if (isHeight)
            Assert.Equal(text, height.ToString(), ignoreCase: true);
        else
            Assert.Equal(2, CommandLineRun.Here("detect", "x.mp4", "--detect-height", text).Code);
    }

    [Fact]
    public void A_number_is_the_most_rows_and_never_scales_up()
    {
        using (FfmpegFrameSource source = FfmpegFrameSource.OpenFile(SmallVideo.Path, new SourceOptions { WorkingHeight = WorkingHeight.AtMost(90) }))
            Assert.Equal((120, 90), (source.Format.Width, source.Format.Height));
        using (FfmpegFrameSource source = FfmpegFrameSource.OpenFile(SmallVideo.Path, new SourceOptions { WorkingHeight = WorkingHeight.AtMost(200) }))
            Assert.Equal((SmallVideo.Width, SmallVideo.Height), (source.Format.Width, source.Format.Height));
        Assert.Throws<ArgumentException>(() => FfmpegFrameSource.OpenFile(SmallVideo.Path, new SourceOptions { WorkingHeight = WorkingHeight.Auto, Height = 60 }));
    }

    [Fact]
    public void Events_of_a_large_video_are_those_of_all_its_rows_in_its_own_pixels()
    {
        JsonElement report = Detect(Large.Value, "--zone", "0,0 1439,0 1439,1079 0,1079", "--privacy", "0,0 300,0 300,200 0,200");
        JsonElement input = report.GetProperty("input");
        Assert.Equal((Width, Height, 720, 540), (input.GetProperty("width").GetInt32(), input.GetProperty("height").GetInt32(), input.GetProperty("detect_width").GetInt32(), input.GetProperty("detect_height").GetInt32()));
        JsonElement[] half = Events(report);
        foreach (string name in (string[])["background.png", "heatmap.png"])
            Assert.Equal((Width, Height), (Picture("large", name).Width, Picture("large", name).Height));
        for (int i = 0; i < half.Length; i++)
        {
            Frame thumbnail = Picture("large", $"event-{i + 1:000}.jpg");
            Assert.Equal((Width, Height), (thumbnail.Width, thumbnail.Height));
            Assert.InRange(thumbnail.Row(0, 100)[150], 0, 40);      // the privacy zone
        }
        JsonElement[] full = Events(Detect(Large.Value, "--detect-height", "full"));
        Assert.Equal(SmallVideo.Crossings.Length, half.Length);
        Assert.Equal(half.Length, full.Length);
        for (int i = 0; i < half.Length; i++)
        {
            Assert.Equal(Seconds(full[i], "start"), Seconds(half[i], "start"), 0.2);
            Assert.Equal(Seconds(full[i], "end"), Seconds(half[i], "end"), 0.2);
            (int X, int Y, int Width, int Height) a = BoxOf(full[i]), b = BoxOf(half[i]);
            Assert.All(new[] { a.X - b.X, a.Y - b.Y, a.X + a.Width - b.X - b.Width, a.Y + a.Height - b.Y - b.Height }, apart => Assert.InRange(apart, -30, 30));
        }
    }

    [Fact]
    public void A_thumbnail_is_made_of_the_videos_own_picture_and_not_of_the_scaled_one()
    {
        // Black and white columns of one pixel, which no smaller picture can show.
        string path = Path.Combine(_folder, "fine.mkv");
        Clips.Run("-f", "lavfi", "-i", "nullsrc=s=320x240:r=25:d=6,format=gray,geq=lum='if(between(T,3,5)*between(X,(T-3)*100,(T-3)*100+60)*between(Y,80,140),200,if(mod(X,2),60,180))'", "-c:v", "ffv1", path);
        JsonElement[] events = Events(Detect(path, "--detect-height", "120"));
        Assert.Equal(3, Seconds(Assert.Single(events), "start"), 0.3);
        ReadOnlySpan<byte> row = Picture("fine", "event-001.jpg").Row(0, 20);
        Assert.True(Math.Abs(row[101] - row[100]) > 80, $"{row[100]} beside {row[101]}");
    }

    [Fact]
    public void Masks_are_of_the_videos_own_size_whatever_is_looked_at()
    {
        Detect(SmallVideo.Path, "--mask", "--overlay", "--masks", Path.Combine(_folder, "png"), "--detect-height", "64");
        foreach (string video in (string[])["mask.mkv", "overlay.mp4"])
        {
            MediaInfo info = MediaInfo.Read(Out("small", video));
            Assert.Equal((SmallVideo.Width, SmallVideo.Height), (info.Width, info.Height));
        }
        Assert.Equal(SmallVideo.Frames, Directory.GetFiles(Path.Combine(_folder, "png"), "*.png").Length);
        JsonElement input = Detect(SmallVideo.Path, "--mask").GetProperty("input");
        Assert.False(input.TryGetProperty("detect_height", out _));
    }

    [Fact]
    public void A_picture_that_is_enlarged_keeps_its_place_and_a_mask_its_contour()
    {
        FrameFormat small = new(40, 30, PixelLayout.Yuv420), large = new(80, 60, PixelLayout.Yuv420);
        Frame picture = new(small);
        for (int y = 0; y < 30; y++)
        {
            for (int x = 0; x < 40; x++)
                picture.Row(0, y)[x] = (byte)(4 * x + 2 * y);
        }
        picture.Row(1, 3).Fill(77);
        OwnPixels pixels = new(small, large);
        Frame enlarged = pixels.Of(picture);
        for (int y = 2; y < 58; y++)
        {
            for (int x = 2; x < 78; x++)
                Assert.Equal(4 * ((x + 0.5) / 2 - 0.5) + 2 * ((y + 0.5) / 2 - 0.5), enlarged.Row(0, y)[x], 1.01);
        }
        Assert.InRange(enlarged.Row(1, 6)[10], (byte)55, (byte)60);       // three quarters of 77

        Mask mask = new(40, 30);
        for (int y = 10; y < 20; y++)
        {
            for (int x = 5; x < 35; x++)
                mask[x, y] = true;
        }
        Mask own = pixels.Of(mask);
        for (int y = 0; y < 60; y++)
        {
            for (int x = 0; x < 80; x++)
            {
                bool isCorner = x is 10 or 69 && y is 20 or 39;       // rounded off
                if (!isCorner)
                    Assert.Equal(x is >= 10 and < 70 && y is >= 20 and < 40, own[x, y]);
            }
        }
        Assert.Equal(new Box(10, 20, 60, 20), pixels.Of(new Box(5, 10, 30, 10)));
        Assert.Same(picture, new OwnPixels(small, small).Of(picture));
    }

    private Frame Picture(string name, string file) => StillImage.Load(Out(name, file));
}
