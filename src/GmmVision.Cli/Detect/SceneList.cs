using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>Gathers what happened to the picture as a whole.</summary>
/// <param name="pixels">How far it moved is told in the video's own.</param>
internal sealed class SceneList(OwnPixels pixels) : IFrameObserver
{
    private readonly List<SceneChange> _changes = [];

    /// <summary>In order of time.</summary>
    public IReadOnlyList<SceneChange> Changes => _changes;

    public void See(Frame frame, FrameResult result)
    {
        if (result.SceneChange is SceneChange change)
            _changes.Add(pixels.Of(change));
    }
}
