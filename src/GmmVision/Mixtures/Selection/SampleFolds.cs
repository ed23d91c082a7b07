namespace GmmVision.Mixtures;

/// <summary>Splits samples for cross-validation.</summary>
internal static class SampleFolds
{
    /// <summary>
    /// Each fold's share of the weights to hold out, and the rest to fit. A sample of whole weight is split like the rows it stands
    /// for: an even share to every fold, what is left over dealt out at random.
    /// </summary>
    public static (SampleSet Fit, SampleSet HeldOut)[] Split(SampleSet samples, int folds, int seed)
    {
        if (samples.Rows < folds) throw new ArgumentException($"{samples.Rows} samples cannot be split into {folds} folds; ask for {samples.Rows} folds or fewer, or another criterion.");
        var random = new SeededRandom(seed, 1 << 20);
        var heldOut = new double[folds][];
        for (int f = 0; f < folds; f++) heldOut[f] = new double[samples.Count];
        int[] order = [.. Enumerable.Range(0, samples.Count)];
        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = random.Next(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        int next = 0;
        foreach (int sample in order)
        {
            double weight = samples.Weights[sample];
            bool whole = weight == Math.Floor(weight) && weight < 1e15;
            double share = whole ? Math.Floor(weight / folds) : 0;
            for (int f = 0; f < folds; f++) heldOut[f][sample] = share;
            double left = weight - folds * share;
            for (; left > 0; left -= whole ? 1 : left, next = (next + 1) % folds) heldOut[next][sample] += whole ? 1 : left;
        }

        return [.. heldOut.Where(part => part.Sum() > 0).Select(part => (samples.WithWeights([.. samples.Weights.Zip(part, (all, held) => all - held)]), samples.WithWeights(part)))];
    }
}
