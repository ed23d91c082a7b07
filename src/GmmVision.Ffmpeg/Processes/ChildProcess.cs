using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;

namespace GmmVision.Ffmpeg.Processes;

/// <summary>
/// A running ffmpeg or ffprobe that cannot be left behind: disposing kills it, the end of this program kills it, and
/// on Linux so does a SIGKILL of this program (see <see cref="ProcessStarter"/>).
/// </summary>
/// <remarks>Reading <see cref="Output"/> belongs to one thread; <see cref="Kill"/> and <see cref="Dispose"/> to any.</remarks>
internal sealed class ChildProcess : IDisposable
{
    // Four times the default wakes both sides less often; measured, more gains nothing and pushes the samples out of the
    // second-level cache between the write and the read.
    private const int PipeSize = 1 << 18;

    private static readonly TimeSpan MessagesAfterEnd = TimeSpan.FromSeconds(1), AtItsEnd = TimeSpan.FromSeconds(5);
    private static readonly ConcurrentDictionary<ChildProcess, bool> Running = new();

    private readonly Process _process;
    private readonly Thread _errorReader;
    private readonly string _name;
    private readonly Lock _lock = new();
    private bool _disposed;
    private int? _exitCode;
    private TimeSpan _used;

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        foreach (ChildProcess process in Running.Keys)
            process.Kill();
    };

    private ChildProcess(Process process, string name, Action<string>? lineRead)
    {
        (_process, _name) = (process, name);
        Log = new ErrorLog(lineRead);
        Id = process.Id;
        Output = process.StandardOutput.BaseStream;
        Running.TryAdd(this, true);
        _errorReader = new Thread(DrainErrors) { IsBackground = true, Name = name + " messages" };
        _errorReader.Start();
    }

    /// <summary>Process id.</summary>
    public int Id { get; }

    /// <summary>Its standard output, unbuffered.</summary>
    public Stream Output { get; }

    /// <summary>Its standard input, unbuffered; only with <see cref="ChildInput.Pipe"/>.</summary>
    public Stream Input { get; private init; } = Stream.Null;

    public ErrorLog Log { get; }

    /// <param name="executable">Full path.</param>
    /// <param name="arguments">One item an argument, never joined.</param>
    /// <param name="input">Where its standard input comes from.</param>
    /// <param name="largeOutput">Whether raw pictures come out, for which a larger pipe pays.</param>
    /// <param name="lineRead">Called for each line of its messages, on a thread of its own.</param>
    public static ChildProcess Start(string executable, IEnumerable<string> arguments, ChildInput input, bool largeOutput = false, Action<string>? lineRead = null)
    {
        var info = new ProcessStartInfo(executable)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = input != ChildInput.Inherit,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        if (OperatingSystem.IsWindows())
            info.CreateNewProcessGroup = true;      // Ctrl-C is for us alone; on Unix ProcessStarter sees to it
        foreach (string argument in arguments)
            info.ArgumentList.Add(argument);

        Process process;
        try
        {
            process = ProcessStarter.Start(info);
        }
        catch (Win32Exception exception)
        {
            throw new FfmpegException($"{executable} could not be started: {exception.Message}.", exception);
        }
        if (input == ChildInput.None)
            process.StandardInput.Close();
        if (largeOutput && process.StandardOutput.BaseStream is PipeStream output)
            Native.TrySetPipeSize(output.SafePipeHandle, PipeSize);
        Stream toChild = input == ChildInput.Pipe ? process.StandardInput.BaseStream : Stream.Null;
        if (toChild is PipeStream pipe)
            Native.TrySetPipeSize(pipe.SafePipeHandle, PipeSize);
        return new ChildProcess(process, Path.GetFileNameWithoutExtension(executable), lineRead) { Input = toChild };
    }

    /// <summary>Waits for the end of the process and of its messages; returns the exit code.</summary>
    public int WaitForExit()
    {
        if (KnownExitCode is int known)
            return known;
        try
        {
            _process.WaitForExit();
            // What it left behind may hold its messages open; those that matter have come by then.
            _errorReader.Join(MessagesAfterEnd);
            Running.TryRemove(this, out _);
            lock (_lock)
                return _exitCode ??= _process.ExitCode;
        }
        catch (InvalidOperationException) when (KnownExitCode is not null)
        {
            return KnownExitCode.Value;     // another thread waited too, and disposed of it in between
        }
    }

    /// <summary>Waits for the end of a process that has nothing more to say or to take: one that does not end by itself then is killed.</summary>
    /// <returns>The exit code.</returns>
    public int WaitForEnd()
    {
        try
        {
            if (KnownExitCode is null && !_process.WaitForExit(AtItsEnd))
                Kill();
        }
        catch (InvalidOperationException) when (KnownExitCode is not null)
        {
            // Another thread waited too, and disposed of it in between.
        }
        return WaitForExit();
    }

    private int? KnownExitCode
    {
        get
        {
            lock (_lock)
                return _exitCode;
        }
    }

    /// <summary>How long it has used processors so far; what is known last where it has ended.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            lock (_lock)
            {
                if (_disposed || _exitCode is not null)
                    return _used;
                try
                {
                    return _used = _process.TotalProcessorTime;
                }
                catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or NotSupportedException)
                {
                    return _used;
                }
            }
        }
    }

    /// <summary>Ends the process at once; its output then ends too.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            if (_disposed || _exitCode is not null)
                return;
            try
            {
                // With what it started: a child of its own would keep the pipes open that others wait on.
                _process.Kill(entireProcessTree: true);
            }
            catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
            {
                // It ended by itself in between.
            }
        }
    }

    /// <summary>Waits for the end and says in one line what went wrong.</summary>
    /// <param name="doing">"cannot read video 'a.mp4'".</param>
    /// <param name="inner">What was noticed here.</param>
    public FfmpegException Failure(string doing, Exception? inner = null)
    {
        int exitCode = WaitForEnd();
        string end = exitCode switch
        {
            > 128 and < 160 when !OperatingSystem.IsWindows() => $"{_name} was killed by signal {exitCode - 128}",
            _ => $"{_name} ended with exit code {exitCode}",
        };
        string? reason = Log.Reason;
        if (reason is not null && reason.Contains("fps_mode", StringComparison.Ordinal))
            reason = "it is too old: install ffmpeg 5.1 or newer";
        return new FfmpegException(reason is null ? $"{doing}: {end}." : $"{doing}: {end}: {reason}", exitCode, Log.Lines, inner);
    }

    /// <summary>Kills the process if it still runs, and waits until it is gone.</summary>
    public void Dispose()
    {
        Kill();
        WaitForExit();
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        try
        {
            Input.Dispose();
        }
        catch (IOException)
        {
            // Nobody reads any more.
        }
        _process.Dispose();
    }

    /// <summary>Writes text to the standard input and closes it.</summary>
    public void Feed(string text)
    {
        try
        {
            using var writer = new StreamWriter(Input);
            writer.Write(text);
        }
        catch (IOException)
        {
            // It ended early; its messages say why.
        }
    }

    private void DrainErrors()
    {
        try
        {
            Stream messages = _process.StandardError.BaseStream;
            byte[] bytes = new byte[4096];
            var splitter = new LineSplitter(Log.Add);
            for (int read; (read = messages.Read(bytes)) > 0;)
                splitter.Add(bytes.AsSpan(0, read));
            splitter.Complete();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The pipe is gone with its process.
        }
    }
}
