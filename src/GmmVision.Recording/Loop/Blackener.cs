using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Recording.Loop;

/// <summary>
/// Blackens what must not be seen, in frames and masks. A step of the loop, behind the pipeline, which has seen all, and in
/// front of every observer: none can be put where it sees more.
/// </summary>
/// <param name="hidden">The pixels that nobody may see.</param>
public sealed class Blackener(Mask hidden)
{
    private readonly PrivacyMask _pictures = new(hidden);

    /// <summary>The pixels that nobody may see.</summary>
    public Mask Hidden { get; } = hidden;

    /// <summary>From polygons.</summary>
    /// <returns>Null where there are none.</returns>
    /// <exception cref="ArgumentException">A zone lies wholly outside the picture.</exception>
    public static Blackener? Of(IReadOnlyList<Zone> zones, FrameFormat format)
    {
        ArgumentNullException.ThrowIfNull(zones);
        return zones.Count == 0 ? null : new Blackener(Zone.Union(zones, format.Width, format.Height));
    }

    /// <summary>Blackens a frame and its mask.</summary>
    public void Apply(Frame frame, FrameResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Hide(frame);
        result.Foreground.AndNot(Hidden);
    }

    /// <summary>Blackens a picture.</summary>
    public void Hide(Frame picture) => _pictures.Apply(picture);
}
