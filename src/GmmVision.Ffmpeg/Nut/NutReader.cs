using System.Buffers.Binary;

namespace GmmVision.Ffmpeg.Nut;

/// <summary>Reads one video stream out of a NUT container, its packets straight into the caller's memory.</summary>
/// <remarks>Every header is checked against its checksum, so that a stream out of step is noticed at once. One thread.</remarks>
internal sealed class NutReader(Stream stream)
{
    // A packet's header is some 12 bytes, 33 with a synchronisation point: few reads a picture, and at most this many of its bytes are copied twice.
    private readonly byte[] _staging = new byte[32];
    private readonly FrameCode[] _codes = new FrameCode[256];
    private int _start, _end;
    private uint _crc;
    private ulong[] _timeBaseNumerators = [], _timeBaseDenominators = [];
    private int _timeBase, _ptsShift;
    private byte[][] _elided = [[]];
    private long _lastPts;
    private byte[] _scratch = new byte[64];      // the payload of a header packet, reused: one comes with every picture
    private byte[] _pending = [];
    private int _pendingUsed;

    // Far more than ffmpeg writes: what is beyond is no stream of pictures, and must not cost time or memory without end.
    private const int MostHeaderBytes = 1 << 20, MostHeadersInARow = 1000, MostTimeBases = 64, MostReserved = 64, MostElided = 128;

    private record struct FrameCode(int Flags, long Pts, int SizeMultiplier, int SizeLsb, int Stream, int Reserved, int HeaderIndex);

    /// <summary>Pixels in a row, as the container's header says.</summary>
    public int Width { get; private set; }

    /// <summary>Rows, as the container's header says.</summary>
    public int Height { get; private set; }

    /// <summary>Name of the codec or raw layout.</summary>
    public uint FourCc { get; private set; }

    /// <summary>Bytes of the packet that <see cref="TryReadHeader"/> announced and that are still unread.</summary>
    public int Remaining { get; private set; }

    /// <summary>A presentation time in ticks of 100 ns, from units of the stream.</summary>
    public long ToTicks(long pts)
    {
        Int128 numerator = (Int128)pts * (long)_timeBaseNumerators[_timeBase] * TimeSpan.TicksPerSecond;
        long denominator = (long)_timeBaseDenominators[_timeBase];
        Int128 half = Int128.IsNegative(numerator) ? -(denominator / 2) : denominator / 2;
        Int128 ticks = (numerator + half) / denominator;
        // Absurd times stay so without leaving the range of what can be a time.
        return (long)Int128.Clamp(ticks, -(long.MaxValue / 4), long.MaxValue / 4);
    }

    /// <summary>Reads up to the first packet; false where the stream ends before anything came.</summary>
    public bool TryOpen()
    {
        if (_start == _end && !TryFill())
            return false;
        foreach (byte expected in NutFormat.FileId)
            if (ReadByte() != expected)
                throw OutOfStep("the file id is missing");
        bool main = false, video = false;
        for (int headers = 0; !main || !video; headers++)
        {
            if (headers > MostHeadersInARow)
                throw OutOfStep("it does not say what it holds");
            ulong code = ReadStartCode(ReadByte());
            ReadOnlySpan<byte> payload = ReadHeaderPacket(code);
            if (code == NutFormat.MainStartCode)
            {
                ParseMain(new Cursor(payload));
                main = true;
            }
            else if (code == NutFormat.StreamStartCode)
            {
                ParseStream(new Cursor(payload));
                video = true;
            }
        }
        if (_timeBase >= _timeBaseNumerators.Length)
            throw OutOfStep("the stream has no time base");
        return true;
    }

    /// <summary>Reads the next packet's header; false at the end. Bytes of the last packet that are still unread are skipped.</summary>
    public bool TryReadHeader(out long pts)
    {
        Skip();
        for (int headers = 0; ; headers++)
        {
            pts = 0;
            if (headers > MostHeadersInARow)
                throw OutOfStep("headers without a picture");
            if (_start == _end && !TryFill())
                return false;
            _crc = 0;
            byte code = ReadByte();
            if (code == 'N')
            {
                ulong startCode = ReadStartCode(code);
                ReadOnlySpan<byte> payload = ReadHeaderPacket(startCode);
                if (startCode == NutFormat.SyncPointStartCode)
                    ParseSyncPoint(new Cursor(payload));
                continue;      // repeated headers, information and the index say nothing new
            }
            ReadFrameHeader(_codes[code], out pts);
            return true;
        }
    }

    /// <summary>Fills the span with the next bytes of the packet.</summary>
    public void Read(Span<byte> target)
    {
        if (target.Length > Remaining)
            throw OutOfStep($"{target.Length} bytes wanted of a packet that has {Remaining} left");
        Remaining -= target.Length;
        if (_pendingUsed < _pending.Length)
        {
            int count = Math.Min(_pending.Length - _pendingUsed, target.Length);
            _pending.AsSpan(_pendingUsed, count).CopyTo(target);
            _pendingUsed += count;
            target = target[count..];
        }
        int staged = Math.Min(_end - _start, target.Length);
        _staging.AsSpan(_start, staged).CopyTo(target);
        _start += staged;
        target = target[staged..];
        while (target.Length > 0)
        {
            int read = stream.Read(target);
            if (read == 0)
                throw new EndOfStreamException();
            target = target[read..];
        }
    }

    private void Skip()
    {
        if (Remaining == 0)
            return;
        byte[] sink = new byte[Math.Min(Remaining, 1 << 16)];
        while (Remaining > 0)
            Read(sink.AsSpan(0, Math.Min(Remaining, sink.Length)));
    }

    private void ReadFrameHeader(FrameCode code, out long pts)
    {
        int flags = code.Flags;
        if ((flags & NutFormat.Invalid) != 0)
            throw OutOfStep("an invalid frame code");
        if ((flags & NutFormat.CodedFlags) != 0)
            flags ^= (int)ReadVariable();
        if ((flags & NutFormat.StreamId) != 0)
            ReadVariable();
        if ((flags & NutFormat.CodedPts) != 0)
        {
            long coded = (long)ReadVariable(), window = 1L << _ptsShift;
            long low = _lastPts - (window - 1) / 2;
            pts = coded < window ? ((coded - low) & (window - 1)) + low : coded - window;
        }
        else
        {
            pts = _lastPts + code.Pts;
        }
        long size = code.SizeLsb;
        if ((flags & NutFormat.SizeMsb) != 0)
            size += code.SizeMultiplier * (long)Math.Min(ReadVariable(), int.MaxValue);
        if ((flags & NutFormat.MatchTime) != 0)
            ReadVariable();
        int header = (flags & NutFormat.HeaderIndex) != 0 ? Small(ReadVariable(), MostElided) : code.HeaderIndex;
        int reserved = (flags & NutFormat.Reserved) != 0 ? Small(ReadVariable(), MostReserved) : code.Reserved;
        for (int i = 0; i < reserved; i++)
            ReadVariable();
        if ((flags & NutFormat.Checksum) != 0)
        {
            uint crc = _crc;
            if (ReadUInt32() != crc)
                throw OutOfStep("the checksum of a frame header is wrong");
        }
        if ((flags & NutFormat.SideData) != 0 || size is < 0 or > int.MaxValue || header < 0 || header >= _elided.Length)
            throw OutOfStep($"a packet of {size} bytes with flags {flags:x}");
        _lastPts = pts;
        _pending = size > 4096 ? [] : _elided[header];      // the first bytes of a small packet may be left out because they are known
        _pendingUsed = 0;
        Remaining = (int)size;
    }

    private void ParseMain(Cursor data)
    {
        ulong version = data.Variable();
        if (version > 3)
            data.Variable();
        if (data.Variable() != 1)
            throw OutOfStep("there is not exactly one stream");
        data.Variable();
        int timeBases = Small(data.Variable(), MostTimeBases);
        (_timeBaseNumerators, _timeBaseDenominators) = (new ulong[timeBases], new ulong[timeBases]);
        for (int i = 0; i < timeBases; i++)
        {
            (_timeBaseNumerators[i], _timeBaseDenominators[i]) = (data.Variable(), data.Variable());
            if (_timeBaseNumerators[i] is 0 or > int.MaxValue || _timeBaseDenominators[i] is 0 or > int.MaxValue)
                throw OutOfStep("a time base is out of range");
        }

        var code = new FrameCode(0, 0, 1, 0, 0, 0, 0);
        for (int i = 0; i < 256;)
        {
            int flags = Small(data.Variable(), int.MaxValue), fields = Small(data.Variable(), MostHeaderBytes);
            int sizeLsb = 0, reserved = 0, headerIndex = code.HeaderIndex;
            long pts = fields > 0 ? data.Signed() : code.Pts;
            int multiplier = fields > 1 ? Small(data.Variable(), 1 << 16) : code.SizeMultiplier;
            int streamId = fields > 2 ? Small(data.Variable(), int.MaxValue) : code.Stream;
            if (fields > 3)
                sizeLsb = Small(data.Variable(), 1 << 16);
            if (fields > 4)
                reserved = Small(data.Variable(), MostReserved);
            int count = fields > 5 ? Small(data.Variable(), 1 << 16) : multiplier - sizeLsb;
            if (fields > 6)
                data.Signed();
            if (fields > 7)
                headerIndex = Small(data.Variable(), MostElided);
            for (int field = 8; field < fields; field++)
                data.Variable();
            code = new FrameCode(flags, pts, multiplier, sizeLsb, streamId, reserved, headerIndex);
            for (int j = 0; j < count && i < 256; i++)
            {
                if (i == 'N')
                {
                    _codes[i] = code with { Flags = NutFormat.Invalid };
                    continue;
                }
                _codes[i] = code with { SizeLsb = sizeLsb + j++ };
            }
        }
        if (!data.AtEnd)
        {
            _elided = new byte[Small(data.Variable(), MostElided) + 1][];
            _elided[0] = [];
            for (int i = 1; i < _elided.Length; i++)
                _elided[i] = data.Bytes(Small(data.Variable(), MostHeaderBytes));
        }
    }

    private void ParseStream(Cursor data)
    {
        data.Variable();
        if (data.Variable() != 0)
            throw OutOfStep("the stream is not video");
        byte[] fourCc = data.Bytes(Small(data.Variable(), MostHeaderBytes));
        FourCc = fourCc.Length == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(fourCc) : 0;
        _timeBase = Small(data.Variable(), Math.Max(0, _timeBaseNumerators.Length - 1));
        _ptsShift = Small(data.Variable(), 32);
        data.Variable();
        data.Variable();
        data.Variable();
        data.Bytes(Small(data.Variable(), MostHeaderBytes));
        (Width, Height) = (Small(data.Variable(), int.MaxValue), Small(data.Variable(), int.MaxValue));
    }

    private void ParseSyncPoint(Cursor data)
    {
        ulong time = data.Variable();
        if (_timeBaseNumerators.Length == 0)
            throw OutOfStep("a synchronisation point before the main header");
        int from = (int)(time % (ulong)_timeBaseNumerators.Length);
        UInt128 value = (UInt128)(time / (ulong)_timeBaseNumerators.Length) * _timeBaseNumerators[from] * _timeBaseDenominators[_timeBase];
        _lastPts = (long)(ulong)(value / ((UInt128)_timeBaseDenominators[from] * _timeBaseNumerators[_timeBase]) & long.MaxValue);
    }

    private ReadOnlySpan<byte> ReadHeaderPacket(ulong startCode)
    {
        _crc = 0;
        for (int shift = 56; shift >= 0; shift -= 8)
            _crc = NutFormat.Crc(_crc, (byte)(startCode >> shift));
        int length = Small(ReadVariable(), MostHeaderBytes);
        if (length > 4096)
        {
            uint expected = _crc;
            if (ReadUInt32() != expected)
                throw OutOfStep("the checksum of a packet header is wrong");
        }
        if (length < 4)
            throw OutOfStep("a header packet is too short");
        if (_scratch.Length < length)
            _scratch = new byte[length];
        Span<byte> payload = _scratch.AsSpan(0, length - 4);
        _crc = 0;
        for (int i = 0; i < payload.Length; i++)
            payload[i] = ReadByte();
        uint crc = _crc;
        return ReadUInt32() == crc ? payload : throw OutOfStep("the checksum of a header packet is wrong");
    }

    private ulong ReadStartCode(byte first)
    {
        ulong code = first;
        for (int i = 1; i < 8; i++)
            code = code << 8 | ReadByte();
        return code;
    }

    private uint ReadUInt32()
    {
        uint value = 0;
        for (int i = 0; i < 4; i++)
            value = value << 8 | ReadByte();
        return value;
    }

    private ulong ReadVariable()
    {
        ulong value = 0;
        for (int i = 0; i < 10; i++)
        {
            byte part = ReadByte();
            value = value << 7 | (uint)(part & 0x7F);
            if ((part & 0x80) == 0)
                return value;
        }
        throw OutOfStep("a number is too long");
    }

    private byte ReadByte()
    {
        if (_start == _end && !TryFill())
            throw new EndOfStreamException();
        byte value = _staging[_start++];
        _crc = NutFormat.Crc(_crc, value);
        return value;
    }

    private bool TryFill()
    {
        _start = 0;
        _end = stream.Read(_staging, 0, _staging.Length);
        return _end > 0;
    }

    private static int Small(ulong value, int most) => value <= (ulong)most ? (int)value : throw OutOfStep($"the number {value} is out of range");

    private static InvalidDataException OutOfStep(string what) => new($"the stream of pictures from ffmpeg is damaged: {what}");

    /// <summary>Walks through the fields of a header packet.</summary>
    private ref struct Cursor(ReadOnlySpan<byte> data)
    {
        private readonly ReadOnlySpan<byte> _data = data;
        private int _position;

        public readonly bool AtEnd => _position >= _data.Length;

        public ulong Variable()
        {
            ulong value = 0;
            while (_position < _data.Length)
            {
                byte part = _data[_position++];
                value = value << 7 | (uint)(part & 0x7F);
                if ((part & 0x80) == 0)
                    return value;
            }
            throw OutOfStep("a header packet is cut");
        }

        public long Signed()
        {
            long value = (long)Variable() + 1;
            return (value & 1) != 0 ? -(value >> 1) : value >> 1;
        }

        public byte[] Bytes(int count)
        {
            if (count < 0 || count > _data.Length - _position)
                throw OutOfStep("a header packet is cut");
            byte[] bytes = _data.Slice(_position, count).ToArray();
            _position += count;
            return bytes;
        }
    }
}
