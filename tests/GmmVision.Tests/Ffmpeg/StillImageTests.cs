using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Ffmpeg;

public class StillImageTests(Clips clips) : IClassFixture<Clips>
{
    private static byte[] Interleaved(Frame frame)
    {
        byte[] pixels = new byte[3 * frame.Width * frame.Height];
        for (int y = 0; y < frame.Height; y++)
            for (int x = 0; x < frame.Width; x++)
                for (int channel = 0; channel < 3; channel++)
                    pixels[3 * (y * frame.Width + x) + channel] = frame.Row(channel, y)[x];
        return pixels;
    }

    [Theory]
    [InlineData("rgb24")]
    [InlineData("rgb48be")]
    [InlineData("rgba")]
    [InlineData("pal8")]
    [InlineData("gray")]
    [InlineData("gray16be")]
    [InlineData("ya8")]
    [InlineData("monob")]
    public void A_png_of_any_kind_loads_with_the_values_that_ffmpeg_decodes(string format)
    {
        string path = clips.Render($"{format}.png", "37x23", 1, 1, "-pix_fmt", format);
        Frame frame = StillImage.Load(path);
        Assert.Equal(new FrameFormat(37, 23, PixelLayout.Rgb, ColorRange.Full), frame.Format);
        Assert.Equal(Clips.Decode(path, "-pix_fmt", "rgb24"), Interleaved(frame));
    }

    [Theory]
    [InlineData(PixelLayout.Gray8, "gray")]
    [InlineData(PixelLayout.Rgb, "rgb24")]
    public void A_png_comes_back_as_it_was_saved(PixelLayout layout, string format)
    {
        string source = clips.Render($"source-{format}.png", "37x23", 1, 1, "-pix_fmt", format);
        Frame frame = StillImage.Load(source, layout);
        string path = clips.NewPath("100% saved image.png");
        StillImage.Save(path, frame);
        Frame again = StillImage.Load(path, layout);
        Assert.Equal(frame.Format, again.Format);
        Assert.True(frame.Data.SequenceEqual(again.Data));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Theory]
    [InlineData(".jpg", 6)]
    [InlineData(".png", 2)]
    [InlineData(".bmp", 2)]
    [InlineData(".tif", 2)]
    [InlineData(".webp", 12)]
    public void Every_format_saves_limited_video_frames_in_their_right_brightness(string extension, int tolerance)
    {
        var frame = new Frame(new FrameFormat(40, 30, PixelLayout.Yuv420, ColorRange.Limited));
        frame.Data.Fill(128);
        frame.Data[..(40 * 30)].Fill(235);
        string path = clips.NewPath("white" + extension);
        StillImage.Save(path, frame);
        Frame loaded = StillImage.Load(path);
        foreach (byte sample in loaded.Data)
            Assert.InRange(sample, 255 - tolerance, 255);
    }

    [Fact]
    public void Sixteen_bit_values_survive()
    {
        ushort[] values = [.. Enumerable.Range(0, 20 * 10).Select(i => (ushort)(i * 313))];
        string path = clips.NewPath("labels.png");
        OutputFile.Write(path, stream => PngWriter.WriteGray16(stream, values, 20, 10));
        (ushort[] loaded, int width, int height) = StillImage.LoadGray16(path);
        Assert.Equal((20, 10), (width, height));
        Assert.Equal(values, loaded);
    }

    [Fact]
    public void A_missing_image_says_so() =>
        Assert.Contains("no such file", Assert.Throws<FileNotFoundException>(() => StillImage.Load(clips.NewPath("none.png"))).Message);

    [Fact]
    public void A_text_file_is_no_image()
    {
        string path = clips.NewPath("text.png");
        File.WriteAllText(path, "this is no picture");
        FfmpegException exception = Assert.Throws<FfmpegException>(() => StillImage.Load(path));
        Assert.Contains("cannot read image 'text.png'", exception.Message);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void An_unknown_extension_is_refused_before_anything_is_written()
    {
        string path = clips.NewPath("frame.gif2");
        Assert.Contains(".gif2", Assert.Throws<ArgumentException>(() => StillImage.Save(path, new Frame(new FrameFormat(4, 4, PixelLayout.Gray8)))).Message);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }
}
