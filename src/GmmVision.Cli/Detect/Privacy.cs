using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>Blackens what must not be seen, in frames and masks, before the outputs behind it get them; the pipeline has seen them by then.</summary>
internal sealed class Privacy(IReadOnlyList<Zone> zones, FrameFormat format) : IFrameOutput
{
    private readonly PrivacyMask _pictures = new(zones, format.Width, format.Height);
    private readonly Mask _hidden = Zone.Union(zones, format.Width, format.Height);

    public void Add(Frame frame, FrameResult result)
    {
        Hide(frame);
        result.Foreground.AndNot(_hidden);
    }

    /// <summary>Blackens a picture.</summary>
    public void Hide(Frame picture) => _pictures.Apply(picture);

    public void Complete()
    {
    }

    public void Dispose()
    {
    }
}
