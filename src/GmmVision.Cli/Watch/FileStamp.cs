namespace GmmVision.Cli.Watch;

/// <summary>Tells that a file has changed: by time and length, once it has stayed so for a moment, since editors write in steps.</summary>
internal sealed class FileStamp
{
    private readonly string _path;
    private (DateTime Time, long Length)? _known, _seen;

    private FileStamp(string path)
    {
        _path = path;
        _known = _seen = Read();
    }

    public static FileStamp Of(string path) => new(path);

    /// <summary>Whether it is another file than at the last change, and the same as at the last look.</summary>
    public bool HasChanged()
    {
        // One that is missing is being replaced.
        if (Read() is not { } now || now == _known)
            return false;
        bool isCalm = now == _seen;
        _seen = now;
        if (isCalm)
            _known = now;
        return isCalm;
    }

    private (DateTime, long)? Read()
    {
        try
        {
            // A link's own time says nothing of the file behind it, and that behind it may become another one.
            FileInfo file = new(File.ResolveLinkTarget(_path, returnFinalTarget: true)?.FullName ?? _path);
            return file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
