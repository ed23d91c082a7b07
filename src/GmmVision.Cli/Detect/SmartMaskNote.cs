using System.Globalization;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>Remembers since when, and how much of the picture, the smart mask has kept from being told.</summary>
internal sealed class SmartMaskNote : IFrameObserver
{
    private TimeSpan? _since;
    private double _most;

    /// <summary>The cells of the last frame; null without a smart mask.</summary>
    public MaskedCells? Last { get; private set; }

    public void See(Frame frame, FrameResult result)
    {
        Last = result.Masked;
        if (Last is not { Count: > 0 })
            return;
        _since ??= frame.Time;
        _most = Math.Max(_most, Last.Share);
    }

    /// <summary>What to tell the user; null where everything was told.</summary>
    public string? Note() => _since is not TimeSpan since ? null : string.Create(CultureInfo.InvariantCulture,
        $"the smart mask covers up to {_most:0.##%} of the picture, from {Timecode.Of(since)} on: something moves there all the time, and is not told (hatched in heatmap.png and in the overlay)");
}
