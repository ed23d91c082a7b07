namespace GmmVision.Ffmpeg;

/// <summary>
/// A file that has its final name only when it is complete: it is written beside that under a temporary name, and
/// renamed by <see cref="Complete"/>. Disposing without it removes what was written.
/// </summary>
public sealed class OutputFile : IDisposable
{
    private bool _completed;

    /// <summary>Chooses a temporary name and creates the folder if it is missing; writes nothing yet.</summary>
    /// <param name="path">Final name; a file that is there is replaced in the end.</param>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public OutputFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FinalPath = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(FinalPath) ?? throw new IOException($"cannot write '{path}': it is the root folder, not a file.");
        if (Directory.Exists(FinalPath))
            throw new IOException($"cannot write '{path}': it is a folder.");
        Guarded(path, () => Directory.CreateDirectory(folder));
        // The extension stays: ffmpeg takes the container from it.
        TemporaryPath = Path.Combine(folder, $".{Path.GetFileNameWithoutExtension(FinalPath)}.{Guid.NewGuid().ToString("N")[..8]}.partial{Path.GetExtension(FinalPath)}");
    }

    /// <summary>Where to write.</summary>
    public string TemporaryPath { get; }

    /// <summary>The name that it will have.</summary>
    public string FinalPath { get; }

    /// <summary>Gives the file its final name.</summary>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    public void Complete()
    {
        Guarded(FinalPath, () => File.Move(TemporaryPath, FinalPath, overwrite: true));
        _completed = true;
    }

    /// <summary>Removes what was written if it was not completed.</summary>
    public void Dispose()
    {
        if (_completed)
            return;
        try
        {
            File.Delete(TemporaryPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing can be done about it here, and the reason for giving up matters more.
        }
    }

    /// <summary>Writes a whole file through a stream: under a temporary name first, renamed when the action has returned.</summary>
    /// <param name="path">Final name.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="isDurable">Whether it is on the disk, and not only on its way there, before it gets its name: what must outlive a power cut.</param>
    /// <exception cref="IOException">It cannot be written: no permission, disk full.</exception>
    public static void Write(string path, Action<Stream> write, bool isDurable = false)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var file = new OutputFile(path);
        Guarded(path, () =>
        {
            using FileStream stream = new(file.TemporaryPath, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
            write(stream);
            if (isDurable)
                stream.Flush(flushToDisk: true);
        });
        file.Complete();
    }

    /// <summary>Writes a whole text file in UTF-8, as <see cref="Write(string, Action{Stream}, bool)"/> does.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    private static void Guarded(string path, Action action)
    {
        try
        {
            action();
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"cannot write '{path}': no permission.", exception);
        }
        catch (IOException exception) when (exception is not FfmpegException)
        {
            throw new IOException($"cannot write '{path}': {exception.Message}", exception);
        }
    }
}
