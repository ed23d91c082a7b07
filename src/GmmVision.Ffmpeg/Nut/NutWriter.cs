using GmmVision.Imaging;

namespace GmmVision.Ffmpeg.Nut;

/// <summary>Writes raw pictures with their times as a NUT container, for ffmpeg to read.</summary>
internal sealed class NutWriter
{
    /// <summary>Units of time in a second.</summary>
    public const int TimeBase = 90_000;

    private const int PtsShift = 7;

    private readonly Stream _stream;
    private readonly List<byte> _packet = [], _payload = [];
    private readonly byte[] _buffer = new byte[128];

    /// <summary>Writes the headers.</summary>
    public NutWriter(Stream stream, FrameFormat format)
    {
        _stream = stream;
        stream.Write(NutFormat.FileId);
        AddMain();
        Send(NutFormat.MainStartCode);
        AddStream(format);
        Send(NutFormat.StreamStartCode);
    }

    /// <summary>Writes what goes in front of a picture's samples.</summary>
    /// <param name="pts">Time in units of 1/<see cref="TimeBase"/> s, not negative, growing.</param>
    /// <param name="size">Bytes that follow.</param>
    public void WriteHeader(long pts, int size)
    {
        // A synchronisation point in front of each picture is what the format asks for when pictures are larger than 64 KB.
        AddVariable(_payload, (ulong)pts);
        AddVariable(_payload, 0);
        Send(NutFormat.SyncPointStartCode);

        _packet.Clear();
        _packet.Add(0);      // the one frame code that the main header defines
        AddVariable(_packet, NutFormat.KeyFrame | NutFormat.CodedPts | NutFormat.SizeMsb | NutFormat.Checksum);
        AddVariable(_packet, (ulong)pts + (1 << PtsShift));
        AddVariable(_packet, (ulong)size);
        uint crc = 0;
        foreach (byte value in _packet)
            crc = NutFormat.Crc(crc, value);
        AddUInt32(_packet, crc);
        Flush();
    }

    private void AddMain()
    {
        AddVariable(_payload, 3);               // version
        AddVariable(_payload, 1);               // streams
        AddVariable(_payload, 65_536);          // largest distance between synchronisation points
        AddVariable(_payload, 1);               // time bases
        AddVariable(_payload, 1);
        AddVariable(_payload, TimeBase);
        AddVariable(_payload, NutFormat.CodedFlags);
        AddVariable(_payload, 6);               // fields that follow, for all 255 frame codes at once
        AddVariable(_payload, 0);               // time difference
        AddVariable(_payload, 1);               // size multiplier
        AddVariable(_payload, 0);               // stream
        AddVariable(_payload, 0);               // lowest part of the size
        AddVariable(_payload, 0);               // reserved fields
        AddVariable(_payload, 255);             // codes
        AddVariable(_payload, 0);               // header prefixes that may be left out
    }

    private void AddStream(FrameFormat format)
    {
        uint fourCc = format.Layout switch
        {
            PixelLayout.Gray8 => NutFormat.Gray,
            PixelLayout.Yuv420 => NutFormat.Yuv420,
            _ => NutFormat.PlanarRgb,
        };
        AddVariable(_payload, 0);               // stream
        AddVariable(_payload, 0);               // video
        AddVariable(_payload, 4);
        for (int i = 0; i < 4; i++)
            _payload.Add((byte)(fourCc >> (8 * i)));
        AddVariable(_payload, 0);               // time base
        AddVariable(_payload, PtsShift);
        AddVariable(_payload, TimeBase * 3600UL);      // largest step in time without a checksum
        AddVariable(_payload, 0);               // decode delay
        AddVariable(_payload, 1);               // fixed frame rate: no
        AddVariable(_payload, 0);               // codec data
        AddVariable(_payload, (ulong)format.Width);
        AddVariable(_payload, (ulong)format.Height);
        AddVariable(_payload, 1);               // square pixels
        AddVariable(_payload, 1);
        AddVariable(_payload, 0);               // colour space
    }

    private void Send(ulong startCode)
    {
        _packet.Clear();
        for (int shift = 56; shift >= 0; shift -= 8)
            _packet.Add((byte)(startCode >> shift));
        AddVariable(_packet, (ulong)_payload.Count + 4);
        uint crc = 0;
        foreach (byte value in _payload)
        {
            crc = NutFormat.Crc(crc, value);
            _packet.Add(value);
        }
        AddUInt32(_packet, crc);
        _payload.Clear();
        Flush();
    }

    private void Flush()
    {
        _packet.CopyTo(_buffer);      // no packet of these is longer
        _stream.Write(_buffer, 0, _packet.Count);
    }

    private static void AddUInt32(List<byte> bytes, uint value)
    {
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes.Add((byte)(value >> shift));
    }

    private static void AddVariable(List<byte> bytes, ulong value)
    {
        int groups = 1;
        while (groups < 10 && value >> (7 * groups) != 0)
            groups++;
        for (int i = groups - 1; i >= 0; i--)
            bytes.Add((byte)((value >> (7 * i) & 0x7F) | (i > 0 ? 0x80u : 0)));
    }
}
