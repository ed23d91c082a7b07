using GmmVision.Ffmpeg;
using GmmVision.Imaging;

namespace GmmVision.Recording.Cameras;

/// <summary>Opens cameras by something other than ffmpeg, which gives their pictures and no packets, so that there are no clips of them.</summary>
/// <param name="Name">What the log calls it.</param>
/// <param name="Open">Opens an input. It may take as long as it likes, and need not heed the token: who waits goes on without it.</param>
public sealed record SourceOpener(string Name, Func<string, SourceOptions, CancellationToken, IFrameSource> Open)
{
    /// <summary>Opens a camera; one that is a file comes at its own pace.</summary>
    /// <param name="setup">The camera.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="cancellation">Ends the wait; what opens later than that is closed again.</param>
    /// <exception cref="IOException">It cannot be opened; other exceptions are the opener's.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal IFrameSource OpenCamera(CameraSetup setup, SourceOptions options, CancellationToken cancellation)
    {
        Task<IFrameSource> opening = Task.Run(() => Open(setup.Source, options, cancellation), CancellationToken.None);
        try
        {
            opening.Wait(cancellation);
        }
        catch (AggregateException)      // the exception itself, below
        {
        }
        catch (OperationCanceledException)
        {
            _ = opening.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
        IFrameSource source = opening.GetAwaiter().GetResult();
        return setup.IsFile ? new PacedSource(source, setup.Loop ? () => Open(setup.Source, options, CancellationToken.None) : null) : source;
    }
}
