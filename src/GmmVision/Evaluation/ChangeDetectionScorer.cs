using System.Buffers;
using GmmVision.Imaging;

namespace GmmVision.Evaluation;

/// <summary>Holds masks against ground truth as changedetection.net does, and sums up over a video.</summary>
/// <remarks>
/// In ground truth 255 is foreground; 0 and 50 (hard shadow) are background; 85 (outside the region of interest) and 170
/// (unknown, mostly the blur around what moves) are left out. Any other value is an error: it is a sign of labels that
/// went through a color conversion or a lossy codec, and their score would be that of another truth. Add only frames
/// within the video's temporal region of interest. Not thread-safe; one instance per video. Allocates nothing per frame.
/// </remarks>
public sealed class ChangeDetectionScorer
{
    private const byte Foreground = 255, OutsideRegion = 85, Unknown = 170;

    private static readonly SearchValues<byte> Labels = SearchValues.Create([0, 50, OutsideRegion, Unknown, Foreground]);

    private readonly Mask? _region;

    /// <summary>For one video.</summary>
    /// <param name="regionOfInterest">Pixels that count, beside those that ground truth leaves out; null: all.</param>
    public ChangeDetectionScorer(Mask? regionOfInterest = null) => _region = regionOfInterest;

    /// <summary>The sums so far.</summary>
    public ChangeDetectionCounts Counts { get; private set; }

    /// <summary>How many frames were added.</summary>
    public long Frames { get; private set; }

    /// <summary>Adds a frame.</summary>
    /// <param name="mask">What the detector found.</param>
    /// <param name="groundTruth">The true labels, in its first plane.</param>
    /// <exception cref="ArgumentException">Mask, ground truth and region of interest differ in size, or a label is none.</exception>
    public void Add(Mask mask, Frame groundTruth)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(groundTruth);
        RequireSize(mask, groundTruth.Width, groundTruth.Height, "ground truth");
        for (int y = 0; y < mask.Height; y++)
            RequireLabels(groundTruth.Row(0, y), y);
        for (int y = 0; y < mask.Height; y++)
            AddRow(mask.Row(y), groundTruth.Row(0, y), y);
        Frames++;
    }

    /// <summary>Adds a frame.</summary>
    /// <param name="mask">What the detector found.</param>
    /// <param name="groundTruth">The true labels, rows of <paramref name="stride"/> bytes.</param>
    /// <param name="stride">Bytes from row to row, at least the width.</param>
    /// <exception cref="ArgumentException">The buffer is too short for the mask, mask and region of interest differ in size, or a label is none.</exception>
    public void Add(Mask mask, ReadOnlySpan<byte> groundTruth, int stride)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (stride < mask.Width || groundTruth.Length < (long)stride * (mask.Height - 1) + mask.Width)
            throw new ArgumentException($"A buffer of {groundTruth.Length} bytes with rows of {stride} is too short for ground truth of {mask.Width}x{mask.Height}.");
        if (_region is not null)
            RequireSize(mask, _region.Width, _region.Height, "region of interest");
        for (int y = 0; y < mask.Height; y++)
            RequireLabels(groundTruth.Slice(y * stride, mask.Width), y);
        for (int y = 0; y < mask.Height; y++)
            AddRow(mask.Row(y), groundTruth.Slice(y * stride, mask.Width), y);
        Frames++;
    }

    private void RequireSize(Mask mask, int width, int height, string what)
    {
        if (mask.Width != width || mask.Height != height)
            throw new ArgumentException($"The mask is {mask.Width}x{mask.Height}, the {what} {width}x{height}: they must be of one size.");
        if (_region is not null && (_region.Width != width || _region.Height != height))
            throw new ArgumentException($"The mask is {width}x{height}, the region of interest {_region.Width}x{_region.Height}: they must be of one size.");
    }

    private static void RequireLabels(ReadOnlySpan<byte> truth, int y)
    {
        int x = truth.IndexOfAnyExcept(Labels);
        if (x >= 0)
            throw new ArgumentException($"the ground truth at ({x}, {y}) is {truth[x]}: it must be 0 (background), 50 (shadow), 85 (outside the region), 170 (unknown) or 255 (foreground).");
    }

    private void AddRow(ReadOnlySpan<ulong> mask, ReadOnlySpan<byte> truth, int y)
    {
        // One count for each of four cases, found by two bits: whether it is foreground, whether it was found.
        Span<int> cases = stackalloc int[4];
        cases.Clear();
        ReadOnlySpan<ulong> region = _region is null ? default : _region.Row(y);
        for (int x = 0; x < truth.Length; x++)
        {
            if (truth[x] is OutsideRegion or Unknown || (region.Length > 0 && (region[x >> 6] >> (x & 63) & 1) == 0))
                continue;
            cases[(truth[x] == Foreground ? 2 : 0) + (int)(mask[x >> 6] >> (x & 63) & 1)]++;
        }
        Counts += new ChangeDetectionCounts(cases[3], cases[1], cases[2], cases[0]);
    }
}
