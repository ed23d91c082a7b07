namespace GmmVision.Tests;

/// <summary>Measures what work allocates.</summary>
internal static class Allocation
{
    /// <summary>
    /// The least number of bytes that this thread allocates in one of several rounds. Of a garbage collection, which another test may cause,
    /// the runtime counts what is left of the thread's buffer too: one round must be without.
    /// </summary>
    public static long LeastOf(Action round) => LeastOf(round, GC.GetAllocatedBytesForCurrentThread);

    /// <summary>The same of all threads: what earlier tests have left running may allocate beside one round or another, but not beside each.</summary>
    public static long LeastOfProcess(Action round) => LeastOf(round, () => GC.GetTotalAllocatedBytes(precise: true));

    private static long LeastOf(Action round, Func<long> allocated)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 8 && least > 0; i++)
        {
            long before = allocated();
            round();
            least = Math.Min(least, allocated() - before);
        }
        return least;
    }
}
