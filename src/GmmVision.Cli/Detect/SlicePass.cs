using GmmVision.Ffmpeg;

namespace GmmVision.Cli.Detect;

/// <summary>Looks at one part of a long file that others look at the rest of, after a run-up in which it learns the background.</summary>
/// <param name="file">The file.</param>
/// <param name="frameRate">Frames a second.</param>
/// <param name="options">With zones in the video's own pixels; start and end are the part's.</param>
internal sealed class SlicePass(FfmpegFrameSource file, double frameRate, DetectOptions options) : Pieces(file, frameRate, options)
{
    /// <inheritdoc/>
    public override Findings Find(PieceGatherer gatherer, Action? seen, CancellationToken cancellation)
    {
        using SharpThumbnails pictures = gatherer.MakePictures();
        using Progress progress = new(File.Name, Options.Source.End is TimeSpan until ? (long)((until - Begin).TotalSeconds * FrameRate) : null);
        TimeSpan begin = Border(Begin), from = begin - RunUp;
        TimeSpan? end = Options.Source.End is TimeSpan last ? Border(last) : null;
        using StretchScan scan = new(File, Options.Source with { Start = from > TimeSpan.Zero ? from : null, End = end }, begin, Options, FrameRate, cancellation);
        Exception? failure = scan.Run(frames =>
        {
            gatherer.Add(frames);
            progress.Report(scan.Frames);
        });
        RequireFit(scan.IsMended, failure);
        gatherer.Join(scan);
        seen?.Invoke();
        return gatherer.Finish(scan.CopyBackground(), failure, isRestlessKnown: false);
    }
}
