using System.Buffers.Binary;
using System.Diagnostics;
using GmmVision.Ffmpeg.Nut;
using GmmVision.Imaging;
using Xunit;

namespace GmmVision.Tests.Ffmpeg;

public class NutTests(Clips clips) : IClassFixture<Clips>
{
    /// <summary>Hands out one byte a read, as a slow pipe may.</summary>
    private sealed class Drip(byte[] data) : MemoryStream(data)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }

    private static byte[] Write(FrameFormat format, params long[] times)
    {
        using var stream = new MemoryStream();
        var writer = new NutWriter(stream, format);
        for (int i = 0; i < times.Length; i++)
        {
            writer.WriteHeader(times[i], format.ByteCount);
            byte[] samples = new byte[format.ByteCount];
            Array.Fill(samples, (byte)(i + 1));
            stream.Write(samples);
        }
        return stream.ToArray();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_written_is_read_back(bool drip)
    {
        var format = new FrameFormat(70, 51, PixelLayout.Yuv420);
        long[] times = [0, 1, 90_000, 90_001, 5_000_000_000_000];
        byte[] bytes = Write(format, times);
        var reader = new NutReader(drip ? new Drip(bytes) : new MemoryStream(bytes));
        Assert.True(reader.TryOpen());
        Assert.Equal((70, 51, NutFormat.Yuv420), (reader.Width, reader.Height, reader.FourCc));
        byte[] samples = new byte[format.ByteCount];
        for (int i = 0; i < times.Length; i++)
        {
            Assert.True(reader.TryReadHeader(out long pts));
            Assert.Equal(times[i], pts);
            Assert.Equal(format.ByteCount, reader.Remaining);
            if (i == 1)
                continue;      // what is not read is skipped
            reader.Read(samples.AsSpan(0, 10));
            reader.Read(samples.AsSpan(10));
            Assert.Equal(-1, samples.AsSpan().IndexOfAnyExcept((byte)(i + 1)));
        }
        Assert.False(reader.TryReadHeader(out _));
    }

    [Fact]
    public void Ffmpeg_reads_what_is_written()
    {
        string path = clips.NewPath("written.nut");
        byte[] bytes = Write(new FrameFormat(70, 51, PixelLayout.Gray8), 0, 3000, 12_000);
        File.WriteAllBytes(path, bytes);
        Assert.Equal([0, 3000 / 90_000.0, 12_000 / 90_000.0], Clips.Times(path).Select(time => Math.Round(time, 9)).ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        byte[] decoded = Clips.Decode(path, "-fps_mode", "passthrough", "-pix_fmt", "gray");
        Assert.Equal(3 * 70 * 51, decoded.Length);
        Assert.Equal((1, 3), (decoded[0], decoded[^1]));
    }

    [Fact]
    public void Damage_in_a_header_is_noticed()
    {
        byte[] bytes = Write(new FrameFormat(8, 8, PixelLayout.Gray8), 0, 1);
        int noticed = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[i] ^= 0x10;
            var reader = new NutReader(new MemoryStream(damaged));
            var read = new List<long>();
            try
            {
                if (reader.TryOpen())
                {
                    while (reader.TryReadHeader(out long pts))
                        read.Add(pts);
                }
                Assert.Equal([0, 1], read);      // it was in a sample, or did not matter
            }
            catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or OverflowException)
            {
                noticed++;
            }
        }
        // A synchronisation point whose start code is damaged after its first byte counts as a packet of a kind unknown here, which is skipped.
        Assert.Equal(bytes.Length - 2 * 64 - 2 * 7, noticed);
    }

    [Fact]
    public void A_stream_that_breaks_off_is_no_end()
    {
        byte[] bytes = Write(new FrameFormat(8, 8, PixelLayout.Gray8), 0, 1);
        var reader = new NutReader(new MemoryStream(bytes[..^1]));
        Assert.True(reader.TryOpen());
        Assert.True(reader.TryReadHeader(out _));
        Assert.True(reader.TryReadHeader(out _));
        Assert.Throws<EndOfStreamException>(() => reader.Read(new byte[64]));
    }

    [Fact]
    public void Mutated_bytes_end_within_a_second()
    {
        string path = Path.Combine(ReadmeTests.Root, "..", "shared", "data", "cases", "nut_hang.bin");
        if (!File.Exists(path))
            Assert.Skip("needs ../shared/data/cases/nut_hang.bin");
        Stopwatch watch = Stopwatch.StartNew();
        ReadToTheEnd(File.ReadAllBytes(path));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 1);
    }

    [Fact]
    public void Headers_of_nonsense_with_right_checksums_cost_neither_time_nor_memory()
    {
        byte[] whole = Write(new FrameFormat(8, 8, PixelLayout.Gray8), 0, 1, 2, 3);
        Random random = new(5);
        Stopwatch watch = Stopwatch.StartNew();
        int refused = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] payload = new byte[random.Next(6, 600)];
            random.NextBytes(payload);
            if (i % 2 == 0)
                new byte[] { 3, 1, 1, 1, 1, 25 }.CopyTo(payload, 0);      // up to the frame codes it makes sense
            if (i % 3 == 0)
                payload.AsSpan(payload.Length / 2).Fill(0xFF);      // numbers that are as large as they can be
            byte[] packet = [.. HeaderPacket(i % 5 == 0 ? NutFormat.StreamStartCode : i % 5 == 1 ? NutFormat.SyncPointStartCode : NutFormat.MainStartCode, payload)];
            refused += ReadToTheEnd([.. NutFormat.FileId, .. packet, .. whole[NutFormat.FileId.Length..]]) ? 0 : 1;
            refused += ReadToTheEnd([.. whole, .. packet]) ? 0 : 1;
        }
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
        Assert.True(refused > 500, $"{refused} were refused");
    }

    private static IEnumerable<byte> HeaderPacket(ulong startCode, byte[] payload)
    {
        byte[] start = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(start, startCode);
        uint crc = payload.Aggregate(0u, NutFormat.Crc);
        byte[] sum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, crc);
        int length = payload.Length + 4;
        return [.. start, (byte)(0x80 | length >> 7), (byte)(length & 0x7F), .. payload, .. sum];
    }

    // False where the bytes were refused; anything but these exceptions fails the test.
    private static bool ReadToTheEnd(byte[] bytes)
    {
        NutReader reader = new(new MemoryStream(bytes));
        try
        {
            if (reader.TryOpen())
            {
                while (reader.TryReadHeader(out long pts))
                    _ = reader.ToTicks(pts);
            }
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            return false;
        }
    }
}
