using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace GmmVision.Ffmpeg.Processes;

/// <summary>
/// Starts every child process from one thread that lives as long as this program, for two reasons. It has the signals
/// of the terminal blocked, and children inherit that: Ctrl-C reaches this program alone, which then ends its children
/// in the order it likes. And on Linux a child can ask to be killed when the <em>thread</em> that started it is gone:
/// with this thread that means when this program is gone, also by SIGKILL.
/// </summary>
internal static class ProcessStarter
{
    private static readonly BlockingCollection<Request> Requests = [];
    private static readonly Lazy<string?> DeathSignal = new(FindDeathSignal);
    private static readonly Lazy<Thread> Worker = new(StartWorker);

    private sealed record Request(ProcessStartInfo Info, TaskCompletionSource<Process> Started);

    /// <summary>Starts a process that does not outlive this one.</summary>
    public static Process Start(ProcessStartInfo info)
    {
        if (DeathSignal.Value is string wrapper)
            Wrap(info, wrapper);
        return StartPlain(info);
    }

    private static Process StartPlain(ProcessStartInfo info)
    {
        _ = Worker.Value;
        var request = new Request(info, new TaskCompletionSource<Process>());
        Requests.Add(request);
        return request.Started.Task.GetAwaiter().GetResult();
    }

    private static Thread StartWorker()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "process starter" };
        thread.Start();
        return thread;
    }

    private static void Run()
    {
        Native.BlockTerminalSignals();
        foreach (Request request in Requests.GetConsumingEnumerable())
        {
            try
            {
                request.Started.SetResult(Process.Start(request.Info)!);
            }
            catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
            {
                request.Started.SetException(ExceptionDispatchInfo.SetCurrentStackTrace(exception));
            }
        }
    }

    /// <summary>setpriv of util-linux sets PR_SET_PDEATHSIG between fork and exec, where .NET cannot; it then becomes the program.</summary>
    private static void Wrap(ProcessStartInfo info, string setpriv)
    {
        info.ArgumentList.Insert(0, info.FileName);
        info.ArgumentList.Insert(0, "KILL");
        info.ArgumentList.Insert(0, "--pdeathsig");
        info.FileName = setpriv;
    }

    private static string? FindDeathSignal()
    {
        if (!OperatingSystem.IsLinux() || ExecutableSearch.Find("setpriv") is not string setpriv || ExecutableSearch.Find("true") is not string nothing)
            return null;
        // BusyBox has a setpriv that cannot do it: try.
        var info = new ProcessStartInfo(nothing) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        Wrap(info, setpriv);
        using Process trial = StartPlain(info);
        trial.WaitForExit();
        return trial.ExitCode == 0 ? setpriv : null;
    }
}
