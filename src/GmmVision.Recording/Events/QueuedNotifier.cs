using System.Threading.Channels;

namespace GmmVision.Recording.Events;

/// <summary>
/// Hands events one after the other to a receiver that may be slow, dead or far away: a bounded queue, growing pauses
/// between attempts, one line in the log when it stops answering and one when it answers again.
/// </summary>
public abstract class QueuedNotifier : INotifier
{
    /// <summary>Events that wait at most; beyond that the oldest is dropped and counted.</summary>
    internal const int QueueLength = 256;

    private static readonly TimeSpan AtEnd = TimeSpan.FromSeconds(0.5), AfterCancelling = TimeSpan.FromSeconds(0.2);
    private readonly Channel<CameraEvent> _queue;
    private readonly CancellationTokenSource _end = new();
    private readonly Action<string> _log;
    private readonly NotifierPauses _pauses;
    private readonly Task _work;
    private long _dropped, _delivered, _givenUp;
    private volatile bool _isDown;

    /// <summary>Starts to deliver.</summary>
    /// <param name="name">The receiver, without passwords, for the log.</param>
    /// <param name="log">Takes a line.</param>
    /// <param name="pauses">How long to wait after a failure.</param>
    protected QueuedNotifier(string name, Action<string> log, NotifierPauses pauses)
    {
        (Name, _log, _pauses) = (name, log, pauses);
        _queue = Channel.CreateBounded<CameraEvent>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        _work = Task.Run(DeliverAllAsync);
    }

    /// <summary>The receiver, for the log.</summary>
    public string Name { get; }

    /// <summary>Events that the full queue pushed out.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Events that arrived.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Events whose last attempt failed too.</summary>
    public long GivenUp => Interlocked.Read(ref _givenUp);

    /// <inheritdoc/>
    public void Post(CameraEvent happened) => _queue.Writer.TryWrite(happened);

    /// <summary>Delivers what waits, for half a second at most and not to a receiver that is down, and ends.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await Task.WhenAny(_work, Task.Delay(_isDown ? TimeSpan.Zero : AtEnd)).ConfigureAwait(false);
        await _end.CancelAsync().ConfigureAwait(false);
        // One that does not heed the end keeps the token; the process is about to end.
        if (await Task.WhenAny(_work, Task.Delay(AfterCancelling)).ConfigureAwait(false) == _work)
            _end.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One attempt; throws where it fails.</summary>
    protected abstract Task DeliverAsync(CameraEvent happened, CancellationToken cancellation);

    private async Task DeliverAllAsync()
    {
        try
        {
            await foreach (CameraEvent happened in _queue.Reader.ReadAllAsync(_end.Token).ConfigureAwait(false))
                await DeliverOneAsync(happened).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
        }
    }

    private async Task DeliverOneAsync(CameraEvent happened)
    {
        Backoff pauses = new(_pauses.First, _pauses.Longest);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await DeliverAsync(happened, _end.Token).ConfigureAwait(false);
                Interlocked.Increment(ref _delivered);
                if (_isDown)
                    _log($"{Name} takes events again");
                _isDown = false;
                return;
            }
            catch (DeliveryRefusedException exception)
            {
                _log($"{Name} did not take an event, which is dropped: {exception.Message}");
                Interlocked.Increment(ref _givenUp);
                return;
            }
            catch (Exception exception) when (!_end.IsCancellationRequested)      // whatever a receiver does, the camera goes on
            {
                if (!_isDown)
                    _log($"{Name} did not take an event, trying again: {exception.Message.ReplaceLineEndings(" ")}");
                _isDown = true;
                if (attempt >= _pauses.Attempts)
                {
                    Interlocked.Increment(ref _givenUp);
                    return;
                }
                await Task.Delay(pauses.Next(), _end.Token).ConfigureAwait(false);
            }
        }
    }
}

/// <summary>A receiver that cannot take an event however often it is offered.</summary>
public sealed class DeliveryRefusedException(string message) : Exception(message);

/// <summary>How often and how patiently an event is offered.</summary>
/// <param name="Attempts">At most, 1 for once only.</param>
/// <param name="First">About the pause after the first failure; each further one doubles it.</param>
/// <param name="Longest">What it grows to.</param>
public sealed record NotifierPauses(int Attempts, TimeSpan First, TimeSpan Longest)
{
    /// <summary>Eight attempts over about two minutes.</summary>
    public static NotifierPauses Patient { get; } = new(8, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));

    /// <summary>Once: what failed is told and forgotten.</summary>
    public static NotifierPauses Once { get; } = new(1, TimeSpan.Zero, TimeSpan.Zero);
}
