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
        (ushort[] loaded, int width, int height) = StillImage.LoadLabels(path, TestContext.Current.CancellationToken);
        Assert.Equal((20, 10), (width, height));
        Assert.Equal(values, loaded);
    }

    [Theory]
    [InlineData(".bmp", "gray")]
    [InlineData(".bmp", "bgr24")]
    [InlineData(".bmp", "pal8")]
    [InlineData(".tif", "gray")]
    [InlineData(".tif", "gray16le")]
    [InlineData(".tif", "pal8")]
    [InlineData(".png", "pal8")]
    [InlineData(".gif", "pal8")]
    public void Labels_of_other_formats_are_exact_too(string extension, string pixelFormat)
    {
        byte[] labels = [.. Enumerable.Range(0, 40 * 30).Select(i => (byte)(i * 7 % 5 switch { 0 => 0, 1 => 50, 2 => 85, 3 => 170, _ => 255 }))];
        string gray = clips.NewPath("gray.png"), path = clips.NewPath("labels" + extension);
        OutputFile.Write(gray, stream => PngWriter.WriteGray(stream, labels, 40, 30));
        // By way of RGB where there are no other means to fill a palette exactly.
        string filter = pixelFormat == "pal8" ? "format=rgb24,split[a][b];[a]palettegen=reserve_transparent=0[p];[b][p]paletteuse=dither=none" : "null";
        Clips.Run("-i", gray, "-filter_complex", filter, "-pix_fmt", pixelFormat, path);
        LabelImage read = StillImage.LoadLabels(path, TestContext.Current.CancellationToken);
        Assert.Equal((40, 30), (read.Width, read.Height));
        Assert.Equal(labels, read.ToBytes());
    }

    [Fact]
    public void Labels_in_colors_or_in_no_file_are_refused_with_the_name()
    {
        Frame frame = new(new FrameFormat(4, 4, PixelLayout.Rgb));
        frame.Row(1, 2)[3] = 9;
        foreach (string extension in (string[])[".bmp", ".png"])
        {
            string path = clips.NewPath("colors" + extension);
            StillImage.Save(path, frame);
            string message = Assert.Throws<InvalidDataException>(() => StillImage.LoadLabels(path, TestContext.Current.CancellationToken)).Message;
            Assert.Contains($"cannot read labels 'colors{extension}': the pixel at (3, 2) is 0, 9, 0", message, StringComparison.Ordinal);
        }
        Assert.Contains("no such file", Assert.Throws<FileNotFoundException>(() => StillImage.LoadLabels(clips.NewPath("none.png"), TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jpg", 0.5)]
    [InlineData("png", 0.5)]
    [InlineData("png", 0.98)]
    public void A_damaged_image_is_an_error(string extension, double kept)
    {
        byte[] whole = File.ReadAllBytes(clips.Render("whole." + extension, "320x240", 1, 1));
        string path = clips.NewPath("damaged." + extension);
        File.WriteAllBytes(path, whole[..(int)(whole.Length * kept)]);
        string message = Assert.Throws<FfmpegException>(() => StillImage.Load(path)).Message;
        Assert.Contains("'damaged." + extension + "'", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void The_orientation_in_the_exif_data_is_applied()
    {
        string plain = clips.Render("plain.jpg", "64x48", 1, 1);
        byte[] bytes = File.ReadAllBytes(plain);
        // Exif header, TIFF header (big-endian), one entry: tag 0x0112, a short, 6: turn clockwise by 90 degrees.
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*\0\0\0\b"u8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        string path = clips.NewPath("turned.jpg");
        File.WriteAllBytes(path, [.. bytes[..2], .. exif, .. bytes[2..]]);
        Frame upright = StillImage.Load(plain), turned = StillImage.Load(path);
        Assert.Equal((48, 64), (turned.Width, turned.Height));
        for (int y = 0; y < 48; y++)
            for (int x = 0; x < 64; x++)
                Assert.InRange(turned.Row(1, x)[47 - y], upright.Row(1, y)[x] - 3, upright.Row(1, y)[x] + 3);
    }

    [Fact]
    public void Jpeg_in_printing_colours_comes_out_in_its_right_colour()
    {
        // 64x48, cyan 0, magenta 100 %, yellow 100 %, black 0: red.
        string path = clips.NewPath("cmyk.jpg");
        File.WriteAllBytes(path, Convert.FromBase64String("/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/8AAFAgAMABABEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD9/K/n/r+f+v38oooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooor//Z"));
        Frame frame = StillImage.Load(path);
        Assert.Equal((64, 48), (frame.Width, frame.Height));
        Assert.InRange(frame.Row(0, 20)[20], 250, 255);
        Assert.InRange(frame.Row(1, 20)[20], 0, 5);
        Assert.InRange(frame.Row(2, 20)[20], 0, 5);
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
