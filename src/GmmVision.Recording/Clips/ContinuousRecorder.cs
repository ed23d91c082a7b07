namespace GmmVision.Recording.Clips;

/// <summary>
/// Writes all that a camera sends, beside the clips of its events: a file an hour, named by the time of its first key frame,
/// on a thread of its own. Nothing is encoded, and nothing has to be finished: a file plays however short it was cut.
/// </summary>
internal sealed class ContinuousRecorder : IDisposable
{
    private const long MostWaiting = 256 << 20;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200), AfterFailure = TimeSpan.FromSeconds(5), AtEnd = TimeSpan.FromSeconds(2);

    private readonly ClipFolder _folder;
    private readonly PacketRing _ring;
    private readonly Action<string> _say;
    private readonly long _stretch;
    private readonly ManualResetEventSlim _end = new();
    private readonly Thread _thread;
    private FileStream? _file;
    private string _name = "";
    private DateTimeOffset _began;
    private bool _isTold;      // that it cannot write

    /// <summary>Begins.</summary>
    /// <param name="folder">Where files go.</param>
    /// <param name="ring">The camera's packets.</param>
    /// <param name="say">Takes a line for the log.</param>
    /// <param name="stretch">After how long another file begins, at whole multiples of the time of day; an hour unless given.</param>
    public ContinuousRecorder(ClipFolder folder, PacketRing ring, Action<string> say, TimeSpan? stretch = null)
    {
        (_folder, _ring, _say, _stretch) = (folder, ring, say, (stretch ?? TimeSpan.FromHours(1)).Ticks);
        _thread = new Thread(Run) { IsBackground = true, Name = "recording" };
        _thread.Start();
    }

    /// <summary>Writes what has come and ends.</summary>
    public void Dispose()
    {
        _end.Set();
        if (!_thread.Join(AtEnd))
            return;      // a disk that hangs: what it still writes is found at the next start
        _end.Dispose();
        _file?.Dispose();
    }

    private void Run()
    {
        while (!_end.IsSet)
        {
            try
            {
                using PacketFeed feed = _ring.Open(DateTimeOffset.MaxValue);      // from the newest key frame on
                WriteAll(feed);
            }
            catch (Exception exception)      // a thread of its own: nothing may get through
            {
                if (!_isTold)
                    _say($"cannot record, trying again: {Trouble.Describe(exception)}");
                _isTold = true;
                _end.Wait(AfterFailure);
            }
        }
    }

    // Until the stream ends or this does.
    private void WriteAll(PacketFeed feed)
    {
        try
        {
            while (true)
            {
                bool isLast = _end.IsSet || feed.IsEnded;
                for (ReadOnlyMemory<byte> bytes; !(bytes = feed.Take(out DateTimeOffset? begins)).IsEmpty;)
                {
                    if (begins is { } start && (_file is null || start.UtcTicks / _stretch != _began.UtcTicks / _stretch))
                        Begin(start);
                    _file!.Write(bytes.Span);
                    if (_isTold)
                        _say("recording again");
                    _isTold = false;
                }
                if (isLast)
                    return;
                if (feed.Waiting > MostWaiting)
                    throw new IOException($"the disk is too slow for the camera: {MostWaiting >> 20} MB wait to be written");
                _end.Wait(Period);
            }
        }
        finally
        {
            Finish();
        }
    }

    private void Begin(DateTimeOffset start)
    {
        Finish();
        _began = start;
        _name = _folder.NewStretch(start);
        _file = new FileStream(_folder.PartPath(_name), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }

    private void Finish()
    {
        if (_file is null)
            return;
        _file.Dispose();
        _file = null;
        _folder.FinishStretch(_name);
    }
}
