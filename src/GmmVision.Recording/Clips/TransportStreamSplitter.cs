using System.Buffers.Binary;

namespace GmmVision.Recording.Clips;

/// <summary>
/// Walks through an MPEG transport stream packet by packet and says which begin a key frame of the first video stream, so that the stream
/// can be cut there. Source: ISO/IEC 13818-1.
/// </summary>
/// <remarks>Takes bytes in any portions. After a damaged place it looks for the next packet.</remarks>
internal sealed class TransportStreamSplitter
{
    /// <summary>Bytes of a packet.</summary>
    public const int PacketLength = 188;

    private const byte SyncByte = 0x47;
    private const int NoPid = -1;
    private readonly byte[] _partial = new byte[PacketLength];
    private readonly byte[] _programs = new byte[PacketLength], _map = new byte[PacketLength];
    private bool _hasPrograms, _hasMap;
    private int _partialLength, _mapPid = NoPid, _videoPid = NoPid;

    /// <summary>Takes a packet; <paramref name="isKey"/> where a key frame begins with it.</summary>
    public delegate void PacketHandler(ReadOnlySpan<byte> packet, bool isKey);

    /// <summary>The newest packets that say what the stream holds: what a piece of it must begin with. Empty before they came.</summary>
    public byte[] Tables => _hasPrograms && _hasMap ? [.. _programs, .. _map] : [];

    /// <summary>Hands over every whole packet.</summary>
    public void Feed(ReadOnlySpan<byte> bytes, PacketHandler handler)
    {
        while (bytes.Length > 0)
        {
            if (_partialLength == 0 && bytes[0] != SyncByte)
            {
                int sync = bytes.IndexOf(SyncByte);
                if (sync < 0)
                    return;
                bytes = bytes[sync..];
            }
            if (_partialLength == 0 && bytes.Length >= PacketLength)
            {
                Take(bytes[..PacketLength], handler);
                bytes = bytes[PacketLength..];
                continue;
            }
            int part = Math.Min(PacketLength - _partialLength, bytes.Length);
            bytes[..part].CopyTo(_partial.AsSpan(_partialLength));
            bytes = bytes[part..];
            _partialLength += part;
            if (_partialLength == PacketLength)
            {
                _partialLength = 0;
                Take(_partial, handler);
            }
        }
    }

    private void Take(ReadOnlySpan<byte> packet, PacketHandler handler)
    {
        int pid = BinaryPrimitives.ReadUInt16BigEndian(packet[1..]) & 0x1FFF;
        bool isStart = (packet[1] & 0x40) != 0;
        bool hasAdaptation = (packet[3] & 0x20) != 0, hasPayload = (packet[3] & 0x10) != 0;
        int payload = 4 + (hasAdaptation ? 1 + packet[4] : 0);
        if (isStart && hasPayload && payload < PacketLength)
        {
            if (pid == 0)
                ReadPrograms(packet, payload);
            else if (pid == _mapPid)
                ReadMap(packet, payload);
        }
        const int RandomAccess = 0x40;
        bool isKey = pid == _videoPid && isStart && hasAdaptation && packet[4] > 0 && (packet[5] & RandomAccess) != 0;
        handler(packet, isKey);
    }

    // Both tables of a camera's stream fit one packet; one that does not is not understood and the stream not cut.
    private void ReadPrograms(ReadOnlySpan<byte> packet, int payload)
    {
        ReadOnlySpan<byte> section = Section(packet, payload);
        if (section.Length < 16)
            return;
        packet.CopyTo(_programs);
        _hasPrograms = true;
        for (int at = 8; at + 4 <= section.Length - 4; at += 4)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(section[at..]) != 0)      // 0 is the network table
            {
                _mapPid = BinaryPrimitives.ReadUInt16BigEndian(section[(at + 2)..]) & 0x1FFF;
                return;
            }
        }
    }

    private void ReadMap(ReadOnlySpan<byte> packet, int payload)
    {
        ReadOnlySpan<byte> section = Section(packet, payload);
        if (section.Length < 16)
            return;
        packet.CopyTo(_map);
        _hasMap = true;
        int at = 12 + (BinaryPrimitives.ReadUInt16BigEndian(section[10..]) & 0xFFF);
        while (at + 5 <= section.Length - 4)
        {
            if (IsVideo(section[at]))
            {
                _videoPid = BinaryPrimitives.ReadUInt16BigEndian(section[(at + 1)..]) & 0x1FFF;
                return;
            }
            at += 5 + (BinaryPrimitives.ReadUInt16BigEndian(section[(at + 3)..]) & 0xFFF);
        }
    }

    private static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> packet, int payload)
    {
        int start = payload + 1 + packet[payload];
        if (start + 3 > PacketLength)
            return default;
        int length = 3 + (BinaryPrimitives.ReadUInt16BigEndian(packet[(start + 1)..]) & 0xFFF);
        return start + length <= PacketLength ? packet.Slice(start, length) : default;
    }

    private static bool IsVideo(byte streamType) => streamType is 0x01 or 0x02 or 0x10 or 0x1B or 0x24;      // MPEG-1, MPEG-2, MPEG-4, H.264, H.265
}
