using System.Text;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Archive;

/// <summary>What moved in each frame of a part of an input, in a few bytes, so that the events of all parts can be found as if there were none.</summary>
/// <remarks>
/// The file: "GMMF", a byte for the version; then for each frame twice the time since the one before in units of 0.1 µs, plus 1 where it
/// moves; of one that moves the score (double), the box (x, y, width, height) and a bit for each zone. Whole numbers have 7 bits a byte,
/// lowest first. Written in one go; not thread-safe.
/// </remarks>
internal sealed class FrameLog
{
    /// <summary>Its file's name.</summary>
    public const string FileName = "frames.motion";

    private const byte Version = 2;
    private readonly MemoryStream _bytes = new();
    private readonly BinaryWriter _writer;
    private long _last;

    public FrameLog()
    {
        _writer = new BinaryWriter(_bytes);
        _writer.Write("GMMF"u8);
        _writer.Write(Version);
    }

    /// <summary>Adds a frame; its number is not kept, since parts do not know those of the frames before them.</summary>
    public void Add(in FrameMotion motion)
    {
        bool moves = motion.Score > 0;
        _writer.Write7BitEncodedInt64((motion.Time.Ticks - _last) << 1 | (moves ? 1L : 0));
        _last = motion.Time.Ticks;
        if (!moves)
            return;
        _writer.Write(motion.Score);
        foreach (int side in (ReadOnlySpan<int>)[motion.Box.X, motion.Box.Y, motion.Box.Width, motion.Box.Height])
            _writer.Write7BitEncodedInt(side);
        _writer.Write7BitEncodedInt64((long)motion.Zones);
        _writer.Write7BitEncodedInt64((long)motion.Reached);
    }

    /// <summary>Writes the file.</summary>
    public void Write(string path) => OutputFile.Write(path, _bytes.WriteTo);

    /// <summary>Reads a file's frames.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="first">Number of the first.</param>
    /// <exception cref="InvalidDataException">It is no such file, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<FrameMotion> Read(string path, long first)
    {
        List<FrameMotion> frames = [];
        using MemoryStream bytes = new(File.ReadAllBytes(path));
        using BinaryReader reader = new(bytes, Encoding.UTF8);
        try
        {
            if (!reader.ReadBytes(4).AsSpan().SequenceEqual("GMMF"u8) || reader.ReadByte() != Version)
                throw new InvalidDataException($"'{path}' is no log of frames of version {Version}.");
            long time = 0;
            while (bytes.Position < bytes.Length)
            {
                long next = reader.Read7BitEncodedInt64();
                time += next >> 1;
                frames.Add((next & 1) == 0
                    ? new FrameMotion(first++, new TimeSpan(time), 0, default)
                    : new FrameMotion(first++, new TimeSpan(time), reader.ReadDouble(), new Box(reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt()), (ulong)reader.Read7BitEncodedInt64(), (ulong)reader.Read7BitEncodedInt64()));
            }
        }
        catch (Exception exception) when (exception is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException($"'{path}' is damaged.", exception);
        }
        return frames;
    }
}
