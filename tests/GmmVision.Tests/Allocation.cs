namespace GmmVision.Tests;

/// <summary>Measures what work allocates.</summary>
internal static class Allocation
{
    /// <summary>
    /// The least number of bytes that this thread allocates in one of several rounds. Of a garbage collection, which another test may cause,
    /// the runtime counts what is left of the thread's buffer too: one round must be without.
    /// </summary>
    public static long LeastOf(Action round)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 8 && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
