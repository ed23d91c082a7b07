using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>Makes the pipeline that a job's options ask for.</summary>
internal static class PipelineFactory
{
    /// <param name="format">Of the frames to come.</param>
    /// <param name="own">Of the video's own pictures.</param>
    /// <param name="frameRate">Frames a second.</param>
    /// <param name="options">With zones in the pixels of the frames to come.</param>
    /// <exception cref="UserError">The model cannot be used for frames of this format.</exception>
    public static MotionPipeline Create(FrameFormat format, FrameFormat own, double frameRate, DetectOptions options)
    {
        if (options.Threads == 0)
            options = options with { Threads = ThreadsFor(format, own) };
        ForegroundOptions foreground = ForegroundOptions.For(options.Preset);
        foreground = foreground with { Background = foreground.Background with { Threads = options.Threads } };
        PipelineOptions pipeline = new() { Preset = options.Preset, Foreground = foreground, Motion = options.Motion, NearZones = options.NearZones };
        if (options.Model is null)
            return new MotionPipeline(format, frameRate, pipeline);
        BackgroundModel model = Load(options.Model, format, options.Threads);
        try
        {
#pragma warning disable CA2000      // the pipeline owns the detector, which holds nothing but the model
            return new MotionPipeline(new ForegroundDetector(model, frameRate, foreground), pipeline);
#pragma warning restore CA2000
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    // Of pictures that are scaled down decoding is most of the work, and takes every core: threads of ours that wait for one cost
    // more than they bring (1080 rows on two cores: 7 % of all time).
    private static int ThreadsFor(FrameFormat format, FrameFormat own) =>
        2L * format.PixelCount <= own.PixelCount ? Math.Max(1, Environment.ProcessorCount / 2) : Environment.ProcessorCount;

    private static BackgroundModel Load(string path, FrameFormat format, int threads)
    {
        BackgroundModel model;
        try
        {
            using FileStream file = File.OpenRead(path);
            model = BackgroundModel.Load(file, threads);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UserError($"cannot load the model '{path}': {exception.Message}", inner: exception);
        }
        if (model.Format == format)
            return model;
        model.Dispose();
        throw new UserError($"the model '{path}' is of {model.Format} and cannot go on with frames of {format}: give one that was saved from this camera, or none.");
    }
}
