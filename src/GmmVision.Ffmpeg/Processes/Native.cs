using System.Runtime.InteropServices;

namespace GmmVision.Ffmpeg.Processes;

/// <summary>The few calls of the operating system that .NET has no name for.</summary>
internal static unsafe partial class Native
{
    private const int SetPipeSize = 1031;       // F_SETPIPE_SZ, linux/fcntl.h

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(nint descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int SignalMask(int how, ulong* set, ulong* old);

    /// <summary>Asks Linux for a larger pipe; what it gives is what there is, so a refusal is not an error.</summary>
    public static void TrySetPipeSize(SafeHandle pipe, int bytes)
    {
        if (OperatingSystem.IsLinux())
            _ = Fcntl(pipe.DangerousGetHandle(), SetPipeSize, bytes);
    }

    /// <summary>Blocks SIGINT and SIGQUIT on this thread and, because it is inherited, in every process that this thread starts.</summary>
    public static void BlockTerminalSignals()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return;
        const int interrupt = 2, quit = 3;
        ulong* set = stackalloc ulong[16];      // as large as any sigset_t; both systems keep signal n in bit n - 1
        new Span<ulong>(set, 16).Clear();
        set[0] = 1UL << (interrupt - 1) | 1UL << (quit - 1);
        _ = SignalMask(OperatingSystem.IsLinux() ? 0 : 1, set, null);      // SIG_BLOCK
    }
}
