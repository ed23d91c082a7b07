using System.Buffers.Binary;

namespace GmmVision.Ffmpeg;

/// <summary>Whether a file is as long as its own structure says: what tells a file that was cut from one whose last frame is long.</summary>
internal static class ContainerEnd
{
    private const int MostBoxes = 1_000_000;

    /// <summary>True where the structure ends with the file, false where it reaches beyond, null where it does not say.</summary>
    /// <param name="path">The file.</param>
    /// <param name="container">ffprobe's name of the container.</param>
    public static bool? IsWhole(string path, string container)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 4096);
            return container.Split(',')[0] switch
            {
                "mov" => Boxes(file),
                "matroska" => Segment(file),
                "avi" => Chunks(file),
                "gif" => Trailer(file),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // ISO/IEC 14496-12: a size of 32 bits and a type; size 1: 64 bits follow; size 0: to the end of the file.
    private static bool? Boxes(FileStream file)
    {
        Span<byte> head = stackalloc byte[16];
        long at = 0;
        for (int i = 0; i < MostBoxes && at < file.Length; i++)
        {
            file.Position = at;
            int read = file.ReadAtLeast(head, 16, throwOnEndOfStream: false);
            if (read < 8)
                return false;
            long size = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (size == 1)
                size = read < 16 ? -1 : BinaryPrimitives.ReadInt64BigEndian(head[8..]);
            else if (size == 0)
                return true;
            if (size < 8 || size > file.Length - at)
                return false;
            at += size;
        }
        return at == file.Length ? true : null;
    }

    // RFC 8794: the header and the segment are elements; a segment of unknown size (all bits set) is one that was never finished.
    private static bool? Segment(FileStream file)
    {
        const ulong SegmentId = 0x18538067;
        while (file.Position < file.Length)
        {
            if (Variable(file, keepMarker: true) is not ulong id || Variable(file, keepMarker: false) is not ulong size)
                return null;
            if (id == SegmentId)
                return size == ulong.MaxValue ? null : size <= (ulong)(file.Length - file.Position);
            if (size > (ulong)(file.Length - file.Position))
                return null;
            file.Position += (long)size;
        }
        return null;
    }

    private static ulong? Variable(FileStream file, bool keepMarker)
    {
        int first = file.ReadByte();
        if (first <= 0)
            return null;
        int length = System.Numerics.BitOperations.LeadingZeroCount((uint)first) - 23;
        ulong value = keepMarker ? (uint)first : (uint)first & ((1u << (8 - length)) - 1);
        for (int i = 1; i < length; i++)
        {
            int next = file.ReadByte();
            if (next < 0)
                return null;
            value = value << 8 | (uint)next;
        }
        return !keepMarker && value == (1UL << (7 * length)) - 1 ? ulong.MaxValue : value;
    }

    // RIFF chunks one behind the other: the first, and those that OpenDML adds every gigabyte.
    private static bool? Chunks(FileStream file)
    {
        Span<byte> head = stackalloc byte[8];
        long at = 0;
        while (at < file.Length)
        {
            file.Position = at;
            if (file.ReadAtLeast(head, 8, throwOnEndOfStream: false) < 8)
                return false;
            if (!head[..4].SequenceEqual("RIFF"u8))
                return at > 0 ? true : null;
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            if (size is 0 or uint.MaxValue)
                return null;      // recorded live, its size never written
            if (size + 8L > file.Length - at)
                return false;
            at += size + 8L + (size & 1);
        }
        return true;
    }

    private static bool? Trailer(FileStream file)
    {
        if (file.Length == 0)
            return false;
        file.Position = file.Length - 1;
        return file.ReadByte() == 0x3B;
    }
}
