using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GmmVision.Cli.Eval;

/// <summary>The time that this thread has spent on a core: what others on the machine do in the meantime does not count. Elapsed time where the system cannot tell (other than Linux).</summary>
internal static class CoreClock
{
    private const int ThreadCpuTime = 3;      // CLOCK_THREAD_CPUTIME_ID

    private struct TimeSpec
    {
        public long Seconds, Nanoseconds;
    }

    public static TimeSpan Now => OperatingSystem.IsLinux() && Environment.Is64BitProcess && GetTime(ThreadCpuTime, out TimeSpec time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick)
        : Stopwatch.GetElapsedTime(0);

    [DllImport("libc", EntryPoint = "clock_gettime"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out TimeSpec time);
}
