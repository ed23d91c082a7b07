namespace GmmVision.Ffmpeg.Nut;

/// <summary>
/// What both sides of the NUT container share. NUT ("NUT Open Container Format", nut.txt of the FFmpeg and MPlayer
/// projects, version 3) is what raw pictures travel in between ffmpeg and this program: some 20 bytes a picture carry
/// its exact time and size, which a bare stream of samples has not.
/// </summary>
internal static class NutFormat
{
    public const ulong MainStartCode = 0x7A561F5F04AD + ((ulong)('N' << 8 | 'M') << 48);
    public const ulong StreamStartCode = 0x11405BF2F9DB + ((ulong)('N' << 8 | 'S') << 48);
    public const ulong SyncPointStartCode = 0xE4ADEECA4569 + ((ulong)('N' << 8 | 'K') << 48);

    public const int KeyFrame = 1, CodedPts = 8, StreamId = 16, SizeMsb = 32, Checksum = 64, Reserved = 128, SideData = 256,
        HeaderIndex = 1024, MatchTime = 2048, CodedFlags = 4096, Invalid = 8192;

    private static readonly uint[] Table = BuildTable();

    /// <summary>Zero-terminated.</summary>
    public static ReadOnlySpan<byte> FileId => "nut/multimedia container\0"u8;

    /// <summary>Four characters that name the raw picture layout, lowest byte first.</summary>
    public static uint FourCc(char a, char b, char c, char d) => (uint)(a | b << 8 | c << 16 | d << 24);

    public static uint Yuv420 => FourCc('I', '4', '2', '0');

    public static uint Gray => FourCc('Y', '8', '0', '0');

    /// <summary>Planes G, B, R.</summary>
    public static uint PlanarRgb => FourCc('G', '3', '\0', '\b');

    /// <summary>One byte more of the CRC with the polynomial 0x04C11DB7, highest bit first, starting from 0.</summary>
    public static uint Crc(uint crc, byte value) => crc << 8 ^ Table[crc >> 24 ^ value];

    public static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
            crc = Crc(crc, value);
        return crc;
    }

    private static uint[] BuildTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i << 24;
            for (int bit = 0; bit < 8; bit++)
                crc = crc << 1 ^ ((crc & 0x80000000) != 0 ? 0x04C11DB7u : 0);
            table[i] = crc;
        }
        return table;
    }
}
