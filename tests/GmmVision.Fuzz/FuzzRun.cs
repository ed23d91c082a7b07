using System.Diagnostics;
using System.Globalization;

namespace GmmVision.Fuzz;

/// <summary>Damages inputs of one reader for a while and gathers what goes wrong.</summary>
internal static class FuzzRun
{
    /// <summary>What may be taken for an input; beyond that it hangs.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>A fault and the input that shows it.</summary>
    /// <param name="Number">Of the input in its run.</param>
    /// <param name="Input">The bytes.</param>
    /// <param name="Fault">What is wrong.</param>
    public sealed record Finding(long Number, byte[] Input, string Fault);

    /// <summary>Runs until time or number is up, or ten faults were found, or one input does not come to an end.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="seed">The same seed gives the same inputs in the same order.</param>
    /// <param name="time">For how long at most.</param>
    /// <param name="most">How many inputs at most.</param>
    /// <returns>How many were tried, and what went wrong.</returns>
    public static (long Tried, IReadOnlyList<Finding> Faults) Run(FuzzTarget target, int seed, TimeSpan time, long most)
    {
        List<Finding> faults = [];
        foreach (byte[] whole in target.Seeds)
        {
            if (target.Try(whole) is string fault)
                faults.Add(new Finding(0, whole, $"a whole input: {fault}"));
        }
        long tried = 0, begun = Stopwatch.GetTimestamp();
        byte[] current = [];
        // On a thread of its own, so that an input that never ends is noticed.
        Thread worker = new(() =>
        {
            HashSet<string> known = [];
            Random random = new(seed);
            Mutator mutator = new(random);
            List<byte[]> pool = [.. target.Seeds];
            long start = Stopwatch.GetTimestamp();
            for (long number = 1; number <= most && Stopwatch.GetElapsedTime(start) < time && faults.Count < 10; number++)
            {
                byte[] input = mutator.Mutate(pool[random.Next(pool.Count)], pool[random.Next(pool.Count)]);
                Volatile.Write(ref current, input);
                Interlocked.Exchange(ref begun, Stopwatch.GetTimestamp());
                // Of one fault one input is enough.
                if (target.Try(input) is string fault && known.Add(string.Join('\n', fault.Split('\n').Where(line => !line.StartsWith("throws", StringComparison.Ordinal)).Take(2))))
                    faults.Add(new Finding(number, input, fault));
                Interlocked.Increment(ref tried);
                // Some damage goes on from damage.
                if (random.Next(200) == 0)
                    pool[random.Next(pool.Count)] = random.Next(3) == 0 ? target.Seeds[random.Next(target.Seeds.Count)] : input;
            }
        }, 16 << 20)
        { IsBackground = true, Name = $"fuzz {target.Name}" };
        worker.Start();
        while (!worker.Join(TimeSpan.FromMilliseconds(200)))
        {
            if (Stopwatch.GetElapsedTime(Interlocked.Read(ref begun)) < Longest)
                continue;
            return (Interlocked.Read(ref tried), [.. faults, new Finding(Interlocked.Read(ref tried) + 1, Volatile.Read(ref current), string.Create(CultureInfo.InvariantCulture, $"does not end in {Longest.TotalSeconds} s"))]);
        }
        return (tried, faults);
    }
}
