using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;

namespace GmmVision.Cli.Detect;

/// <summary>Makes the pipeline that a job's options ask for.</summary>
internal static class PipelineFactory
{
    /// <exception cref="UserError">The model cannot be used for frames of this format.</exception>
    public static MotionPipeline Create(FrameFormat format, double frameRate, DetectOptions options)
    {
        ForegroundOptions foreground = ForegroundOptions.For(options.Preset);
        foreground = foreground with { Background = foreground.Background with { Threads = options.Threads } };
        PipelineOptions pipeline = new() { Preset = options.Preset, Foreground = foreground, Motion = options.Motion };
        return options.Model is null
            ? new MotionPipeline(format, frameRate, pipeline)
            : new MotionPipeline(new ForegroundDetector(Load(options.Model, format, options.Threads), frameRate, foreground), pipeline);
    }

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
