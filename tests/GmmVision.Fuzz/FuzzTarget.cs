namespace GmmVision.Fuzz;

/// <summary>Something that reads what others wrote.</summary>
/// <param name="Name">For the command line.</param>
/// <param name="Seeds">Whole inputs, small; what is damaged.</param>
/// <param name="Run">Reads an input; works on its own, so that inputs may be tried in any order.</param>
/// <param name="Documented">The exceptions that it may throw, and whatever derives from them.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Run, params Type[] Documented)
{
    /// <summary>Tries an input.</summary>
    /// <returns>What is wrong with how that went; null where nothing is.</returns>
    public string? Try(byte[] input)
    {
        const long MostBytes = 1L << 30;
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Run(input);
        }
        catch (Exception exception)
        {
            if (!Documented.Any(type => type.IsInstanceOfType(exception)))
                return $"throws {exception}";
            if (string.IsNullOrWhiteSpace(exception.Message))
                return $"throws a {exception.GetType().Name} that says nothing";
        }
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        return taken > MostBytes ? $"takes {taken >> 20} MB for {input.Length} bytes" : null;
    }
}
