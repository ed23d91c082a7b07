using GmmVision.Foreground;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>Gathers what happened to the picture as a whole.</summary>
/// <param name="pixels">How far it moved is told in the video's own.</param>
internal sealed class SceneList(OwnPixels pixels) : IFrameOutput
{
    private readonly List<SceneChange> _changes = [];

    /// <summary>In order of time.</summary>
    public IReadOnlyList<SceneChange> Changes => _changes;

    public void Add(Frame frame, FrameResult result)
    {
        if (result.SceneChange is SceneChange change)
            _changes.Add(pixels.Of(change));
    }

    public void Complete()
    {
    }

    public void Dispose()
    {
    }
}
