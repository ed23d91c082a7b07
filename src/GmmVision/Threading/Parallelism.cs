namespace GmmVision.Threading;

/// <summary>Shares numbered pieces of work out to threads; which thread does which is open, so pieces must not depend on each other.</summary>
internal static class Parallelism
{
    public static void For(int pieces, int threads, Action<int> work)
    {
        threads = Math.Min(threads, pieces);
        if (threads <= 1)
        {
            for (int piece = 0; piece < pieces; piece++) work(piece);
            return;
        }

        int next = -1;
        try
        {
            Share();
        }
        catch (AggregateException failures)
        {
            // Callers see what they would see from one thread: the first failure, cancellation among them.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.Flatten().InnerExceptions[0]);
        }

        void Share() => Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            for (int piece = Interlocked.Increment(ref next); piece < pieces; piece = Interlocked.Increment(ref next)) work(piece);
        });
    }
}
