using GmmVision.Background;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Clips;

namespace GmmVision.Recording.Cameras;

/// <summary>Keeps over restarts what a camera has learnt: its background, and where something always moves. The camera's thread only.</summary>
/// <param name="folder">Where; null keeps nothing.</param>
/// <param name="services">Threads of the model, how often it is saved, and whose turn it is.</param>
/// <param name="work">Where saving goes on.</param>
/// <param name="say">Takes a line for the log.</param>
internal sealed class ModelStore(ClipFolder? folder, CameraServices services, BackgroundWork work, Action<string> say)
{
    private long _nextSave;

    /// <summary>The background that was saved; null where there is none for frames of this format, which is told.</summary>
    public BackgroundModel? Load(FrameFormat format)
    {
        _nextSave = Environment.TickCount64 + (long)services.SavePeriod.TotalMilliseconds;
        if (folder is null || !File.Exists(folder.ModelPath))
            return null;
        try
        {
            using FileStream file = new(folder.ModelPath, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
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

    /// <summary>Goes on with the smart mask that was saved, where there is one for pictures like these.</summary>
    public void Load(SmartMask? mask)
    {
        if (folder is null || mask is null || !File.Exists(folder.SmartMaskPath))
            return;
        try
        {
            using FileStream file = new(folder.SmartMaskPath, FileMode.Open, FileAccess.Read, FileShare.Read);
            mask.Load(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            say($"the saved smart mask is not used: {exception.Message}");
        }
    }

    /// <summary>Saves a copy, where it is time, on another thread: writing takes longer than a frame may.</summary>
    public void SaveNowAndThen(MotionPipeline pipeline)
    {
        if (folder is null || Environment.TickCount64 < _nextSave || !services.SaveTurn.Wait(0))
            return;      // where another camera saves, it is tried again with the next frame
        _nextSave = Environment.TickCount64 + (long)services.SavePeriod.TotalMilliseconds;
        BackgroundModel copy = pipeline.Detector.Background.Clone();
        byte[]? mask = BytesOf(pipeline.SmartMask);
        work.Add(Task.Run(() =>
        {
            try
            {
                using (copy)
                    Write(folder, copy, mask);
            }
            finally
            {
                services.SaveTurn.Release();
                GC.Collect(2, GCCollectionMode.Forced, blocking: false);      // or copies pile up to several models before anybody looks
            }
        }));
    }

    /// <summary>Saves at once.</summary>
    public void Save(MotionPipeline pipeline)
    {
        if (folder is not null)
            Write(folder, pipeline.Detector.Background, BytesOf(pipeline.SmartMask));
    }

    private void Write(ClipFolder folder, BackgroundModel model, byte[]? mask)
    {
        try
        {
            OutputFile.Write(folder.ModelPath, model.Save, isDurable: true);
            if (mask is not null)
                OutputFile.Write(folder.SmartMaskPath, stream => stream.Write(mask), isDurable: true);
            else
                File.Delete(folder.SmartMaskPath);      // it was switched off, and begins anew when it is switched on
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            say(exception.Message);
        }
    }

    private static byte[]? BytesOf(SmartMask? mask)
    {
        if (mask is null)
            return null;
        using MemoryStream bytes = new();
        mask.Save(bytes);
        return bytes.ToArray();
    }
}
