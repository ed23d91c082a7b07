using GmmVision.Imaging;

namespace GmmVision.Recording.Loop;

/// <summary>What there was to see at the peak of an event: the picture as the pipeline saw it, and where it moved.</summary>
/// <param name="format">Of the picture.</param>
public sealed class PeakPicture(FrameFormat format)
{
    private readonly List<Box> _boxes = [];

    /// <summary>The picture, as large as the pipeline saw it.</summary>
    public Frame Frame { get; } = new(format);

    /// <summary>Around each region that moved, in the pipeline's pixels.</summary>
    public IReadOnlyList<Box> Boxes => _boxes;

    /// <summary>Takes over a frame and what moves in it.</summary>
    internal void Take(Frame frame, FrameResult result)
    {
        Frame.CopyFrom(frame);
        _boxes.Clear();
        foreach (Region region in result.Regions)
            _boxes.Add(region.Box);
    }
}
