using System.Buffers.Binary;
using System.Numerics;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;

namespace GmmVision.Cli.Archive;

/// <summary>
/// Where motion was, second by second, on 32x18 cells: for each cell the largest part of it that moved in a frame of that
/// second. A few bytes for a second with motion, none for one without, so that an archive can be searched without being decoded again.
/// </summary>
/// <remarks>
/// The file: "GMMG", a byte each for version, columns and rows; width and height of the picture (32 bits each, little-endian);
/// then for each second with motion, in order: the seconds since the one before (the first: since 0), the number of cells, and
/// for each cell how many cells lie between it and the one before and a byte for its level (1 to 255, as parts of 255). All
/// numbers but the level have 7 bits a byte, the lowest first, the highest bit says that more follow. Not thread-safe.
/// </remarks>
internal sealed class MotionGrid
{
    /// <summary>Its file's name.</summary>
    public const string FileName = "motion.grid";

    public const int Columns = 32, Rows = 18, Cells = Columns * Rows;

    private const byte Version = 1;
    private const int HeaderLength = 15;
    private static ReadOnlySpan<byte> Magic => "GMMG"u8;

    private readonly SortedDictionary<long, byte[]> _seconds = [];
    private readonly int[] _counts = new int[Cells];
    private readonly int[] _rowOf, _pixels;
    private readonly (int Word, ulong Bits, int Column)[] _segments;

    /// <summary>Nothing moved yet.</summary>
    /// <param name="format">Of the masks.</param>
    public MotionGrid(FrameFormat format)
    {
        (int width, int height) = (format.Width, format.Height);
        _rowOf = [.. Enumerable.Range(0, height).Select(y => (int)((long)y * Rows / height))];
        int[] columnOf = [.. Enumerable.Range(0, width).Select(x => (int)((long)x * Columns / width))];
        _pixels = new int[Cells];
        foreach (int row in _rowOf)
        {
            foreach (int column in columnOf)
                _pixels[row * Columns + column]++;
        }
        // Each run of bits of a word that belong to one column.
        _segments = [.. Enumerable.Range(0, width).GroupBy(x => (Word: x >> 6, Column: columnOf[x]))
            .Select(group => (group.Key.Word, group.Aggregate(0UL, (bits, x) => bits | 1UL << (x & 63)), group.Key.Column))];
    }

    /// <summary>Adds the motion of a frame.</summary>
    /// <param name="time">Of the frame; its whole seconds count.</param>
    /// <param name="motion">Of the size of the format.</param>
    public void Add(TimeSpan time, Mask motion)
    {
        Array.Clear(_counts);
        bool any = false;
        for (int y = 0; y < motion.Height; y++)
        {
            ReadOnlySpan<ulong> row = motion.Row(y);
            if (!row.ContainsAnyExcept(0UL))
                continue;
            any = true;
            int cell = _rowOf[y] * Columns;
            foreach ((int word, ulong bits, int column) in _segments)
                _counts[cell + column] += BitOperations.PopCount(row[word] & bits);
        }
        if (!any)
            return;
        long second = Math.Max(0, (long)Math.Floor(time.TotalSeconds));
        if (!_seconds.TryGetValue(second, out byte[]? levels))
            _seconds.Add(second, levels = new byte[Cells]);
        for (int i = 0; i < Cells; i++)
        {
            if (_counts[i] > 0)
                levels[i] = Math.Max(levels[i], (byte)Math.Max(1, Math.Round(255.0 * _counts[i] / _pixels[i])));
        }
    }

    /// <summary>Adds what another one, of another part of the same input, has.</summary>
    public void Add(MotionGrid other)
    {
        foreach ((long second, byte[] levels) in other._seconds)
        {
            if (_seconds.TryGetValue(second, out byte[]? own))
            {
                for (int i = 0; i < Cells; i++)
                    own[i] = Math.Max(own[i], levels[i]);
            }
            else
            {
                _seconds.Add(second, levels);
            }
        }
    }

    /// <summary>Writes it.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="width">Of the picture in the pixels that zones are told in.</param>
    /// <param name="height">The same.</param>
    public void Write(string path, int width, int height) => OutputFile.Write(path, stream => Write(stream, width, height, _seconds.Select(each => (each.Key, each.Value))));

    /// <summary>Writes seconds in order.</summary>
    public static void Write(Stream stream, int width, int height, IEnumerable<(long Second, byte[] Levels)> seconds)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        Magic.CopyTo(header);
        (header[4], header[5], header[6]) = (Version, Columns, Rows);
        BinaryPrimitives.WriteInt32LittleEndian(header[7..], width);
        BinaryPrimitives.WriteInt32LittleEndian(header[11..], height);
        stream.Write(header);
        long before = 0;
        foreach ((long second, byte[] levels) in seconds)
        {
            WriteNumber(stream, (ulong)(second - before));
            before = second;
            WriteNumber(stream, (ulong)levels.Count(level => level > 0));
            int last = -1;
            for (int i = 0; i < Cells; i++)
            {
                if (levels[i] == 0)
                    continue;
                WriteNumber(stream, (ulong)(i - last - 1));
                stream.WriteByte(levels[i]);
                last = i;
            }
        }
    }

    private static void WriteNumber(Stream stream, ulong number)
    {
        for (; number >= 0x80; number >>= 7)
            stream.WriteByte((byte)(number | 0x80));
        stream.WriteByte((byte)number);
    }

    /// <summary>What <see cref="Read"/> calls for each second with motion.</summary>
    /// <param name="second">Since the input's start.</param>
    /// <param name="cells">Numbers of the cells that moved, row by row, ascending.</param>
    /// <param name="levels">How much of each moved, 1 to 255.</param>
    public delegate void Seen(long second, ReadOnlySpan<ushort> cells, ReadOnlySpan<byte> levels);

    /// <summary>Reads a file's seconds with motion, in order.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="size">Called first, with the size of the picture.</param>
    /// <param name="seen">Called for each second; it must not keep the spans.</param>
    /// <exception cref="InvalidDataException">It is no such file, or cut off, or of a later version.</exception>
    public static void Read(ReadOnlySpan<byte> file, Action<int, int> size, Seen seen)
    {
        if (file.Length < HeaderLength || !file.StartsWith(Magic))
            throw new InvalidDataException("this is no grid of motion");
        if (file[4] != Version || file[5] != Columns || file[6] != Rows)
            throw new InvalidDataException($"this is a grid of motion of version {file[4]} with {file[5]}x{file[6]} cells; version {Version} with {Columns}x{Rows} can be read here");
        size(BinaryPrimitives.ReadInt32LittleEndian(file[7..]), BinaryPrimitives.ReadInt32LittleEndian(file[11..]));
        Span<ushort> cells = stackalloc ushort[Cells];
        Span<byte> levels = stackalloc byte[Cells];
        int at = HeaderLength;
        ulong second = 0;
        while (at < file.Length)
        {
            second += ReadNumber(file, ref at);
            ulong count = ReadNumber(file, ref at), cell = 0;
            if (count > Cells || second > long.MaxValue)
                throw Damaged();
            for (int i = 0; i < (int)count; i++)
            {
                cell += ReadNumber(file, ref at);
                if (cell >= Cells || at >= file.Length)
                    throw Damaged();
                (cells[i], levels[i]) = ((ushort)cell++, file[at++]);
            }
            seen((long)second, cells[..(int)count], levels[..(int)count]);
        }
    }

    private static ulong ReadNumber(ReadOnlySpan<byte> file, ref int at)
    {
        ulong number = 0;
        for (int shift = 0; at < file.Length && shift < 63; shift += 7)
        {
            byte part = file[at++];
            number |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return number;
        }
        throw Damaged();
    }

    private static InvalidDataException Damaged() => new("the grid of motion is damaged");
}
