using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Ffmpeg;

public class FfmpegFrameSourceTests(Clips clips) : IClassFixture<Clips>
{
    private static List<(TimeSpan Time, long Number, byte[] Data)> ReadAll(IFrameSource source)
    {
        var frames = new List<(TimeSpan, long, byte[])>();
        var frame = new Frame(source.Format);
        while (source.TryRead(frame))
            frames.Add((frame.Time, frame.Number, frame.Data.ToArray()));
        return frames;
    }

    private static List<(TimeSpan Time, long Number, byte[] Data)> ReadAll(string path, SourceOptions? options = null)
    {
        using IFrameSource source = FrameSources.Open(path, options);
        return ReadAll(source);
    }

    private static byte[] Join(IEnumerable<(TimeSpan Time, long Number, byte[] Data)> frames) => [.. frames.SelectMany(frame => frame.Data)];

    private static void AssertSame(byte[] expected, byte[] actual) => Assert.True(expected.AsSpan().SequenceEqual(actual), $"{expected.Length} and {actual.Length} bytes differ");

    [Theory]
    [InlineData("64x48", "yuv420p", "yuv420p", PixelLayout.Yuv420, ColorRange.Limited)]
    [InlineData("63x47", "yuv420p", "yuv420p", PixelLayout.Yuv420, ColorRange.Limited)]
    [InlineData("65x49", "yuv444p", "yuv420p", PixelLayout.Yuv420, ColorRange.Limited)]
    [InlineData("64x48", "yuv422p", "yuv420p", PixelLayout.Yuv420, ColorRange.Limited)]
    [InlineData("66x50", "yuv420p10le", "yuv420p", PixelLayout.Yuv420, ColorRange.Limited)]
    [InlineData("64x48", "yuva420p", "yuv420p", PixelLayout.Yuv420, ColorRange.Limited)]
    [InlineData("63x47", "gray", "gray", PixelLayout.Gray8, ColorRange.Full)]
    [InlineData("64x48", "gray16le", "gray", PixelLayout.Gray8, ColorRange.Full)]
    [InlineData("64x48", "bgra", "yuv420p", PixelLayout.Yuv420, ColorRange.Limited)]
    public void Every_pixel_format_and_size_gives_what_ffmpeg_decodes(string size, string stored, string decoded, PixelLayout layout, ColorRange range)
    {
        string path = clips.Render($"{stored}-{size}.mkv", size, 6, 10, "-pix_fmt", stored, "-c:v", "ffv1");
        using IFrameSource source = FrameSources.Open(path);
        string[] sides = size.Split('x');
        Assert.Equal(new FrameFormat(int.Parse(sides[0]), int.Parse(sides[1]), layout, range), source.Format);
        Assert.Equal(10, source.FrameRate);
        List<(TimeSpan Time, long Number, byte[] Data)> frames = ReadAll(source);
        AssertSame(Clips.Decode(path, "-pix_fmt", decoded), Join(frames));
        Assert.Equal([0, 1, 2, 3, 4, 5], frames.Select(frame => frame.Number));
        Assert.Equal([0, 100, 200, 300, 400, 500], frames.Select(frame => frame.Time.TotalMilliseconds));
    }

    /// <summary>The hint is about speed alone, and an ffmpeg that did not know it would not start.</summary>
    [Fact]
    public void Scaling_without_gathers_gives_the_same_samples()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.X86Base.IsSupported, "gathers are instructions of x86 processors");
        string path = clips.Render("gathers.mkv", "1280x722", 3, 10, "-c:v", "ffv1");
        string[] scaled = ["-loglevel", "error", "-i", path, "-vf", "scale=640:361:flags=area", "-pix_fmt", "yuv420p", "-f", "rawvideo", "-"];
        byte[] plain = FfmpegTools.Run(FfmpegTools.Ffmpeg, scaled, "scaling", TestContext.Current.CancellationToken);
        Assert.NotEmpty(plain);
        Assert.Equal(plain, FfmpegTools.Run(FfmpegTools.Ffmpeg, ["-cpuflags", "+slowgather", .. scaled], "scaling", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Rgb_frames_hold_the_planes_in_the_order_red_green_blue()
    {
        string path = clips.Render("rgb.mkv", "64x48", 3, 10, "-pix_fmt", "bgr0", "-c:v", "ffv1");
        byte[] interleaved = Clips.Decode(path, "-pix_fmt", "rgb24");
        using IFrameSource source = FrameSources.Open(path, new SourceOptions { Layout = PixelLayout.Rgb });
        Assert.Equal(ColorRange.Full, source.Format.Range);
        List<(TimeSpan Time, long Number, byte[] Data)> frames = ReadAll(source);
        Assert.Equal(3, frames.Count);
        for (int frame = 0; frame < 3; frame++)
            for (int i = 0; i < 64 * 48; i++)
                for (int channel = 0; channel < 3; channel++)
                    Assert.Equal(interleaved[(frame * 64 * 48 + i) * 3 + channel], frames[frame].Data[channel * 64 * 48 + i]);
    }

    [Theory]
    [InlineData("yuv420p", "tv", ColorRange.Limited)]
    [InlineData("yuv420p", "pc", ColorRange.Full)]
    public void Grey_of_a_colour_video_is_its_luma_untouched(string stored, string tag, ColorRange range)
    {
        string path = clips.Render($"luma-{tag}.mkv", "64x48", 2, 10, "-vf", $"scale=out_range={tag},format={stored}", "-color_range", tag, "-c:v", "ffv1");
        using IFrameSource source = FrameSources.Open(path, new SourceOptions { Layout = PixelLayout.Gray8 });
        Assert.Equal(new FrameFormat(64, 48, PixelLayout.Gray8, range), source.Format);
        byte[] planes = Clips.Decode(path, "-pix_fmt", "yuv420p");
        AssertSame([.. planes[..(64 * 48)], .. planes[(64 * 48 * 3 / 2)..(64 * 48 * 5 / 2)]], Join(ReadAll(source)));
    }

    [Fact]
    public void Jpeg_video_keeps_its_full_range()
    {
        string path = clips.Render("full.avi", "64x48", 2, 10, "-pix_fmt", "yuvj420p", "-c:v", "mjpeg");
        using IFrameSource source = FrameSources.Open(path);
        Assert.Equal(new FrameFormat(64, 48, PixelLayout.Yuv420, ColorRange.Full), source.Format);
        AssertSame(Clips.Decode(path, "-pix_fmt", "yuvj420p"), Join(ReadAll(source)));
    }

    [Fact]
    public void A_variable_frame_rate_keeps_every_frame_and_its_true_time()
    {
        string path = clips.Render("vfr.mp4", "64x48", 30, 30, "-vf", "settb=1/90000,setpts='(N+mod(N\\,3)*0.4)/30/TB'", "-fps_mode", "passthrough", "-enc_time_base", "1/90000", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-bf", "2");
        double[] expected = Clips.Times(path);
        List<(TimeSpan Time, long Number, byte[] Data)> frames = ReadAll(path);
        Assert.Equal(30, expected.Length);
        Assert.NotEqual(expected[1] - expected[0], expected[3] - expected[2], 0.005);
        Assert.Equal(expected.Length, frames.Count);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], frames[i].Time.TotalSeconds, 0.00002);
    }

    [Theory]
    [InlineData(1, 48, 64)]
    [InlineData(2, 64, 48)]
    [InlineData(3, 48, 64)]
    public void Rotation_is_applied(int quarters, int width, int height)
    {
        string plain = clips.Render("plain.mp4", "64x48", 3, 10, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-qp", "0");
        string path = clips.Made($"rotated{quarters}.mp4", path => Clips.Rotate(plain, path, quarters));
        MediaInfo info = MediaInfo.Read(path);
        Assert.Equal((width, height, 90 * quarters), (info.Width, info.Height, info.Rotation));
        using IFrameSource source = FrameSources.Open(path);
        Assert.Equal((width, height), (source.Format.Width, source.Format.Height));
        AssertSame(Clips.Decode(path, "-pix_fmt", "yuv420p"), Join(ReadAll(source)));
    }

    [Fact]
    public void Start_end_and_every_pick_the_same_frames_as_a_full_read()
    {
        string path = clips.Render("long.mp4", "64x48", 60, 25, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-g", "25", "-bf", "2");
        List<(TimeSpan Time, long Number, byte[] Data)> all = ReadAll(path);
        Assert.Equal(60, all.Count);
        List<(TimeSpan Time, long Number, byte[] Data)> some = ReadAll(path, new SourceOptions { Start = TimeSpan.FromSeconds(1.2), End = TimeSpan.FromSeconds(2), Every = 3 });
        int[] expected = [30, 33, 36, 39, 42, 45, 48];
        Assert.Equal(expected.Select(i => (long)i), some.Select(frame => frame.Number));
        Assert.Equal(expected.Select(i => all[i].Time), some.Select(frame => frame.Time));
        AssertSame(Join(expected.Select(i => all[i])), Join(some));
    }

    [Fact]
    public void Start_end_and_every_work_on_a_folder_of_images_too()
    {
        string folder = OpenedSource.Folder(clips);
        var rate = new SourceOptions { FrameRate = 10 };
        List<(TimeSpan Time, long Number, byte[] Data)> all = ReadAll(folder, rate);
        List<(TimeSpan Time, long Number, byte[] Data)> some = ReadAll(folder, rate with { Start = TimeSpan.FromSeconds(0.4), End = TimeSpan.FromSeconds(1), Every = 2 });
        Assert.Equal([4, 6, 8], some.Select(frame => frame.Number));
        Assert.Equal([400, 600, 800], some.Select(frame => frame.Time.TotalMilliseconds));
        AssertSame(Join([all[4], all[6], all[8]]), Join(some));
    }

    [Fact]
    public void Scaling_changes_the_size_and_keeps_the_aspect()
    {
        string path = clips.Render("scale.mkv", "64x48", 2, 10, "-c:v", "ffv1");
        using IFrameSource source = FrameSources.Open(path, new SourceOptions { Width = 32 });
        Assert.Equal((32, 24), (source.Format.Width, source.Format.Height));
        Assert.Equal(2, ReadAll(source).Count);
    }

    [Fact]
    public void A_frame_of_another_format_is_refused()
    {
        string path = clips.Render("scale.mkv", "64x48", 2, 10, "-c:v", "ffv1");
        using IFrameSource source = FrameSources.Open(path);
        Assert.Throws<ArgumentException>(() => source.TryRead(new Frame(new FrameFormat(64, 48, PixelLayout.Rgb))));
    }

    [Fact]
    public unsafe void A_frame_with_gaps_between_its_rows_is_filled_too()
    {
        string path = clips.Render("scale.mkv", "64x48", 2, 10, "-c:v", "ffv1");
        using IFrameSource source = FrameSources.Open(path, new SourceOptions { Layout = PixelLayout.Rgb });
        byte[] memory = GC.AllocateArray<byte>(3 * 80 * 48, pinned: true);
        fixed (byte* data = memory)
        {
            var frame = Frame.Wrap(source.Format, (nint)data, 80, (nint)data + 80 * 48, (nint)data + 2 * 80 * 48, 80);
            Assert.True(source.TryRead(frame));
            var whole = new Frame(source.Format);
            using IFrameSource again = FrameSources.Open(path, new SourceOptions { Layout = PixelLayout.Rgb });
            Assert.True(again.TryRead(whole));
            for (int plane = 0; plane < 3; plane++)
                for (int y = 0; y < 48; y++)
                    Assert.True(whole.Row(plane, y).SequenceEqual(frame.Row(plane, y)));
        }
    }

    [Fact]
    public void Reading_allocates_nothing_per_frame()
    {
        string path = clips.Render("alloc.mkv", "64x48", 220, 25, "-c:v", "ffv1");
        using IFrameSource source = FrameSources.Open(path);
        var frame = new Frame(source.Format);
        using var cancel = new CancellationTokenSource();
        for (int i = 0; i < 100; i++)
            Assert.True(source.TryRead(frame, cancel.Token));
        Assert.Equal(0, Allocation.LeastOf(() =>
        {
            for (int i = 0; i < 15; i++)
                Assert.True(source.TryRead(frame, cancel.Token));
        }));
    }
}
