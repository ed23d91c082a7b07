using GmmVision.Imaging;
using GmmVision.Tests.Ffmpeg;
using Xunit;

namespace GmmVision.Tests.Imaging;

/// <summary>PNG as written here, against ffmpeg's decoder.</summary>
public class PngWriterTests(Clips clips) : IClassFixture<Clips>
{
    private byte[] Decode(string pixelFormat, Action<Stream> write)
    {
        string path = clips.NewPath("image.png");
        using (FileStream stream = File.Create(path))
            write(stream);
        return Clips.Decode(path, "-pix_fmt", pixelFormat);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(131)]
    public void Masks_are_white_where_set(int width)
    {
        var mask = new Mask(width, 9);
        var random = new Random(width);
        for (int y = 0; y < 9; y++)
            for (int x = 0; x < width; x++)
                mask[x, y] = random.Next(2) == 0;
        byte[] expected = new byte[width * 9];
        mask.CopyTo(expected, width);
        Assert.Equal(expected, Decode("gray", stream => PngWriter.Write(stream, mask)));
    }

    [Fact]
    public void Grey_of_8_and_16_bits_and_rgb_are_exact()
    {
        var random = new Random(1);
        byte[] gray = new byte[37 * 11];
        random.NextBytes(gray);
        Assert.Equal(gray, Decode("gray", stream => PngWriter.WriteGray(stream, gray, 37, 11)));

        ushort[] wide = [.. Enumerable.Range(0, 37 * 11).Select(_ => (ushort)random.Next(65536))];
        byte[] bytes = Decode("gray16le", stream => PngWriter.WriteGray16(stream, wide, 37, 11));
        Assert.Equal(wide, Enumerable.Range(0, wide.Length).Select(i => BitConverter.ToUInt16(bytes, 2 * i)).ToArray());

        var frame = new Frame(new FrameFormat(37, 11, PixelLayout.Rgb));
        random.NextBytes(frame.Data);
        byte[] rgb = Decode("rgb24", stream => PngWriter.Write(stream, frame));
        for (int i = 0; i < 37 * 11; i++)
            for (int channel = 0; channel < 3; channel++)
                Assert.Equal(frame.Data[channel * 37 * 11 + i], rgb[3 * i + channel]);
    }

    [Fact]
    public void Label_maps_show_the_colours_of_their_palette()
    {
        byte[] labels = [0, 1, 2, 2, 1, 0];
        byte[] palette = [10, 20, 30, 40, 50, 60, 250, 240, 230];
        byte[] rgb = Decode("rgb24", stream => PngWriter.WriteIndexed(stream, labels, 3, 2, palette));
        Assert.Equal([10, 20, 30, 40, 50, 60, 250, 240, 230, 250, 240, 230, 40, 50, 60, 10, 20, 30], rgb);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => PngWriter.WriteGray(Stream.Null, new byte[5], 2, 3));
        Assert.Throws<ArgumentException>(() => PngWriter.WriteIndexed(Stream.Null, new byte[] { 0, 1 }, 2, 1, new byte[3]));
        Assert.Throws<ArgumentException>(() => PngWriter.WriteIndexed(Stream.Null, new byte[] { 0 }, 1, 1, new byte[4]));
    }
}
