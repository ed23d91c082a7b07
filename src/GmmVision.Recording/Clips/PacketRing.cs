using GmmVision.Motion;

namespace GmmVision.Recording.Clips;

/// <summary>
/// The last seconds of a camera's own encoded stream, in memory, in pieces that each begin with a key frame and can be
/// played from there: what a clip's pre-roll is made of without encoding anything again. Where key frames are too rare for
/// the memory, a piece begins without one, and what is played from there shows nothing until the next.
/// </summary>
/// <remarks>One thread appends, any may open a feed. Appending never waits for a reader.</remarks>
internal sealed class PacketRing
{
    private const int LeastPieces = 4;      // of the most bytes: so much of them is always there

    private readonly Lock _lock = new();
    private TimeSpan _keep;
    private readonly long _mostBytes;
    private readonly TimeProvider _clock;
    private readonly LinkedList<PacketPiece> _pieces = new();
    private readonly List<PacketFeed> _feeds = [];
    private readonly TransportStreamSplitter.PacketHandler _takePacket;
    private TransportStreamSplitter _splitter = new();
    private long _bytes;

    /// <summary>An empty ring.</summary>
    /// <param name="keep">How far back it must reach; it holds the piece in which that moment lies as a whole.</param>
    /// <param name="mostBytes">Never more than this, whatever the bit rate.</param>
    /// <param name="clock">The wall clock.</param>
    public PacketRing(TimeSpan keep, long mostBytes = 64 << 20, TimeProvider? clock = null)
    {
        (_keep, _mostBytes, _clock) = (keep, mostBytes, clock ?? TimeProvider.System);
        _takePacket = TakePacket;
    }

    /// <summary>How far back a ring must reach for clips with this pre-roll: an event is known when its motion has lasted.</summary>
    public static TimeSpan LengthFor(MotionOptions motion) => motion.PreRoll + motion.MinDuration + TimeSpan.FromSeconds(1);

    /// <summary>Reaches so far back from now on, as soon as so much has come.</summary>
    public void Reach(TimeSpan keep)
    {
        lock (_lock)
            _keep = keep;
    }

    /// <summary>Bytes held.</summary>
    public long ByteCount
    {
        get
        {
            lock (_lock)
                return _bytes;
        }
    }

    /// <summary>When the oldest piece began; null where there is none.</summary>
    public DateTimeOffset? Oldest
    {
        get
        {
            lock (_lock)
                return _pieces.First?.Value.Start;
        }
    }

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _splitter.Feed(bytes, _takePacket);
            DropOld();
        }
    }

    /// <summary>Everything from the key frame before a moment (or the oldest there is), and all that will come until the feed is disposed.</summary>
    public PacketFeed Open(DateTimeOffset from)
    {
        lock (_lock)
        {
            PacketFeed feed = new(this);
            LinkedListNode<PacketPiece>? first = _pieces.Last;
            while (first?.Previous is { } previous && first.Value.Start > from)
                first = previous;
            for (; first is not null; first = first.Next)
                feed.Add(first.Value);
            _feeds.Add(feed);
            return feed;
        }
    }

    /// <summary>Forgets everything and ends the open feeds: another stream begins.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            foreach (PacketFeed feed in _feeds)
                feed.End();
            _feeds.Clear();
            _pieces.Clear();
            _bytes = 0;
            _splitter = new TransportStreamSplitter();
        }
    }

    internal void Close(PacketFeed feed)
    {
        lock (_lock)
            _feeds.Remove(feed);
    }

    private void TakePacket(ReadOnlySpan<byte> packet, bool isKey)
    {
        // A camera that never sends a key frame again (or hardly ever) would have one piece that grows for ever.
        bool isTooLong = _pieces.Last is { } grown && grown.Value.Length >= _mostBytes / LeastPieces;
        if (isKey || isTooLong)
        {
            PacketPiece piece = new(_clock.GetUtcNow());
            byte[] tables = _splitter.Tables;
            piece.Append(tables);
            _bytes += tables.Length;
            _pieces.AddLast(piece);
            foreach (PacketFeed feed in _feeds)
                feed.Add(piece);
        }
        if (_pieces.Last is not { } last)
            return;      // nothing can be played before the first key frame
        last.Value.Append(packet);
        _bytes += packet.Length;
    }

    private void DropOld()
    {
        DateTimeOffset keepFrom = _clock.GetUtcNow() - _keep;
        while (_pieces.First is { Next: { } second } first && (second.Value.Start <= keepFrom || _bytes > _mostBytes))
        {
            _bytes -= first.Value.Length;
            _pieces.RemoveFirst();
        }
    }
}

/// <summary>A run of packets from a key frame on, which grows while it is the newest.</summary>
internal sealed class PacketPiece(DateTimeOffset start)
{
    private readonly Lock _lock = new();
    private byte[] _bytes = new byte[1 << 16];
    private int _length;

    /// <summary>When its key frame arrived.</summary>
    public DateTimeOffset Start { get; } = start;

    /// <summary>Bytes so far.</summary>
    public int Length => Volatile.Read(ref _length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_length + bytes.Length > _bytes.Length)
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes.Length));
            bytes.CopyTo(_bytes.AsSpan(_length));
            Volatile.Write(ref _length, _length + bytes.Length);
        }
    }

    /// <summary>What there is from a position on. What is written once never changes, so it may be read after the piece has grown.</summary>
    public ReadOnlyMemory<byte> From(int position)
    {
        lock (_lock)
            return _bytes.AsMemory(position, _length - position);
    }
}

/// <summary>A reader's place in a <see cref="PacketRing"/>: it keeps the pieces that it has not read, also when the ring has dropped them.</summary>
internal sealed class PacketFeed(PacketRing ring) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<PacketPiece> _pieces = new();
    private int _position;
    private volatile bool _isEnded;

    /// <summary>When its first key frame arrived; null before there was one.</summary>
    public DateTimeOffset? Start { get; private set; }

    /// <summary>Whether nothing more will come.</summary>
    public bool IsEnded => _isEnded;

    /// <summary>Bytes that wait to be read.</summary>
    public long Waiting
    {
        get
        {
            lock (_lock)
                return _pieces.Sum(piece => (long)piece.Length) - _position;
        }
    }

    /// <summary>The next bytes; empty where there are none now.</summary>
    public ReadOnlyMemory<byte> Take() => Take(out _);

    /// <summary>The next bytes; empty where there are none now.</summary>
    /// <param name="begins">Where they begin with a key frame, when it arrived.</param>
    public ReadOnlyMemory<byte> Take(out DateTimeOffset? begins)
    {
        begins = null;
        lock (_lock)
        {
            while (_pieces.TryPeek(out PacketPiece? piece))
            {
                ReadOnlyMemory<byte> bytes = piece.From(_position);
                if (bytes.Length > 0)
                {
                    begins = _position == 0 ? piece.Start : null;
                    _position += bytes.Length;
                    return bytes;
                }
                if (_pieces.Count == 1)
                    break;      // it may grow
                _pieces.Dequeue();
                _position = 0;
            }
            return default;
        }
    }

    public void Dispose() => ring.Close(this);

    internal void Add(PacketPiece piece)
    {
        lock (_lock)
        {
            Start ??= piece.Start;
            _pieces.Enqueue(piece);
        }
    }

    internal void End() => _isEnded = true;
}
