using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>Somebody who wants every frame with what was found in it: a video, a heatmap, the list of events. Used by one thread at a time.</summary>
internal interface IFrameOutput : IDisposable
{
    /// <summary>Takes the next frame; both are reused afterwards.</summary>
    void Add(Frame frame, FrameResult result);

    /// <summary>All frames have come: finishes what is written. Without it, disposing gives it up.</summary>
    void Complete();
}
