using GmmVision.Imaging;
using GmmVision.Recording.Events;

namespace GmmVision.Recording.Cameras;

/// <summary>Tells when a camera is lost and when it is back: once each, in the log, to notifiers, on the page, in the metrics. The camera's thread only.</summary>
/// <param name="camera">Its name.</param>
/// <param name="source">Where its pictures come from.</param>
/// <param name="meter">Shows it on the page and in the metrics.</param>
/// <param name="record">Takes the event.</param>
/// <param name="say">Takes a line for the log.</param>
internal sealed class CameraPresence(string camera, string source, CameraMeter meter, Action<CameraEvent> record, Action<string> say)
{
    private bool _wasLost;

    /// <summary>Whether it was ever there.</summary>
    public bool WasUp { get; private set; }

    /// <summary>It delivers.</summary>
    public void Appear(FrameFormat format)
    {
        meter.SetUp(format.Width, format.Height, isAgain: _wasLost);
        if (_wasLost)
        {
            say($"camera back: {format.Width}x{format.Height}");
            record(new CameraEvent { Kind = CameraEventKind.CameraBack, Camera = camera, Start = DateTimeOffset.UtcNow });
        }
        else if (!WasUp)
        {
            say($"{source} delivers {format.Width}x{format.Height}");
        }
        (WasUp, _wasLost) = (true, false);
    }

    /// <summary>It does not, or has come to its end.</summary>
    public void Lose(string trouble, bool hasEnded)
    {
        meter.SetDown(trouble);
        if (hasEnded)
        {
            say(trouble);
            return;
        }
        if (_wasLost)
            return;      // said already
        _wasLost = true;
        say($"camera lost: {trouble}");
        record(new CameraEvent { Kind = CameraEventKind.CameraLost, Camera = camera, Start = DateTimeOffset.UtcNow, Message = trouble });
    }
}
