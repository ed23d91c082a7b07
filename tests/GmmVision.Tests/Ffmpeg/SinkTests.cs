using System.Diagnostics;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Ffmpeg;

public class SinkTests(Clips clips) : IClassFixture<Clips>
{
    private static Frame Picture(FrameFormat format, int seed)
    {
        var frame = new Frame(format) { Time = TimeSpan.FromSeconds(seed / 10.0), Number = seed };
        new Random(seed).NextBytes(frame.Data);
        return frame;
    }

    private static List<(TimeSpan Time, byte[] Data)> ReadAll(string path, PixelLayout? layout = null)
    {
        using IFrameSource source = FrameSources.Open(path, new SourceOptions { Layout = layout });
        var frames = new List<(TimeSpan, byte[])>();
        var frame = new Frame(source.Format);
        while (source.TryRead(frame))
            frames.Add((frame.Time, frame.Data.ToArray()));
        return frames;
    }

    [Theory]
    [InlineData(PixelLayout.Gray8, ColorRange.Full, 63, 47)]
    [InlineData(PixelLayout.Yuv420, ColorRange.Limited, 65, 47)]
    [InlineData(PixelLayout.Yuv420, ColorRange.Full, 64, 48)]
    [InlineData(PixelLayout.Rgb, ColorRange.Full, 63, 47)]
    public void Lossless_video_comes_back_bit_for_bit_with_its_times(PixelLayout layout, ColorRange range, int width, int height)
    {
        string path = clips.NewPath("lossless.mkv");
        var format = new FrameFormat(width, height, layout, range);
        TimeSpan[] times = [TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3.04), TimeSpan.FromSeconds(3.2), TimeSpan.FromSeconds(7)];
        using (var sink = new VideoSink(path, format, new VideoSinkOptions { Codec = VideoCodec.Ffv1 }))
        {
            for (int i = 0; i < times.Length; i++)
            {
                Frame frame = Picture(format, i);
                frame.Time = times[i];
                sink.Write(frame);
            }
            Assert.False(File.Exists(path));
            sink.Complete();
        }
        Assert.Equal([path], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
        using (IFrameSource source = FrameSources.Open(path, new SourceOptions { Layout = layout }))
            Assert.Equal(format, source.Format);
        List<(TimeSpan Time, byte[] Data)> frames = ReadAll(path, layout);
        Assert.Equal([0, 40, 200, 4000], frames.Select(frame => frame.Time.TotalMilliseconds));
        for (int i = 0; i < times.Length; i++)
            Assert.True(Picture(format, i).Data.SequenceEqual(frames[i].Data), $"frame {i} differs");
    }

    [Theory]
    [InlineData(PixelLayout.Yuv420, ColorRange.Limited, 200, 200)]
    [InlineData(PixelLayout.Yuv420, ColorRange.Full, 200, 187)]      // full range comes back limited: 16 + 219 / 255 * 200
    [InlineData(PixelLayout.Gray8, ColorRange.Full, 255, 235)]
    [InlineData(PixelLayout.Rgb, ColorRange.Full, 255, 235)]
    public void H264_keeps_brightness_times_and_count_also_of_odd_sizes(PixelLayout layout, ColorRange range, int value, int luma)
    {
        string path = clips.NewPath("video.mp4");
        var frame = new Frame(new FrameFormat(63, 47, layout, range));
        frame.Data.Fill(value: (byte)value);
        if (layout == PixelLayout.Yuv420)
            frame.Data[(63 * 47)..].Fill(128);
        using (var sink = new VideoSink(path, frame.Format))
        {
            foreach (double time in (double[])[0, 0.1, 0.15, 0.5])
            {
                frame.Time = TimeSpan.FromSeconds(time);
                sink.Write(frame);
            }
            sink.Complete();
        }
        using (IFrameSource source = FrameSources.Open(path))
            Assert.Equal(new FrameFormat(64, 48, PixelLayout.Yuv420, ColorRange.Limited), source.Format);
        List<(TimeSpan Time, byte[] Data)> frames = ReadAll(path);
        Assert.Equal([0, 100, 150, 500], frames.Select(read => read.Time.TotalMilliseconds));
        Assert.All(frames, read => Assert.InRange(read.Data[20 * 64 + 20], luma - 2, luma + 2));
        byte[] bytes = File.ReadAllBytes(path);
        Assert.True(bytes.AsSpan().IndexOf("moov"u8) < bytes.AsSpan().IndexOf("mdat"u8), "not fit for playing while it loads");
    }

    [Fact]
    public void Masks_become_black_and_white_lossless_video()
    {
        string path = clips.NewPath("mask.mkv");
        var mask = new Mask(70, 50);
        using (var sink = new VideoSink(path, new FrameFormat(70, 50, PixelLayout.Gray8, ColorRange.Full)))
        {
            for (int i = 0; i < 3; i++)
            {
                mask[i * 33, 7] = true;
                sink.Write(mask, TimeSpan.FromSeconds(i));
            }
            sink.Complete();
        }
        List<(TimeSpan Time, byte[] Data)> frames = ReadAll(path);
        Assert.Equal(3, frames.Count);
        byte[] expected = new byte[70 * 50];
        mask.CopyTo(expected, 70);
        Assert.Equal(expected, frames[2].Data);
    }

    [Fact]
    public void A_video_that_is_not_completed_leaves_nothing()
    {
        string path = clips.NewPath("given up.mp4");
        int encoder;
        using (var sink = new VideoSink(path, new FrameFormat(64, 48, PixelLayout.Yuv420)))
        {
            encoder = sink.ProcessId;
            sink.Write(Picture(new FrameFormat(64, 48, PixelLayout.Yuv420), 0));
        }
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
        Assert.False(Children.IsAlive(encoder));
    }

    [Fact]
    public void An_encoder_that_is_killed_is_an_error_and_leaves_nothing()
    {
        string path = clips.NewPath("killed.mkv");
        var format = new FrameFormat(640, 480, PixelLayout.Gray8);
        using (var sink = new VideoSink(path, format))
        {
            Frame frame = Picture(format, 1);
            sink.Write(frame);
            using (Process encoder = Process.GetProcessById(sink.ProcessId))
                encoder.Kill();
            IOException error = Assert.ThrowsAny<IOException>(() =>
            {
                for (int i = 0; i < 100; i++)
                    sink.Write(frame);
                sink.Complete();
            });
            Assert.Contains("cannot write video", error.Message);
        }
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Control_C_does_not_reach_the_encoder()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("sends a signal");
        string path = clips.NewPath("signal.mkv");
        var format = new FrameFormat(64, 48, PixelLayout.Gray8, ColorRange.Full);
        using (var sink = new VideoSink(path, format))
        {
            sink.Write(Picture(format, 0));
            Clips.RunProgram("kill", "-INT", sink.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Thread.Sleep(200);
            for (int i = 1; i < 5; i++)
                sink.Write(Picture(format, i));
            sink.Complete();
        }
        Assert.Equal(5, ReadAll(path).Count);
    }

    [Fact]
    public void A_full_disk_is_an_error_and_leaves_nothing()
    {
        string folder = Path.GetDirectoryName(clips.NewPath("x"))!;
        if (!OperatingSystem.IsLinux() || !Mount(folder))
            Assert.Skip("needs the right to mount a small file system");
        try
        {
            var format = new FrameFormat(320, 240, PixelLayout.Gray8);
            using (var sink = new VideoSink(Path.Combine(folder, "full.mkv"), format))
            {
                string message = Assert.ThrowsAny<IOException>(() =>
                {
                    for (int i = 0; i < 20; i++)
                        sink.Write(Picture(format, i));
                    sink.Complete();
                }).Message;
                Assert.Contains("No space left on device", message);
                Assert.DoesNotContain('\n', message);
            }
            string image = Assert.ThrowsAny<IOException>(() =>
            {
                for (int i = 0; i < 20; i++)
                    StillImage.Save(Path.Combine(folder, $"{i}.png"), Picture(format with { Range = ColorRange.Full }, i));
            }).Message;
            Assert.Contains("cannot write", image);
            Assert.DoesNotContain(Directory.GetFiles(folder), file => file.Contains("partial", StringComparison.Ordinal));
        }
        finally
        {
            Clips.RunProgram("umount", folder);
        }
    }

    private static bool Mount(string folder)
    {
        try
        {
            using Process mount = Process.Start(new ProcessStartInfo("mount") { ArgumentList = { "-t", "tmpfs", "-o", "size=200k", "tmpfs", folder }, RedirectStandardError = true })!;
            mount.WaitForExit();
            return mount.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        string file = clips.NewPath("a file");
        File.WriteAllText(file, "");
        string path = Path.Combine(file, "video.mp4");
        Assert.Contains($"cannot write '{path}'", Assert.ThrowsAny<IOException>(() => new VideoSink(path, new FrameFormat(64, 48, PixelLayout.Gray8))).Message);
    }

    [Fact]
    public void A_container_that_is_none_is_an_error()
    {
        string path = clips.NewPath("video.xyz");
        var format = new FrameFormat(320, 240, PixelLayout.Yuv420);
        using (var sink = new VideoSink(path, format))
        {
            Assert.Contains("video.xyz", Assert.ThrowsAny<IOException>(() =>
            {
                for (int i = 0; i < 100; i++)
                    sink.Write(Picture(format, i));
                sink.Complete();
            }).Message);
        }
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Every_option_out_of_range_is_refused()
    {
        foreach ((VideoSinkOptions options, string expected) in new (VideoSinkOptions, string)[]
        {
            (new() { FrameRate = 0 }, "FrameRate is 0; it must be over 0"),
            (new() { Quality = 52 }, "Quality is 52; it must be 0 to 51"),
            (new() { Speed = "warp" }, "Speed is warp; it must be one of ultrafast"),
            (new() { Threads = -1 }, "Threads is -1; it must be 0 to 64"),
            (new() { Codec = (VideoCodec)7 }, "one of H264, Ffv1"),
        })
            Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(() => new VideoSink(clips.NewPath("x.mp4"), new FrameFormat(64, 48, PixelLayout.Gray8), options)).Message);
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".jpg")]
    public void Frames_become_numbered_images(string extension)
    {
        string folder = clips.NewPath("images");
        var format = new FrameFormat(40, 30, PixelLayout.Gray8, ColorRange.Full);
        using (var sink = new ImageSequenceSink(folder, "in", extension, digits: 4, first: 7))
        {
            for (int i = 0; i < 3; i++)
                sink.Write(Picture(format, i));
            sink.Complete();
        }
        Assert.Equal([$"in0007{extension}", $"in0008{extension}", $"in0009{extension}"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Frame second = StillImage.Load(Path.Combine(folder, "in0008" + extension), PixelLayout.Gray8);
        double difference = 0;
        for (int i = 0; i < 40 * 30; i++)
            difference += Math.Abs(second.Data[i] - Picture(format, 1).Data[i]) / 1200.0;
        Assert.InRange(difference, 0, extension == ".png" ? 0 : 6);
    }

    [Fact]
    public void Masks_become_images_of_one_bit_a_pixel_and_unwanted_ones_are_removed()
    {
        string folder = clips.NewPath("masks");
        var mask = new Mask(133, 21);
        for (int i = 0; i < 133; i += 3)
            mask[i, i % 21] = true;
        using (var sink = new ImageSequenceSink(folder, "bin"))
        {
            sink.Write(mask);
            Frame loaded = StillImage.Load(Path.Combine(folder, "bin000001.png"), PixelLayout.Gray8);
            byte[] expected = new byte[133 * 21];
            mask.CopyTo(expected, 133);
            Assert.Equal(expected, loaded.Data.ToArray());
        }
        Assert.Empty(Directory.GetFiles(folder));
    }

    /// <summary>Whatever the clip begins with and however the file is sought in, a picture shows its own time in the whole video.</summary>
    [Theory]
    [InlineData("stamp.mp4")]
    [InlineData("stamp.ts")]
    public void The_time_that_is_drawn_is_that_of_the_whole_video(string name)
    {
        string whole = clips.Made(name, path => Clips.Run("-f", "lavfi", "-i", "color=0x506070:s=320x240:r=10:d=6", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-g", "10", path));
        byte[] plain = Corner(2, 10, new ClipOptions { Exact = true }), late = Corner(2, 10, new ClipOptions { Timecode = true }), early = Corner(3, 0, new ClipOptions { Timecode = true }),
            other = Corner(2, 11, new ClipOptions { Timecode = true }), day = Corner(2, 10, new ClipOptions { Timecode = true, Began = new DateTime(2026, 11, 29, 8, 0, 0, DateTimeKind.Unspecified) });
        Assert.Equal(0, Differing(late, early));
        Assert.True(Differing(late, plain) > 500);
        Assert.True(Differing(late, other) > 5);      // a tenth of a second later one digit is another
        Assert.True(Differing(late, day) > 100);

        // The picture of a number, in a clip that begins at a second.
        byte[] Corner(double start, int number, ClipOptions options)
        {
            string path = clips.NewPath("stamped.mp4");
            Assert.False(ClipCutter.Cut(whole, path, TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(5), options));
            byte[] picture = ReadAll(path, PixelLayout.Gray8)[number].Data;
            return [.. Enumerable.Range(210, 26).SelectMany(y => picture[(320 * y)..(320 * y + 160)])];
        }

        static int Differing(byte[] one, byte[] another) => one.Zip(another, (a, b) => Math.Abs(a - b)).Count(difference => difference > 40);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_clip_is_cut_with_its_sound(bool exact)
    {
        string whole = clips.Made("sound.mp4", path => Clips.Run("-f", "lavfi", "-i", "testsrc2=s=64x48:r=10:d=6", "-f", "lavfi", "-i", "sine=d=6",
            "-pix_fmt", "yuv420p", "-c:v", "libx264", "-g", "10", "-bf", "2", "-c:a", "aac", path));
        string path = clips.NewPath("piece.mp4");
        Assert.Equal(!exact, ClipCutter.Cut(whole, path, TimeSpan.FromSeconds(2.3), TimeSpan.FromSeconds(4), new ClipOptions { Exact = exact }));
        MediaInfo info = MediaInfo.Read(path);
        Assert.True(info.HasAudio);
        int frames = ReadAll(path).Count;
        Assert.InRange(frames, 17, exact ? 17 : 23);      // a copy begins at the key frame at 2 s, and ends with whole groups of B-frames
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_clip_that_cannot_be_copied_is_encoded_again()
    {
        string whole = clips.Render("raw.y4m", "64x48", 20, 10, "-pix_fmt", "yuv420p");
        string path = clips.NewPath("piece.mp4");
        Assert.False(ClipCutter.Cut(whole, path, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1)));
        Assert.Equal(5, ReadAll(path).Count);
    }

    [Fact]
    public void A_clip_beyond_the_end_is_an_error_and_leaves_nothing()
    {
        string whole = clips.Render("raw.y4m", "64x48", 20, 10, "-pix_fmt", "yuv420p");
        string path = clips.NewPath("piece.mp4");
        Assert.ThrowsAny<IOException>(() => ClipCutter.Cut(whole, path, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60)));
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
        Assert.Throws<ArgumentException>(() => ClipCutter.Cut(whole, path, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)));
    }
}
