using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Ffmpeg;

public partial class BadInputTests(Clips clips) : IClassFixture<Clips>
{
    /// <summary>Reads all frames; returns how many there were and the error behind them.</summary>
    private static (int Frames, IOException? Error, IReadOnlyList<string> Warnings) ReadAll(string input, SourceOptions? options = null)
    {
        using IFrameSource source = FrameSources.Open(input, options);
        var frame = new Frame(source.Format);
        int count = 0;
        try
        {
            while (source.TryRead(frame))
                count++;
            return (count, null, source.Warnings);
        }
        catch (IOException exception)
        {
            Assert.False(source.TryRead(frame));
            Assert.DoesNotContain('\n', exception.Message);
            return (count, exception, source.Warnings);
        }
    }

    private static string OpenError(string input, SourceOptions? options = null)
    {
        string message = Assert.ThrowsAny<IOException>(() => FrameSources.Open(input, options)).Message;
        Assert.DoesNotContain('\n', message);
        Children.AssertGone(input);
        return message;
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.Contains("nowhere.mp4': there is no such file", OpenError(clips.NewPath("nowhere.mp4")));

    [Fact]
    public void A_text_file_called_mp4_is_no_video()
    {
        string path = clips.NewPath("notes.mp4");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("dear diary, today nothing moved. ", 100)));
        Assert.Matches("cannot read video 'notes.mp4': .*(Invalid data|moov atom|no video)", OpenError(path));
    }

    [Fact]
    public void A_sound_file_holds_no_video()
    {
        string path = clips.Made("sound.wav", path => Clips.Run("-f", "lavfi", "-i", "sine=d=0.2", path));
        Assert.Equal("cannot read video 'sound.wav': it holds no video.", OpenError(path));
    }

    [Fact]
    public void A_video_without_frames_says_so()
    {
        string path = clips.NewPath("empty.y4m");
        File.WriteAllText(path, "YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C420jpeg\n");
        Assert.Matches("cannot read video 'empty.y4m': .*(no frame|End of file)", OpenError(path));
    }

    [Fact]
    public void A_start_beyond_the_end_is_refused_with_the_length()
    {
        string path = clips.Render("short.mkv", "64x48", 10, 10, "-c:v", "ffv1");
        Assert.Contains("no frame at or after 5 s (it is 1 s long)", OpenError(path, new SourceOptions { Start = TimeSpan.FromSeconds(5) }));
    }

    [Theory]
    [InlineData("mp4", "-movflags", "+faststart")]
    [InlineData("mkv", "-cluster_time_limit", "500")]
    [InlineData("avi", "-flags", "+bitexact")]
    public void A_file_cut_in_the_middle_delivers_its_frames_and_then_says_where_it_is_cut(string container, string option, string value)
    {
        string whole = clips.Render($"whole.{container}", "64x48", 100, 10, "-pix_fmt", "yuv420p", "-c:v", "mpeg4", "-g", "10", option, value);
        string path = clips.NewPath("cut." + container);
        byte[] bytes = File.ReadAllBytes(whole);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        (int frames, IOException? error, _) = ReadAll(path);
        Assert.InRange(frames, 20, 80);
        Assert.NotNull(error);
        Assert.Contains("'cut." + container + "' is cut: it ends with frame " + (frames - 1).ToString(CultureInfo.InvariantCulture) + " at", error.Message);
        Assert.Equal((100, null), (ReadAll(whole).Frames, ReadAll(whole).Error));
    }

    [Theory]
    [InlineData("96x64")]
    [InlineData("48x64")]      // as many bytes as before: only ffmpeg's messages tell
    public void A_size_that_changes_in_the_stream_is_reported_and_not_bent(string second)
    {
        string a = clips.Render("a.ts", "64x48", 10, 10, "-c:v", "mpeg2video"), b = clips.Render($"b{second}.ts", second, 30, 10, "-c:v", "mpeg2video", "-output_ts_offset", "1");
        string path = clips.NewPath("two.ts");
        File.WriteAllBytes(path, [.. File.ReadAllBytes(a), .. File.ReadAllBytes(b)]);
        (int frames, IOException? error, _) = ReadAll(path);
        Assert.InRange(frames, second == "96x64" ? 9 : 1, second == "96x64" ? 10 : 35);
        Assert.NotNull(error);
        Assert.Contains($"the picture size changes from 64x48 to {second}", error.Message);
    }

    [Fact]
    public void A_fixed_size_reads_on_over_a_change_of_size()
    {
        string a = clips.Render("a.ts", "64x48", 10, 10, "-c:v", "mpeg2video"), b = clips.Render("b96x64.ts", "96x64", 30, 10, "-c:v", "mpeg2video", "-output_ts_offset", "1");
        string path = clips.NewPath("two.ts");
        File.WriteAllBytes(path, [.. File.ReadAllBytes(a), .. File.ReadAllBytes(b)]);
        (int frames, IOException? error, _) = ReadAll(path, new SourceOptions { Width = 64, Height = 48 });
        Assert.Null(error);
        Assert.InRange(frames, 35, 40);
    }

    [Fact]
    public void Images_are_read_in_number_order_and_a_hole_is_reported()
    {
        string folder = clips.Made("holes", folder =>
        {
            Directory.CreateDirectory(folder);
            foreach (int number in (int[])[8, 9, 10, 13, 100])
                Clips.Run("-f", "lavfi", "-i", $"color=c=0x{number:x2}{number:x2}{number:x2}:s=32x32:d=1", "-frames:v", "1", Path.Combine(folder, $"it's {number}.png"));
            File.WriteAllText(Path.Combine(folder, "readme.txt"), "no image");
        });
        using IFrameSource source = FrameSources.Open(folder, new SourceOptions { Layout = PixelLayout.Rgb });
        Assert.Equal(5, source.FrameCount);
        Assert.Equal(25, source.FrameRate);
        Assert.Equal(2, source.Warnings.Count);
        Assert.Equal("'holes' has a hole in its numbering: 11 to 12 are missing, 88 in all; the images that are there are read one after the other.", source.Warnings[0]);
        Assert.StartsWith("'holes' is taken as 25 frames a second; give a frame rate (fps) if it is another", source.Warnings[1]);
        var frame = new Frame(source.Format);
        foreach (int number in (int[])[8, 9, 10, 13, 100])
        {
            Assert.True(source.TryRead(frame));
            Assert.InRange(frame.Row(0, 5)[5], number - 2, number + 2);
        }
        Assert.False(source.TryRead(frame));
    }

    [Fact]
    public void A_folder_without_images_says_so() =>
        Assert.Contains("it holds no images", OpenError(Path.GetDirectoryName(clips.NewPath("x"))!));

    [Fact]
    public void A_camera_that_is_not_there_is_named()
    {
        if (File.Exists("/dev/video99"))
            Assert.Skip("this machine has a hundred cameras");
        Assert.Contains("cannot open camera '/dev/video99'", OpenError("/dev/video99"));
    }

    [Fact]
    public void Nobody_at_the_other_end_is_an_error_without_the_password()
    {
        string message = OpenError("rtsp://user:secret@127.0.0.1:9/x", new SourceOptions { Timeout = TimeSpan.FromSeconds(2) });
        Assert.Contains("Connection refused", message);
        Assert.DoesNotContain("secret", message);
    }

    [Fact]
    public void Every_option_out_of_range_is_refused_with_what_is_allowed()
    {
        string path = clips.Render("short.mkv", "64x48", 10, 10, "-c:v", "ffv1");
        foreach ((SourceOptions options, string expected) in new (SourceOptions, string)[]
        {
            (new() { Every = 0 }, "Every is 0; it must be 1"),
            (new() { Start = TimeSpan.FromSeconds(-1) }, "is negative"),
            (new() { Start = TimeSpan.FromSeconds(2), End = TimeSpan.FromSeconds(1) }, "give a later end"),
            (new() { Width = 0 }, "Width is 0; it must be 1"),
            (new() { Height = 40_000 }, "1 to 32768"),
            (new() { Threads = 65 }, "Threads is 65; it must be 0 to 64"),
            (new() { FrameRate = double.NaN }, "FrameRate is NaN; it must be over 0"),
            (new() { Timeout = TimeSpan.Zero }, "1 to 3600 seconds"),
            (new() { Layout = (PixelLayout)9 }, "one of Gray8, "),
        })
            Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(() => FrameSources.Open(path, options)).Message);
        Assert.Contains("is live", Assert.Throws<ArgumentException>(() => FrameSources.Open("udp://127.0.0.1:5", new SourceOptions { Start = TimeSpan.FromSeconds(1) })).Message);
    }

    [Fact]
    public void Ffmpeg_killed_while_it_decodes_is_an_error()
    {
        string path = clips.Render("large.mkv", "640x360", 60, 10, "-pix_fmt", "yuv420p", "-c:v", "mpeg4");
        using FfmpegFrameSource source = FfmpegFrameSource.OpenFile(path);
        var frame = new Frame(source.Format);
        Assert.True(source.TryRead(frame));
        using (Process decoder = Process.GetProcessById(source.ProcessId))
            decoder.Kill();
        IOException error = Assert.ThrowsAny<IOException>(() =>
        {
            while (source.TryRead(frame))
            {
            }
        });
        if (!OperatingSystem.IsWindows())
            Assert.Contains("ffmpeg was killed by signal 9", error.Message);
    }

    [Fact]
    public void Cancelling_ends_a_read_that_waits()
    {
        using var feeder = new StandardInput(clips.Render("start.y4m", "64x48", 5, 10, "-pix_fmt", "yuv420p"), staysOpen: true);
        using var cancel = new CancellationTokenSource();
        using IFrameSource source = feeder.Open();
        var frame = new Frame(source.Format);
        cancel.CancelAfter(300);
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            while (source.TryRead(frame, cancel.Token))
            {
            }
        });
    }

    [Fact]
    public void Disposing_from_another_thread_ends_a_read_that_waits()
    {
        using var feeder = new StandardInput(clips.Render("start.y4m", "64x48", 5, 10, "-pix_fmt", "yuv420p"), staysOpen: true);
        IFrameSource source = feeder.Open();
        var frame = new Frame(source.Format);
        using var timer = new Timer(_ => source.Dispose(), null, 300, Timeout.Infinite);
        while (source.TryRead(frame))
        {
        }
        Assert.False(source.TryRead(frame));
    }

    [Fact]
    public void A_killed_program_takes_ffmpeg_with_it()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("looks in /proc");
        string path = clips.Render("large.mkv", "640x360", 60, 10, "-pix_fmt", "yuv420p", "-c:v", "mpeg4");
        using Process host = HostRole.Start(path);
        int decoder = int.Parse(host.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        Assert.True(Children.IsAlive(decoder));
        host.Kill();      // SIGKILL: it can do nothing about its child any more
        host.WaitForExit();
        Children.AssertGone(decoder);
    }

    [Fact]
    public void Missing_ffmpeg_is_one_clear_line()
    {
        string path = clips.Render("short.mkv", "64x48", 10, 10, "-c:v", "ffv1");
        using (Process host = HostRole.Start(path, ("GMMVISION_FFMPEG", "/nowhere/ffmpeg")))
            Assert.Equal("GMMVISION_FFMPEG is set to '/nowhere/ffmpeg', where there is no ffmpeg: correct it, or unset it to use the one on the PATH.", host.StandardOutput.ReadToEnd().Trim());
        using (Process host = HostRole.Start(path, ("PATH", "/nowhere")))
            Assert.Matches(NotOnPath(), host.StandardOutput.ReadToEnd().Trim());
    }

    [GeneratedRegex(@"^ffprobe was not found on the PATH: install ffmpeg \(apt-get install ffmpeg.*\), or set GMMVISION_FFPROBE to its path\.$")]
    private static partial Regex NotOnPath();
}
