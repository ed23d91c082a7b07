using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Recording.Clips;

namespace GmmVision.Recording.Cameras;

/// <summary>Opens a camera, and remembers between attempts what was learnt of it. The camera's thread only.</summary>
/// <param name="setup">The camera.</param>
/// <param name="ring">Takes its packets; null where none are wanted.</param>
/// <param name="say">Takes a line for the log.</param>
internal sealed class CameraConnection(CameraSetup setup, PacketRing? ring, Action<string> say)
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(20);
    private const int LeastWait = 500;      // ms: less than between two knocks
    private PacketKind? _packets;
    private static readonly string[] Away = ["Connection refused", "Connection timed out", "No route to host", "Network is unreachable", "Host is down"];
    private bool _openFailed, _wasAway, _wasHurried;

    /// <summary>Opens it and waits for its first picture.</summary>
    /// <param name="zones">Of them, those that nobody may see into are black in clips.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="IOException">It does not answer, or cannot be opened.</exception>
    public IFrameSource Open(IReadOnlyList<CameraZone> zones, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(OpenTimeout);
        _openFailed = false;
        try
        {
            if (ring is not null && _packets is null)
                _packets = setup.Record == RecordMode.Encode ? PacketKind.Encode : FrameSources.FindPackets(setup.Source, limit.Token);
            return setup.Opener is { } opener ? opener.OpenCamera(setup, Options(zones), limit.Token) : FrameSources.OpenBare(setup.Source, Options(zones), limit.Token);
        }
        catch (IOException)
        {
            _openFailed = true;
            throw;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"no picture within {OpenTimeout.TotalSeconds:0} s");
        }
    }

    /// <summary>Learns from why a camera was lost.</summary>
    public void Lost(Exception why)
    {
        _wasAway = _openFailed && Away.Any(reason => why.Message.Contains(reason, StringComparison.OrdinalIgnoreCase));
        // What no clip can hold as it is would end every attempt in the same way.
        if (_packets == PacketKind.Copy && why is FfmpegException failure && failure.Log.Any(line => line.Contains("[mpegts @", StringComparison.Ordinal) && line.Contains("[error]", StringComparison.Ordinal)))
        {
            _packets = PacketKind.Encode;
            say("its packets cannot be kept as they are; clips are encoded from now on");
        }
    }

    /// <summary>Waits before the next attempt, no longer than needed.</summary>
    /// <param name="pauses">How long at most.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public void Wait(Backoff pauses, CancellationToken cancellation)
    {
        TimeSpan pause = pauses.Next();
        // It may come back between the attempt and the first knock. Once only: one that is knocked at and refuses is not away.
        bool wasAway = _wasAway && !_wasHurried;
        long start = Environment.TickCount64;
        bool? answered = PausedWait.Wait(setup.Source, pause, wasAway, cancellation);
        _wasHurried = wasAway && Environment.TickCount64 - start < LeastWait;
        // One that answered and could not be opened, or was away for long, may have another codec now; of one that was gone
        // for a moment, what was known is taken for true: looking takes a second.
        if (answered == true || (answered is null && _openFailed) || pauses.IsLongest)
            _packets = null;
    }

    private SourceOptions Options(IReadOnlyList<CameraZone> zones)
    {
        bool isCamera = FrameSources.IsCamera(setup.Source);
        (double X, double Y, double Width, double Height)[] hidden = CameraZone.HiddenBoxes(zones);
        return new SourceOptions
        {
            Layout = PixelLayout.Yuv420,
            Realtime = setup.IsFile,
            Loop = setup.Loop && setup.IsFile,
            CaptureSize = isCamera ? setup.Size : null,
            Width = isCamera ? null : setup.Size?.Width,
            Height = isCamera ? null : setup.Size?.Height,
            WorkingHeight = setup.DetectHeight,
            FrameRate = isCamera ? setup.FrameRate : null,
            Threads = 1,      // cameras share the machine with each other
            Timeout = setup.Stall < TimeSpan.FromHours(1) ? setup.Stall : TimeSpan.FromHours(1),
            Packets = ring is null ? null : new PacketTap
            {
                Kind = hidden.Length > 0 ? PacketKind.Encode : _packets!.Value,
                Sink = ring.Append,
                Sound = setup.Sound,
                Blackened = hidden,
            },
        };
    }
}
