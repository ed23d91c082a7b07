using System.Globalization;
using GmmVision.Evaluation;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;

namespace GmmVision.Cli.Eval;

/// <summary>Ground truth of a video beside its frames, by number: it may begin later and have gaps.</summary>
internal sealed class EvalTruth
{
    private readonly EvalVideo _video;
    private readonly int _first, _last;
    private readonly Dictionary<int, string> _files;
    private readonly ChangeDetectionScorer _scorer;

    /// <summary>For one video.</summary>
    /// <param name="video">Which.</param>
    /// <param name="inputNumbers">The numbers of its frames.</param>
    /// <param name="format">Of its frames.</param>
    /// <exception cref="UserError">There is ground truth of frames that are not there, or the region is of another size.</exception>
    /// <exception cref="IOException">The region cannot be read.</exception>
    public EvalTruth(EvalVideo video, int[] inputNumbers, FrameFormat format)
    {
        _video = video;
        (_first, _last) = video.ReadTemporalRegion();
        _files = EvalVideo.NumberedImages(video.GroundTruthFolder).ToDictionary(image => image.Number, image => image.Path);
        int alone = _files.Keys.Where(number => number >= _first && number <= _last).Except(inputNumbers).Order().FirstOrDefault(-1);
        if (alone >= 0)
            throw new UserError($"'{video.GroundTruthFolder}' has ground truth of frame {alone}, but '{video.InputFolder}' has no such frame.");
        _scorer = new ChangeDetectionScorer(ReadRegion(video, format));
    }

    /// <summary>How many frames were scored.</summary>
    public long Frames => _scorer.Frames;

    /// <summary>Pixels right and wrong.</summary>
    public ChangeDetectionCounts Counts => _scorer.Counts;

    /// <summary>What makes the score mean something else than it seems to; null where nothing does.</summary>
    public string? Note => _scorer switch
    {
        { Frames: 0 } => string.Create(CultureInfo.InvariantCulture, $"{_video.FullName}: there is no ground truth of frames {_first} to {_last}, so its measures are 0 whatever the masks are"),
        { Counts: { TruePositives: 0, FalseNegatives: 0 } } => $"{_video.FullName}: in none of the {Frames} labelled frames is there a pixel of foreground (255) that counts, so recall, precision and F are 0 whatever the masks are",
        _ => null,
    };

    /// <summary>Holds a mask against the ground truth of its frame, where there is any that counts.</summary>
    /// <exception cref="UserError">It is of another size, or holds what is no label.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Add(int number, Mask mask, CancellationToken cancellation)
    {
        if (number < _first || number > _last || !_files.TryGetValue(number, out string? file))
            return;
        try
        {
            LabelImage truth = StillImage.LoadLabels(file, cancellation);
            if ((truth.Width, truth.Height) != (mask.Width, mask.Height))
                throw new UserError($"the ground truth '{file}' is {truth.Width}x{truth.Height}, its frame is {mask.Width}x{mask.Height}.");
            _scorer.Add(mask, truth.ToBytes(), truth.Width);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidDataException)
        {
            throw new UserError($"'{file}' is no ground truth: {exception.Message}", inner: exception);
        }
    }

    private static Mask? ReadRegion(EvalVideo video, FrameFormat format)
    {
        if (video.RegionFile is not string file)
            return null;
        Frame picture = StillImage.Load(file, PixelLayout.Gray8);
        if (picture.Width != format.Width || picture.Height != format.Height)
            throw new UserError($"'{file}' is {picture.Width}x{picture.Height}, the frames of {video.FullName} are {format.Width}x{format.Height}.");
        var region = new Mask(format.Width, format.Height);
        region.CopyFrom(picture.Data, picture.Width);
        return region;
    }
}
