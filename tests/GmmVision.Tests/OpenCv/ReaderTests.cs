using System.Diagnostics;
using System.Text.Json;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.OpenCv;
using GmmVision.Tests.Cli;
using GmmVision.Tests.Ffmpeg;
using OpenCvSharp;
using Xunit;

namespace GmmVision.Tests.OpenCv;

/// <summary>What the command line reads and measures by OpenCV, beside what it reads by ffmpeg.</summary>
public sealed class ReaderTests(Clips clips) : IClassFixture<Clips>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gmmvision-reader").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Both_readers_find_the_same_events_at_the_same_times()
    {
        OpenCvHere.Require();
        (double Start, double End)[] ffmpeg = Events("ffmpeg"), opencv = Events("opencv");
        Assert.Equal(SmallVideo.Crossings.Length, ffmpeg.Length);
        Assert.Equal(ffmpeg.Length, opencv.Length);
        for (int i = 0; i < ffmpeg.Length; i++)
        {
            Assert.Equal(ffmpeg[i].Start, opencv[i].Start, 0.1);
            Assert.Equal(ffmpeg[i].End, opencv[i].End, 0.1);
        }
        Assert.True(File.Exists(Path.Combine(_folder, "opencv", Path.GetFileNameWithoutExtension(SmallVideo.Path), "event-001.jpg")));

        (double, double)[] Events(string reader)
        {
            (int code, _, string error) = CommandLineRun.Here("detect", SmallVideo.Path, "--reader", reader, "--output", Path.Combine(_folder, reader));
            Assert.Equal((0, ""), (code, error));
            string report = Path.Combine(_folder, reader, Path.GetFileNameWithoutExtension(SmallVideo.Path), "events.json");
            return [.. JsonDocument.Parse(File.ReadAllText(report)).RootElement.GetProperty("events").EnumerateArray().Select(one => (Seconds(one, "start"), Seconds(one, "end")))];
        }

        static double Seconds(JsonElement one, string moment) => one.GetProperty(moment).GetProperty("seconds").GetDouble();
    }

    [Fact]
    public void Without_ffmpeg_the_job_is_done_by_opencv_and_says_so()
    {
        OpenCvHere.Require();
        using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Path.Combine(AppContext.BaseDirectory, "GmmVision.Cli.dll"), "detect", SmallVideo.Path, "--output", _folder])
        {
            RedirectStandardOutput = true,
            Environment = { ["PATH"] = _folder },
        })!;
        string told = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("2 motion events", told);
        Assert.Contains("ffmpeg was not found on the PATH, so this was read by OpenCV", told);
        string results = Path.Combine(_folder, Path.GetFileNameWithoutExtension(SmallVideo.Path));
        foreach (string file in (string[])["event-002.jpg", "background.png", "heatmap.png"])
            Assert.Equal(SmallVideo.Width, OpenCvPictures.Load(Path.Combine(results, file)).Image.Width);
    }

    [Theory, InlineData("--clips"), InlineData("--deinterlace"), InlineData("--fps", "10"), InlineData("--stream", "0"), InlineData("--levels", "0:255"), InlineData("--times", "exif")]
    public void What_only_ffmpeg_can_is_refused_with_what_to_do(params string[] option)
    {
        OpenCvHere.Require();
        (int code, _, string error) = CommandLineRun.Here(["detect", SmallVideo.Path, "--reader", "opencv", "--output", _folder, .. option]);
        Assert.Equal(2, code);
        Assert.Contains(option[0], error);
        Assert.Contains("use --reader ffmpeg", error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void A_part_of_a_video_is_read_in_another_size()
    {
        OpenCvHere.Require();
        CaptureOptions options = new() { Start = TimeSpan.FromSeconds(2.01), End = TimeSpan.FromSeconds(3), Every = 5, Scale = size => new Size(size.Width / 2, size.Height / 2) };
        using OpenCvFrameSource source = OpenCvFrameSource.Open(SmallVideo.Path, options, TestContext.Current.CancellationToken);
        Assert.Equal((SmallVideo.Width / 2, SmallVideo.Height / 2), (source.Format.Width, source.Format.Height));
        Assert.Equal((SmallVideo.Width, SmallVideo.Height), (source.OwnFormat.Width, source.OwnFormat.Height));
        Frame frame = new(source.Format);
        List<(long Number, double Time)> read = [];
        while (source.TryRead(frame, TestContext.Current.CancellationToken))
            read.Add((frame.Number, Math.Round(frame.Time.TotalSeconds, 2)));
        Assert.Equal([(51, 2.04), (56, 2.24), (61, 2.44), (66, 2.64), (71, 2.84)], read);
        Assert.Contains("ends at", Assert.Throws<IOException>(() => OpenCvFrameSource.Open(SmallVideo.Path, options with { Start = TimeSpan.FromSeconds(60), End = null }, CancellationToken.None)).Message);
        Assert.ThrowsAny<ArgumentException>(() => OpenCvFrameSource.Open(SmallVideo.Path, new CaptureOptions { Every = 0 }, CancellationToken.None));
        Assert.Throws<ArgumentException>(() => OpenCvFrameSource.Open("rtsp://127.0.0.1:1/none", options, CancellationToken.None));
    }

    [Theory, InlineData(1920, 1080, 960, 540), InlineData(3840, 2160, 960, 540), InlineData(1280, 720, 1280, 720), InlineData(1281, 721, 641, 361), InlineData(7, 4000, 1, 667)]
    public void The_working_height_is_what_ffmpeg_makes_of_it(int width, int height, int expectedWidth, int expectedHeight)
    {
        Assert.Equal((expectedWidth, expectedHeight), WorkingHeight.Auto.Of(width, height));
        Assert.Equal((width, height), WorkingHeight.Full.Of(width, height));
        using IFrameSource source = FrameSources.Open(clips.Render($"{width}x{height}.png", $"{width}x{height}", 1), new SourceOptions { WorkingHeight = WorkingHeight.Auto }, TestContext.Current.CancellationToken);
        Assert.Equal((expectedWidth, expectedHeight), (source.Format.Width, source.Format.Height));
    }

    [Theory, InlineData("rgb24", 0), InlineData("rgba", 0), InlineData("gray", 0), InlineData("pal8", 0), InlineData("rgb48be", 1)]
    public void A_png_is_the_same_picture_by_both(string format, int tolerance)
    {
        OpenCvHere.Require();
        string path = clips.Render($"{format}.png", "61x43", 1, 10, "-pix_fmt", format);
        Frame theirs = StillImage.Load(path, cancellation: TestContext.Current.CancellationToken), ours = OpenCvPictures.Load(path).Image;
        Assert.Equal(theirs.Format, ours.Format);
        for (int plane = 0; plane < 3; plane++)
            for (int y = 0; y < theirs.Height; y++)
                for (int x = 0; x < theirs.Width; x++)
                    Assert.True(Math.Abs(theirs.Row(plane, y)[x] - ours.Row(plane, y)[x]) <= tolerance, $"plane {plane}, {x}, {y}: {theirs.Row(plane, y)[x]} and {ours.Row(plane, y)[x]}");
    }

    [Fact]
    public void A_damaged_png_is_refused_or_the_same_picture_by_both()
    {
        OpenCvHere.Require();
        byte[] whole = File.ReadAllBytes(clips.Render("whole.png", "61x43", 1, 10));
        string path = Path.Combine(_folder, "damaged.png");
        Random random = new(3);
        int taken = 0;
        for (int i = 0; i < 60; i++)
        {
            byte[] damaged = [.. i % 3 == 0 ? whole[..random.Next(whole.Length)] : whole];
            for (int flips = i % 3; flips > 0; flips--)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, damaged);
            // Where the checksums are right both decode it; all else is left to ffmpeg.
            Assert.Equal(damaged.AsSpan().SequenceEqual(whole), PngReader.IsWhole(damaged));
            Frame? ours = null;
            try
            {
                ours = OpenCvPictures.Load(path).Image;
            }
            catch (IOException)
            {
                continue;
            }
            taken++;
            Frame theirs = StillImage.Load(path, cancellation: TestContext.Current.CancellationToken);
            Assert.True(theirs.Data.SequenceEqual(ours.Data), $"damage {i}");
        }
        Assert.True(taken < 30, $"{taken}");
    }

    [Fact]
    public void A_jpeg_that_lies_on_its_side_is_turned_upright_by_both()
    {
        OpenCvHere.Require();
        string flat = clips.Render("flat.jpg", "64x48", 1), turned = Path.Combine(_folder, "turned.jpg");
        byte[] bytes = File.ReadAllBytes(flat);
        // An EXIF segment that says no more than "orientation 6": a quarter to the right.
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*\0\0\0\b\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0\u0006\0\0\0\0\0\0"u8];
        File.WriteAllBytes(turned, [.. bytes[..2], .. exif, .. bytes[2..]]);
        Frame theirs = StillImage.Load(turned, cancellation: TestContext.Current.CancellationToken), ours = OpenCvPictures.Load(turned).Image;
        Assert.Equal((48, 64), (ours.Width, ours.Height));
        Assert.Equal(theirs.Format, ours.Format);
        // Two decoders of JPEG differ in how they spread chroma, not in where things are.
        double apart = 0;
        for (int y = 0; y < ours.Height; y++)
            for (int x = 0; x < ours.Width; x++)
                apart += Math.Abs(ours.Row(1, y)[x] - theirs.Row(1, y)[x]);
        Assert.True(apart / (48 * 64) < 6, $"{apart / (48 * 64)} levels apart");
    }

    [Fact]
    public void Transparency_and_deep_grey_are_read()
    {
        OpenCvHere.Require();
        string clear = Path.Combine(_folder, "clear.png"), deep = Path.Combine(_folder, "deep.png");
        using (Mat picture = new(20, 30, MatType.CV_8UC4, new Scalar(10, 20, 30, 255)))
        using (Mat corner = picture[0, 5, 0, 6])
        {
            corner.SetTo(new Scalar(0, 0, 0, 127));
            picture.SaveImage(clear);
        }
        (Frame image, Mask? transparent, _) = OpenCvPictures.Load(clear);
        Assert.Equal((30, 20, 10), (image.Row(0, 19)[29], image.Row(1, 19)[29], image.Row(2, 19)[29]));
        Assert.Equal(30, transparent!.Count());
        Assert.Equal(255, OpenCvPictures.Load(clear, (0, 20)).Image.Row(1, 19)[29]);
        Assert.Contains("8 bits", Assert.Throws<ArgumentException>(() => OpenCvPictures.Load(clear, (0, 256))).Message);
        Assert.True(transparent[5, 4] && !transparent[6, 4] && !transparent[5, 5]);

        using (Mat gray = new(10, 10, MatType.CV_16UC1, new Scalar(3000)))
        {
            gray.Set(0, 0, (ushort)4000);
            gray.SaveImage(deep);
        }
        (image, transparent, (int Low, int High)? levels) = OpenCvPictures.Load(deep, (3000, 4000));
        Assert.Equal((0, 255, (3000, 4000)), (image.Row(0, 5)[5], image.Row(1, 0)[0], levels!.Value));
        Assert.Null(transparent);
    }

    [Fact]
    public void A_bad_picture_and_a_bad_name_are_told()
    {
        OpenCvHere.Require();
        string bad = Path.Combine(_folder, "bad.png");
        File.WriteAllText(bad, "no picture");
        Assert.Contains("bad.png", Assert.Throws<IOException>(() => OpenCvPictures.Load(bad)).Message);
        Assert.Throws<FileNotFoundException>(() => OpenCvPictures.Load(Path.Combine(_folder, "none.png")));
        Frame frame = new(new FrameFormat(8, 8, PixelLayout.Yuv420));
        Assert.Contains("'.xyz'", Assert.Throws<ArgumentException>(() => OpenCvPictures.Encode(".xyz", frame)).Message);
        Assert.Equal([0xFF, 0xD8], OpenCvPictures.Encode(".jpg", frame)[..2]);
    }

    [Fact]
    public void Peers_are_measured_beside_ours()
    {
        OpenCvHere.Require();
        (int code, string output, string error) = CommandLineRun.Here("bench", "background", SmallVideo.Path, "--peers", "--frames", "12", "--rounds", "1", "--threads", "1", "--json");
        Assert.Equal((0, ""), (code, error));
        JsonElement table = JsonDocument.Parse(output).RootElement;
        Assert.Equal((SmallVideo.Width, 12, 1), (table.GetProperty("width").GetInt32(), table.GetProperty("frames").GetInt32(), table.GetProperty("threads").GetInt32()));
        JsonElement[] methods = [.. table.GetProperty("methods").EnumerateArray()];
        Assert.Equal(["OpenCV MOG2", "OpenCV KNN", "OpenCV MOG", "OpenCV GMG", "GmmVision mixture", "GmmVision", "GmmVision balanced", "GmmVision accurate"], methods.Select(method => method.GetProperty("method").GetString()!));
        Assert.Equal(1, methods[0].GetProperty("times_mog2").GetDouble());
        Assert.All(methods, method => Assert.True(method.GetProperty("median_ms").GetDouble() > 0));
        (code, _, error) = CommandLineRun.Here("bench", "background", SmallVideo.Path, "--peers", "--preset", "fast");
        Assert.Equal(2, code);
        Assert.Contains("--preset does not go with --peers", error);
    }
}
