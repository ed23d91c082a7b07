using GmmVision.Background;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;

namespace GmmVision.Recording.Cameras;

/// <summary>Keeps a camera's background over restarts. The camera's thread only.</summary>
/// <param name="path">Of the file; null keeps nothing.</param>
/// <param name="services">Threads of the model, how often it is saved, and whose turn it is.</param>
/// <param name="work">Where saving goes on.</param>
/// <param name="say">Takes a line for the log.</param>
internal sealed class ModelStore(string? path, CameraServices services, BackgroundWork work, Action<string> say)
{
    private long _nextSave;

    /// <summary>The background that was saved; null where there is none for frames of this format, which is told.</summary>
    public BackgroundModel? Load(FrameFormat format)
    {
        _nextSave = Environment.TickCount64 + (long)services.SavePeriod.TotalMilliseconds;
        if (path is null || !File.Exists(path))
            return null;
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            BackgroundModel model = BackgroundModel.Load(file, services.ModelThreads);
            if (model.Format == format)
            {
                say($"goes on with a background learnt over {model.FrameCount} frames");
                return model;
            }
            say($"the saved background is of {model.Format.Width}x{model.Format.Height}, the picture of {format.Width}x{format.Height}: it is learnt anew");
            model.Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            say($"the saved background is not used: {exception.Message}");
        }
        return null;
    }

    /// <summary>Saves a copy, where it is time, on another thread: writing takes longer than a frame may.</summary>
    public void SaveNowAndThen(BackgroundModel model)
    {
        if (path is null || Environment.TickCount64 < _nextSave || !services.SaveTurn.Wait(0))
            return;      // where another camera saves, it is tried again with the next frame
        _nextSave = Environment.TickCount64 + (long)services.SavePeriod.TotalMilliseconds;
        BackgroundModel copy = model.Clone();
        work.Add(Task.Run(() =>
        {
            try
            {
                using (copy)
                    Save(copy);
            }
            finally
            {
                services.SaveTurn.Release();
                GC.Collect(2, GCCollectionMode.Forced, blocking: false);      // or copies pile up to several models before anybody looks
            }
        }));
    }

    /// <summary>Saves at once.</summary>
    public void Save(BackgroundModel model)
    {
        if (path is null)
            return;
        try
        {
            OutputFile.Write(path, model.Save, isDurable: true);
        }
        catch (IOException exception)
        {
            say(exception.Message);
        }
    }
}
