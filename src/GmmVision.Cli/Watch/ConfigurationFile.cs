using GmmVision.Ffmpeg;
using GmmVision.Recording.Cameras;
using GmmVision.Web;

namespace GmmVision.Cli.Watch;

/// <summary>The configuration that `watch` runs by: read again when it changes, by hand or from the page.</summary>
/// <param name="path">A YAML or JSON file.</param>
/// <param name="read">Puts it together with what the command line says; from a text that may become the file's, or from the file.</param>
internal sealed class ConfigurationFile(string path, Func<string?, WatchSetup> read) : ICameraKeeper, IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private readonly FileStamp _stamp = FileStamp.Of(path);
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Lock _file = new();
    private TaskCompletionSource? _edit, _read;         // of what was written from here, and of what was read then

    /// <inheritdoc/>
    public IReadOnlyList<string> Names
    {
        get
        {
            try
            {
                return [.. SourcesIn(File.ReadAllText(path)).Select(camera => camera.Name)];
            }
            catch (UserError exception)
            {
                throw Told(exception);
            }
        }
    }

    /// <summary>Whether it is another file than before, and calm.</summary>
    public bool HasChanged() => _stamp.HasChanged();

    /// <summary>What it says now, together with the command line.</summary>
    /// <exception cref="UserError">It cannot be used.</exception>
    public WatchSetup Read()
    {
        lock (_file)
        {
            _read = _edit;
            return read(null);
        }
    }

    /// <summary>Tells that what was read last is now in force, or refused.</summary>
    public void Take()
    {
        lock (_file)
            _read?.TrySetResult();
    }

    /// <inheritdoc/>
    public Task SetAsync(string name, string source, CancellationToken cancellation) => ChangeAsync(text =>
    {
        // A file is somebody's own, and whoever sees the page is not always its owner.
        if (!FrameSources.IsCamera(source) && (!FrameSources.IsUrl(source) || source.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || source.StartsWith("unix:", StringComparison.OrdinalIgnoreCase)))
            throw new FormatException($"'{source}' is no camera's address: a URL (rtsp://HOST/PATH, http://...), /dev/video0 or camera:0; a file is given in the configuration by hand");
        string? old = SourcesIn(text).FirstOrDefault(camera => camera.Name == name).Source;
        if (old is null && read(null).Cameras.Any(camera => camera.Name == name))
            throw Elsewhere(name);
        return CameraText.Set(text, path, name, Whole(source, old));
    }, cancellation);

    /// <inheritdoc/>
    public Task RemoveAsync(string name, CancellationToken cancellation) => ChangeAsync(text =>
    {
        IReadOnlyList<CameraSetup> all = read(null).Cameras;
        if (SourcesIn(text).All(camera => camera.Name != name))
            throw all.Any(camera => camera.Name == name) ? Elsewhere(name) : new FormatException($"there is no camera '{name}' in {Path.GetFileName(path)}");
        return all.Count > 1 ? CameraText.Remove(text, path, name) : throw new FormatException($"'{name}' is the only camera, and watch needs one; add another one first");
    }, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();

    private async Task ChangeAsync(Func<string, string> change, CancellationToken cancellation)
    {
        await _oneAtATime.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            string text = await File.ReadAllTextAsync(path, cancellation).ConfigureAwait(false), changed;
            try
            {
                changed = change(text);
                if (changed == text)
                    return;
                _ = read(changed);
            }
            catch (UserError exception)
            {
                throw Told(exception);
            }
            TaskCompletionSource edit = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_file)
            {
                Write(changed);
                _edit = edit;
            }
            await edit.Task.WaitAsync(LongestWait, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It is written, and taken over as soon as a camera that hangs has ended.
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    // Where a link leads to, and readable by whom it was: it may hold passwords.
    private void Write(string text)
    {
        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        using OutputFile file = new(target);
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
            UnixFileMode mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(target);
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = mode;
            using (StreamWriter writer = new(file.TemporaryPath, options))
                writer.Write(text);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file.TemporaryPath, mode);     // what umask took away
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"cannot write beside {target}, where the configuration is: {exception.Message}", exception);
        }
        file.Complete();
    }

    private List<(string Name, string Source)> SourcesIn(string text) =>
        ConfigReader.Parse(text, path).Entries.FirstOrDefault(entry => entry.Key == "cameras")?.Value is not ConfigMap map ? []
            : [.. map.Entries.Select(entry => (entry.Key, ((entry.Value is ConfigMap settings ? settings.Entries.FirstOrDefault(setting => setting.Key == "source")?.Value : entry.Value) as ConfigScalar)?.Text ?? ""))];

    // Whoever sees the page need not know where on the machine the file is.
    private FormatException Told(UserError error) => new(error.Message.Replace(path, Path.GetFileName(path), StringComparison.Ordinal), error);

    private static FormatException Elsewhere(string name) => new($"the camera '{name}' was given on the command line; it is changed there");

    // The page never sees a password, so it cannot say it again; to another host it must not go by itself.
    private static string Whole(string source, string? old)
    {
        const string Hidden = "://***@";
        if (!source.Contains(Hidden, StringComparison.Ordinal))
            return source;
        if (old is null || FrameSources.NameOf(old) is var shown && AddressIn(shown) != AddressIn(source) || !shown.Contains(Hidden, StringComparison.Ordinal))
            throw new FormatException("*** stands for a user and password that are not shown; for another address write them out");
        int at = old.IndexOf("://", StringComparison.Ordinal) + 3;
        int length = old.AsSpan(at).IndexOf('/') is >= 0 and int slash ? slash : old.Length - at;
        string user = old.Substring(at, old.AsSpan(at, length).LastIndexOf('@'));
        return source.Replace(Hidden, $"://{user}@", StringComparison.Ordinal);
    }

    // Protocol, host and port: all in front of the path.
    private static string AddressIn(string url)
    {
        int at = url.IndexOf("://", StringComparison.Ordinal) + 3;
        return url.AsSpan(at).IndexOfAny('/', '?', '#') is >= 0 and int end ? url[..(at + end)] : url;
    }
}
