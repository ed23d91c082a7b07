using System.Runtime.InteropServices;

namespace GmmVision.Cli;

/// <summary>Turns the first Ctrl-C, SIGTERM or SIGHUP into a cancelled token, and lets the second one through.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;
    private const int EchoMilliseconds = 200;
    private long _since;
    private volatile int _exitCode;

    public Interruption()
    {
        _signals =
        [
#pragma warning disable CA2000      // all of them are in _signals, which is disposed
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Cancel(context, Cli.ExitCode.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Cancel(context, Cli.ExitCode.Terminated)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Cancel(context, Cli.ExitCode.Terminated)),
#pragma warning restore CA2000
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What to return after a signal; null when none came.</summary>
    public int? ExitCode => _exitCode == 0 ? null : _exitCode;

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        _source.Dispose();
    }

    private void Cancel(PosixSignalContext context, int exitCode)
    {
        if (_exitCode != 0)
        {
            // Service managers and `timeout` signal a process and then its whole group: the echo is not a second wish.
            context.Cancel = Environment.TickCount64 - _since < EchoMilliseconds;
            return;
        }
        _since = Environment.TickCount64;
        _exitCode = exitCode;
        context.Cancel = true;
        // Not on the signal's own thread: what waits on the token may take its time, and the second signal must get through.
        ThreadPool.UnsafeQueueUserWorkItem(static state => ((CancellationTokenSource)state!).Cancel(), _source);
    }
}
