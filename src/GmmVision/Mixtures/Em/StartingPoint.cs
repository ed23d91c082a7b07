namespace GmmVision.Mixtures;

/// <summary>Makes the parameters that EM begins with.</summary>
internal static class StartingPoint
{
    public static FittedParameters Make(SampleSet samples, int components, MixtureOptions options, int restart, DegeneracyGuard guard, CancellationToken cancellation)
    {
        if (options.WarmStart is { } warm) return Warm(warm, components, samples.Features, options.Covariance);
        var random = new SeededRandom(options.Seed, restart);
        KMeansRun run = KMeansRun.Create(samples, options.ActualThreads, options.LaneBits);
        MixtureStart kind = options.Start != MixtureStart.Varied ? options.Start
            : restart == 0 ? MixtureStart.KMeans
            : restart % 2 == 1 ? MixtureStart.RandomFromData : MixtureStart.KMeansPlusPlus;
        FittedParameters state = kind switch
        {
            _ when options.Given?.Means is { } means => FromCenters(samples, means, options, guard),
            MixtureStart.RandomFromData => RandomFromData(samples, components, options, random),
            MixtureStart.KMeansPlusPlus => FromCenters(samples, run.Seeds(components, random), options, guard),
            _ => FromClusters(samples, KMeans.Lloyd(samples, run, run.Seeds(components, random), new KMeansOptions(), cancellation), options, guard),
        };
        if (options.Given is { } given) Override(state, given);
        guard.Mend(state);
        return state;
    }

    private static FittedParameters Warm(GaussianMixture warm, int components, int features, CovarianceType covariance)
    {
        FittedParameters state = warm.CopyState();
        if (state.Components != components || state.Features != features || state.Covariance != covariance)
        {
            throw new ArgumentException(
                $"The warm start has {state.Components} {state.Covariance} components of {state.Features} features; the fit asks for {components} {covariance} components of {features}.");
        }

        return state;
    }

    private static void Override(FittedParameters state, MixtureParameters given)
    {
        given.Weights?.CopyTo(state.Weights, 0);
        if (given.Means is not null) given.Means.CopyTo(state.Means, 0);
        if (given.Precisions is not { } precisions) return;
        int d = state.Features;
        if (!state.HasMatrices)
        {
            for (int i = 0; i < precisions.Length; i++)
            {
                if (precisions[i] <= 0) throw new ArgumentException($"Precision {i} of the given start is {precisions[i]}; it must be above 0.");
                state.Covariances[i] = 1 / precisions[i];
            }

            return;
        }

        for (int at = 0; at < precisions.Length; at += d * d)
        {
            if (!LowerTriangle.TryInvertSymmetric(precisions.AsSpan(at, d * d), state.Covariances.AsSpan(at, d * d), d))
                throw new ArgumentException($"Precision matrix {at / (d * d)} of the given start is not positive definite.");
        }
    }

    private static FittedParameters RandomFromData(SampleSet samples, int components, MixtureOptions options, SeededRandom random)
    {
        int d = samples.Features;
        var state = new FittedParameters(options.Covariance, components, d);
        double[] mass = [.. samples.Weights];
        double[] covariance = DataMoments.Covariance(samples);
        for (int c = 0; c < components; c++)
        {
            int sample = KMeansSeeds.Draw(mass, random);
            mass[sample] = Math.Max(0, mass[sample] - samples.TotalWeight / samples.Rows);
            KMeansSeeds.Take(samples, sample, state.Means, c);
            state.Weights[c] = 1.0 / components;
        }

        double share = Math.Pow(components, -2.0 / d);   // components of this width fill the same volume together
        for (int i = 0; i < state.Covariances.Length; i++)
        {
            state.Covariances[i] = options.Covariance switch
            {
                CovarianceType.Full or CovarianceType.Tied => share * covariance[i % (d * d)],
                CovarianceType.Diagonal => share * covariance[i % d * (d + 1)],
                _ => share * Enumerable.Range(0, d).Average(f => covariance[f * (d + 1)]),
            };
        }

        for (int c = 0; c < components; c++)
        {
            switch (options.Covariance)
            {
                case CovarianceType.Full: AddToDiagonal(state.Covariances.AsSpan(c * d * d, d * d)); break;
                case CovarianceType.Tied when c == 0: AddToDiagonal(state.Covariances); break;
                case CovarianceType.Diagonal: for (int f = 0; f < d; f++) state.Covariances[c * d + f] += options.Regularization; break;
                case CovarianceType.Spherical: state.Covariances[c] += options.Regularization; break;
                default: break;
            }
        }

        return state;

        void AddToDiagonal(Span<double> matrix)
        {
            for (int f = 0; f < d; f++) matrix[f * (d + 1)] += options.Regularization;
        }
    }

    private static FittedParameters FromCenters(SampleSet samples, double[] centers, MixtureOptions options, DegeneracyGuard guard)
    {
        var labels = new int[samples.Count];
        _ = KMeansRun.Create(samples, options.ActualThreads, options.LaneBits).Assign(centers, labels);
        return FromLabels(samples, labels, centers, options, guard);
    }

    private static FittedParameters FromClusters(SampleSet samples, KMeans clusters, MixtureOptions options, DegeneracyGuard guard) =>
        FromLabels(samples, clusters.Labels.ToArray(), [.. clusters.Centers], options, guard);

    /// <summary>The M step with every sample wholly its cluster's; an empty cluster becomes a light component around its centre.</summary>
    private static FittedParameters FromLabels(SampleSet samples, int[] labels, double[] centers, MixtureOptions options, DegeneracyGuard guard)
    {
        int d = samples.Features, k = centers.Length / d;
        var state = new FittedParameters(options.Covariance, k, d);
        centers.CopyTo(state.Means, 0);
        Array.Fill(state.Weights, 1.0 / k);
        for (int i = 0; i < state.Covariances.Length; i++)
        {
            int f = state.HasMatrices ? i / d % d : i % d;
            if (!state.HasMatrices || i % d == f) state.Covariances[i] = DataMoments.SafeVariance(samples, f);
        }

        state.Factorize();
        var statistics = new MixtureStatistics(options.Covariance, k, d);
        new EmPass(samples, options.Covariance, k, options.ActualThreads, options.LaneBits).RunLabels(state, labels, statistics);
        for (int c = 0; c < k; c++)
        {
            if (statistics.Counts[c] > 0) continue;
            double weight = statistics.Counts[c] = 0.1 * samples.TotalWeight / samples.Rows;
            for (int i = 0; i < d; i++) statistics.Second[state.HasMatrices ? (c * d + i) * d + i : c * d + i] = weight * samples.Variance[i] / k;
        }

        MaximizationStep.Update(state, statistics, ExpectationMaximization.Regularization(samples, options), guard);
        return state;
    }
}
