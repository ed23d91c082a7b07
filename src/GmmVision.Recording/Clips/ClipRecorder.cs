namespace GmmVision.Recording.Clips;

/// <summary>Writes one event's clip out of the ring, on a thread of its own, so that a slow disk holds up nothing else.</summary>
internal sealed class ClipRecorder
{
    private const long MostWaiting = 256 << 20;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private readonly PacketFeed _feed;
    private readonly ClipFolder _folder;
    private readonly string _name;
    private readonly Thread _thread;
    private readonly CancellationToken _giveUp;
    private readonly TaskCompletionSource<ClipResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _hurry = new();
    private readonly Lock _lock = new();
    private DateTimeOffset? _until;

    /// <summary>Begins the clip.</summary>
    /// <param name="folder">Where it goes.</param>
    /// <param name="name">Of the event.</param>
    /// <param name="feed">From the pre-roll on; disposed at the end.</param>
    /// <param name="giveUp">There is no time left: what is not finished stays a part, and becomes the clip at the next start.</param>
    public ClipRecorder(ClipFolder folder, string name, PacketFeed feed, CancellationToken giveUp)
    {
        (_folder, _name, _feed, _giveUp) = (folder, name, feed, giveUp);
        _thread = new Thread(Run) { IsBackground = true, Name = "clip " + name };
        _thread.Start();
    }

    /// <summary>Completes when the clip has its name.</summary>
    public Task<ClipResult> Result => _result.Task;

    /// <summary>Ends the clip with what arrives until then.</summary>
    public void EndAt(DateTimeOffset until)
    {
        lock (_lock)
            _until = until;
        if (until <= DateTimeOffset.UtcNow)
            _hurry.Set();
    }

    private void Run()
    {
        long written = 0;
        try
        {
            using (_feed)
            using (FileStream file = new(_folder.PartPath(_name), FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
            {
                while (true)
                {
                    DateTimeOffset now = DateTimeOffset.UtcNow;
                    bool isLast = IsOver(now) || _feed.IsEnded;
                    for (ReadOnlyMemory<byte> bytes; !(bytes = _feed.Take()).IsEmpty; written += bytes.Length)
                        file.Write(bytes.Span);
                    if (isLast)
                        break;
                    if (_feed.Waiting > MostWaiting)
                        throw new IOException($"the disk is too slow for the camera: {MostWaiting >> 20} MB wait to be written");
                    _hurry.Wait(Period);
                }
            }
            if (written == 0)
            {
                File.Delete(_folder.PartPath(_name));
                _result.SetResult(new ClipResult(null, null, null, null));
                return;
            }
            string clip = _folder.Finish(_name, _giveUp);
            _result.SetResult(new ClipResult(clip, _feed.Start, DateTimeOffset.UtcNow, null));
        }
        catch (OperationCanceledException)
        {
            _result.SetResult(new ClipResult(Path.GetFileName(_folder.ClipPath(_name)), _feed.Start, DateTimeOffset.UtcNow, null));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _result.SetResult(new ClipResult(null, null, null, $"cannot write clip {_name}: {exception.Message}"));
        }
        catch (Exception exception)      // a thread of its own: nothing may get through
        {
            _result.SetResult(new ClipResult(null, null, null, $"cannot write clip {_name}: unexpected {exception.GetType().Name}: {exception.Message}"));
        }
    }

    private bool IsOver(DateTimeOffset now)
    {
        lock (_lock)
            return now >= _until;
    }
}

/// <summary>What became of a clip.</summary>
/// <param name="File">Its name; null where there is none.</param>
/// <param name="Start">When its first frame arrived.</param>
/// <param name="End">When its last frame arrived.</param>
/// <param name="Error">Why there is none.</param>
internal sealed record ClipResult(string? File, DateTimeOffset? Start, DateTimeOffset? End, string? Error);
