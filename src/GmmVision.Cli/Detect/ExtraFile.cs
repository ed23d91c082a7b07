using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Recording.Loop;

namespace GmmVision.Cli.Detect;

/// <summary>An output that somebody asked for beside the events: where it cannot be written the events, and all else, are found and kept all the same.</summary>
/// <param name="name">Of the file or folder, for the message.</param>
/// <param name="begin">Begins it; may fail too.</param>
internal sealed class ExtraFile(string name, Func<IFrameObserver> begin) : IFrameObserver, IDisposable
{
    private IFrameObserver? _output;
    private bool _isLost;

    /// <summary>Why it is not there; null where it is.</summary>
    public string? Problem { get; private set; }

    public void See(Frame frame, FrameResult result) => Try(() => (_output ??= begin()).See(frame, result));

    public void Complete() => Try(() => _output?.Complete());

    public void Dispose() => (_output as IDisposable)?.Dispose();

    private void Try(Action action)
    {
        if (_isLost)
            return;
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or UserError)
        {
            _isLost = true;
            // ffmpeg's own reason, without the hidden name that the file had meanwhile.
            string reason = exception is FfmpegException && exception.Message.IndexOf("': ", StringComparison.Ordinal) is > 0 and var at ? exception.Message[(at + 3)..] : CommandFrame.Describe(exception);
            Problem = $"{name} could not be written: {reason.TrimEnd('.')}. Everything else was.";
            Dispose();
            _output = null;
        }
    }
}
