using GmmVision.Imaging;

namespace GmmVision.Recording.Loop;

/// <summary>Somebody who wants every frame with what was found in it: a video, a heatmap, the list of events. Used by one thread at a time.</summary>
public interface IFrameObserver
{
    /// <summary>Takes the next frame, in which all that is private is black; both are reused afterwards.</summary>
    void See(Frame frame, FrameResult result);

    /// <summary>All frames have come: finishes what is written. Nothing, unless somebody writes; who does is disposable too, and gives it up where this was not called.</summary>
    void Complete()
    {
    }
}
