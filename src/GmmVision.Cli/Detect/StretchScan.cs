using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>Looks at a stretch of a file with a decoder and a model of its own, so that several can be looked at side by side, or only some at all.</summary>
/// <remarks>Frames before the stretch, the run-up, are learnt and not told. One thread.</remarks>
internal sealed class StretchScan : IFrameObserver, IDisposable
{
    /// <summary>What pictures may take of memory until the scans in front have ended; each that is not kept costs a decoder of its own.</summary>
    private const int MostPictureBytes = 64 << 20;

    private readonly FfmpegFrameSource _source;
    private readonly MotionPipeline _pipeline;
    private readonly DetectOptions _options;
    private readonly TimeSpan _begin;
    private readonly CancellationToken _cancellation;
    private readonly List<SeenFrame> _seen = [];      // of one step
    private readonly PeakPictures? _peaks;            // null where pictures are to be larger than what the pipeline sees
    private int _picturesLeft;
    private Func<FrameResult, bool>? _isEnough;
    private bool _hasEnough;

    /// <param name="input">The file.</param>
    /// <param name="reading">What of it to decode: from the run-up's start to the stretch's end.</param>
    /// <param name="begin">Where the stretch begins.</param>
    /// <param name="options">With zones in the pixels that the pipeline sees.</param>
    /// <param name="frameRate">Frames a second.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="FfmpegException">There is no frame, or it cannot be decoded.</exception>
    /// <exception cref="IndivisibleException">Pictures have another size than those that the file begins with.</exception>
    public StretchScan(FfmpegFrameSource input, SourceOptions reading, TimeSpan begin, DetectOptions options, double frameRate, CancellationToken cancellation)
    {
        (_begin, _options, _cancellation) = (begin, options, cancellation);
        _source = input.Again(reading, cancellation);
        try
        {
            if (_source.OwnFormat != input.OwnFormat)
                throw new IndivisibleException($"the picture size of '{input.Name}' changes");
            _pipeline = PipelineFactory.Create(_source.Format, _source.OwnFormat, frameRate, options);
        }
        catch
        {
            _source.Dispose();
            throw;
        }
        if (_source.OwnFormat == _source.Format && !reading.KeyFramesOnly)      // of key frames alone no events are told
            (_peaks, _picturesLeft) = (new PeakPictures(_source.Format), MostPictureBytes / _source.Format.ByteCount);
        Heatmap = new Heatmap(_source.Format.Width, _source.Format.Height);
        Grid = new Archive.MotionGrid(_source.Format);
        Restless = new RestlessMotion(_source.Format, options.Motion);
    }

    /// <summary>Where the stretch moved.</summary>
    public Heatmap Heatmap { get; }

    /// <summary>Where each second of it moved.</summary>
    public Archive.MotionGrid Grid { get; }

    /// <summary>Whether the stretch moved all the time.</summary>
    public RestlessMotion Restless { get; }

    /// <summary>Frames that were told.</summary>
    public long Frames { get; private set; }

    /// <summary>Whether the file's clock had to be set in the stretch, so that its times are not those of the whole.</summary>
    public bool IsMended => _source.IsMended;

    /// <summary>Looks at all frames, or at those up to the first that is enough.</summary>
    /// <param name="tell">Gets the frames of the stretch, a few at a time.</param>
    /// <param name="isEnough">Asked of each frame of the stretch; null: all frames are wanted.</param>
    /// <returns>Why the source ended early; null at its end, or when there was enough.</returns>
    public Exception? Run(Action<IReadOnlyList<SeenFrame>> tell, Func<FrameResult, bool>? isEnough = null)
    {
        using FrameLoop loop = FrameLoop.OfFile(_source, _pipeline, [this], _cancellation, overlaps: false);
        (_isEnough, _hasEnough) = (isEnough, false);
        while (!_hasEnough && loop.Step() > 0)
        {
            Frames += _seen.Count;
            if (_seen.Count > 0)
                tell([.. _seen]);
            _seen.Clear();
        }
        return _hasEnough ? null : loop.Failure;
    }

    /// <inheritdoc/>
    public void See(Frame frame, FrameResult result)
    {
        _peaks?.See(frame, result);
        if (_hasEnough || result.Time < _begin)
            return;
        _seen.Add(Seen(result));
        _hasEnough = _isEnough?.Invoke(result) == true;
    }

    /// <summary>The background as it was learnt by now.</summary>
    public Frame CopyBackground()
    {
        Frame background = new(_source.Format);
        _pipeline.Detector.Background.CopyBackgroundTo(background);
        return background;
    }

    public void Dispose()
    {
        _pipeline.Dispose();
        _source.Dispose();
    }

    private SeenFrame Seen(FrameResult result)
    {
        Heatmap.Add(result.Motion);
        if (result.Score > 0)
            Grid.Add(result.Time, result.Motion);
        Restless.Add(result);
        Frame? peak = result.Ended is MotionEvent ended ? PictureOf(ended) : null;
        if (result.Score < _options.Motion.Threshold)
            return new SeenFrame(result.Summary, [], result.SceneChange, peak);
        Box[] boxes = new Box[result.Regions.Length];
        for (int i = 0; i < boxes.Length; i++)
            boxes[i] = result.Regions[i].Box;
        return new SeenFrame(result.Summary, boxes, result.SceneChange, peak);
    }

    private Frame? PictureOf(MotionEvent ended)
    {
        if (_peaks?.Take(ended.Number).Frame is not { } picture || _picturesLeft == 0)
            return null;
        _picturesLeft--;
        Frame copy = new(picture.Format);
        copy.CopyFrom(picture);
        return copy;
    }
}
