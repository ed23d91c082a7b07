using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Imaging;

public sealed class PngReaderTests
{
    private static readonly int[] Labels = [0, 50, 85, 170, 255];

    private static LabelImage Read(byte[] png)
    {
        using MemoryStream stream = new(png);
        return PngReader.ReadLabels(stream);
    }

    // A pattern without symmetry, of as many values as wanted.
    private static int Pick(int x, int y, int count) => (x * x + 3 * y + x * y / 2) % count;

    /// <summary>Every color type and depth, interlaced and not, also smaller than one block of passes.</summary>
    public static TheoryData<int, int, bool, int, int> Kinds()
    {
        (int Type, int Bits)[] kinds = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8), (6, 16)];
        TheoryData<int, int, bool, int, int> rows = [];
        foreach ((int type, int bits) in kinds)
            foreach ((int width, int height) in ((int, int)[])[(21, 13), (3, 1), (8, 8)])
                foreach (bool interlaced in (bool[])[false, true])
                    rows.Add(type, bits, interlaced, width, height);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_gives_its_labels_exactly(int type, int bits, bool interlaced, int width, int height)
    {
        int most = (1 << bits) - 1, samples = type switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        bool isPalette = type == 3;
        byte[] palette = [.. Enumerable.Range(0, Math.Min(256, most + 1)).SelectMany(i => Enumerable.Repeat((byte)Labels[i % 5], 3))];
        int Sample(int x, int y) => isPalette ? Pick(x, y, Math.Min(most + 1, 200)) : bits < 8 ? Pick(x, y, most + 1) : bits == 8 ? Labels[Pick(x, y, 5)] : 257 * Labels[Pick(x, y, 5)];
        int[] Pixel(int x, int y)
        {
            int[] pixel = new int[samples];
            Array.Fill(pixel, Sample(x, y));
            if (samples % 2 == 0)
                pixel[^1] = Pick(y, x, most + 1);      // alpha, which must not matter
            return pixel;
        }
        LabelImage image = Read(PngFile.Make(width, height, type, bits, Pixel, interlaced: interlaced, palette: isPalette ? palette : null));
        Assert.Equal((width, height), (image.Width, image.Height));
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                Assert.Equal(isPalette ? Labels[Sample(x, y) % 5] : bits < 8 ? Sample(x, y) * 255 / most : Sample(x, y), image.Values[y * width + x]);
        if (bits == 16)
            Assert.Equal(Labels[Pick(2, 1 % height, 5)], image.ToBytes()[1 % height * width + 2]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_filter_is_undone(int filter)
    {
        foreach ((int type, int bits, int samples) in ((int, int, int)[])[(0, 8, 1), (0, 16, 1), (2, 8, 3), (6, 16, 4), (0, 2, 1)])
        {
            int most = (1 << bits) - 1;
            int Sample(int x, int y) => (x * 7919 + y * 104729 + x * y * 31) % (most + 1);
            LabelImage image = Read(PngFile.Make(29, 17, type, bits, (x, y) => [.. Enumerable.Repeat(Sample(x, y), samples)], filter));
            Assert.Equal(Enumerable.Range(0, 29 * 17).Select(i => (ushort)(bits < 8 ? Sample(i % 29, i / 29) * 85 : Sample(i % 29, i / 29))), image.Values);
        }
    }

    [Fact]
    public void A_palette_of_colors_in_use_gives_the_indices()
    {
        byte[] palette = [0, 0, 0, 200, 30, 40, 255, 255, 255];
        Assert.Equal(new ushort[] { 0, 1, 2, 0 }, Read(PngFile.Make(4, 1, 3, 8, (x, _) => [x % 3], palette: palette)).Values);
        // The color is there but no pixel has it: a palette of greys.
        Assert.Equal(new ushort[] { 0, 255, 0, 255 }, Read(PngFile.Make(4, 1, 3, 8, (x, _) => [x % 2 * 2], palette: palette)).Values);
    }

    [Fact]
    public void Labels_that_are_no_8_bit_values_are_told()
    {
        Assert.Equal(new byte[] { 50, 255, 255 }, new LabelImage([50, 255, 65535], 3, 1).ToBytes());
        Assert.Contains("at (1, 1) is 300", Assert.Throws<InvalidDataException>(() => new LabelImage([0, 0, 0, 300], 2, 2).ToBytes()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Colors_are_no_labels()
    {
        byte[] png = PngFile.Make(5, 4, 2, 8, (x, y) => (x, y) == (3, 2) ? [255, 254, 255] : [255, 255, 255]);
        Assert.Contains("(3, 2) is 255, 254, 255", Assert.Throws<InvalidDataException>(() => Read(png)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_writer_writes_is_read()
    {
        using MemoryStream stream = new();
        ushort[] wide = [.. Enumerable.Range(0, 37 * 11).Select(i => (ushort)(i * 159))];
        PngWriter.WriteGray16(stream, wide, 37, 11);
        Assert.Equal(wide, Read(stream.ToArray()).Values);
        stream.SetLength(0);
        Mask mask = new(67, 3);
        mask[66, 2] = mask[0, 0] = true;
        PngWriter.Write(stream, mask);
        Assert.Equal([0, 67 * 3 - 1], Read(stream.ToArray()).Values.Select((value, i) => (value, i)).Where(pixel => pixel.value == 255).Select(pixel => pixel.i));
    }

    [Fact]
    public void The_palette_of_changedetection_net_is_read_as_greys()
    {
        string path = Path.Combine(ReadmeTests.Root, "..", "shared", "data", "cases", "palette_groundtruth.png");
        if (!File.Exists(path))
            Assert.Skip("needs ../shared/data/cases/palette_groundtruth.png");
        // Counted with OpenCV's imread.
        Assert.Equal([(0, 65912), (50, 569), (170, 2736), (255, 7583)], Read(File.ReadAllBytes(path)).Values.CountBy(value => (int)value).OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void Damage_of_every_kind_is_an_error_and_never_a_picture()
    {
        byte[] png = PngFile.Make(40, 30, 0, 8, (x, y) => [Pick(x, y, 256)]);
        Assert.Contains("no PNG", Assert.Throws<InvalidDataException>(() => Read([.. "GIF89a and more"u8])).Message, StringComparison.Ordinal);
        for (int length = 8; length < png.Length; length += 7)
            Assert.Throws<InvalidDataException>(() => Read(png[..length]));
        for (int at = 8; at < png.Length; at++)
        {
            byte[] wrong = [.. png];
            wrong[at] ^= 0x21;
            Assert.Throws<InvalidDataException>(() => Read(wrong));      // every byte is under a checksum, or is one
        }
        byte[] signature = png[..8];
        byte[] Header(byte bits, byte type, byte width = 4) => PngFile.Chunk("IHDR"u8, [0, 0, width, 0, 0, 0, 0, 4, bits, type, 0, 0, 0]);
        byte[] end = PngFile.Chunk("IEND"u8, []);
        foreach ((byte[] file, string message) in ((byte[], string)[])[
            ([.. signature, .. end], "begins with a chunk IEND"),
            ([.. signature, .. Header(3, 0), .. end], "color type 0 with 3 bits"),
            ([.. signature, .. Header(8, 0, 200), .. end], "each side must be"),
            ([.. signature, .. Header(8, 0), .. end], "0 bytes cannot hold"),
            ([.. signature, .. Header(8, 3), .. end], "palette has 0 bytes"),
            ([.. signature, .. Header(8, 0), .. PngFile.Chunk("ABCD"u8, []), .. end], "chunk ABCD"),
            (PngFile.Make(4, 4, 3, 8, (x, _) => [x], palette: new byte[9]), "color 3 of a palette of 3"),
            (PngFile.Make(4, 4, 0, 8, (x, _) => [x], filter: 5), "filter 5")])
        {
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Read(file)).Message, StringComparison.Ordinal);
        }
    }
}
