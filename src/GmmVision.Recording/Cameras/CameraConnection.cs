using GmmVision.Ffmpeg;
using GmmVision.Recording.Clips;

namespace GmmVision.Recording.Cameras;

/// <summary>Opens a camera, and remembers between attempts what was learnt of it. The camera's thread only.</summary>
/// <param name="setup">The camera.</param>
/// <param name="ring">Takes its packets; null where none are wanted.</param>
/// <param name="say">Takes a line for the log.</param>
internal sealed class CameraConnection(CameraSetup setup, PacketRing? ring, Action<string> say)
{
    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(20);
    private CameraPackets? _packets;
    private bool _openFailed;

    /// <summary>Opens it and waits for its first picture.</summary>
    /// <param name="zones">Of them, those that nobody may see into are black in clips.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="IOException">It does not answer, or cannot be opened.</exception>
    public CameraSource Open(IReadOnlyList<CameraZone> zones, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(OpenTimeout);
        _openFailed = false;
        try
        {
            if (ring is not null && _packets is null)
                _packets = setup.Record == RecordMode.Encode ? CameraPackets.Encode : CameraSource.FindPackets(setup.Source, limit.Token);
            (double X, double Y, double Width, double Height)[] hidden = ring is null ? [] : CameraZone.HiddenBoxes(zones);
            return CameraSource.Open(setup.Source, new CameraOptions
            {
                Packets = ring is null ? CameraPackets.None : hidden.Length > 0 ? CameraPackets.Encode : _packets!.Value,
                PacketSink = ring is null ? null : ring.Append,
                Blackened = hidden,
                Size = setup.Size,
                WorkingHeight = setup.DetectHeight,
                FrameRate = setup.FrameRate,
                Loop = setup.Loop,
                Sound = setup.Sound,
            }, limit.Token);
        }
        catch (FfmpegException)
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
        // What no clip can hold as it is would end every attempt in the same way.
        if (_packets == CameraPackets.Copy && why is FfmpegException failure && failure.Log.Any(line => line.Contains("[mpegts @", StringComparison.Ordinal)))
        {
            _packets = CameraPackets.Encode;
            say("its packets cannot be kept as they are; clips are encoded from now on");
        }
    }

    /// <summary>Waits before the next attempt, no longer than needed.</summary>
    /// <param name="pauses">How long at most.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public void Wait(Backoff pauses, CancellationToken cancellation)
    {
        TimeSpan pause = pauses.Next();
        bool? answered = PausedWait.Wait(setup.Source, pause, cancellation);
        // One that answered and could not be opened, or was away for long, may have another codec now; of one that was gone
        // for a moment, what was known is taken for true: looking takes a second.
        if (answered == true || (answered is null && _openFailed) || pauses.IsLongest)
            _packets = null;
    }
}
