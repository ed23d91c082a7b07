using System.Globalization;

namespace GmmVision.Mixtures;

/// <summary>Mends components that collapse onto too few samples or die out, and keeps a note of each for the user.</summary>
internal sealed class DegeneracyGuard(SampleSet samples)
{
    private readonly List<int> _dead = [];
    private readonly List<string> _notes = [];
    private int _reseeded;

    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Iteration being done, for the notes.</summary>
    public int Iteration { get; set; }

    public void Dead(int component) => _dead.Add(component);

    public void NarrowFeature(int feature, double variance, double regularization) => Note(string.Create(CultureInfo.InvariantCulture,
        $"Regularization, {regularization:G3}, is larger than the variance of feature {feature}, {variance:G3}: what that feature tells is lost; bring the features to one scale (StandardScaler), lower Regularization, or use RelativeRegularization instead."));

    /// <summary>Re-seeds the dead, factorises, and widens what is not positive definite until it is.</summary>
    public void Mend(FittedParameters state)
    {
        Factorize(state);
        if (_dead.Count == 0) return;
        foreach (int component in _dead) Reseed(state, component);
        _dead.Clear();
        double sum = state.Weights.Sum();
        for (int c = 0; c < state.Components; c++) state.Weights[c] /= sum;
        Factorize(state);
    }

    private void Factorize(FittedParameters state)
    {
        double floor = 1e-9;
        while (state.Factorize() is var component && component >= 0)
        {
            Note(string.Create(CultureInfo.InvariantCulture, $"A component collapsed in iteration {Iteration} (its covariance was no longer positive definite) and was widened by {floor:G2} of the variance of all samples; raise Regularization, or ask for fewer components or another covariance type."));
            Widen(state, component, floor);
            floor *= 10;
        }
    }

    private void Widen(FittedParameters state, int component, double floor)
    {
        int d = state.Features;
        for (int i = 0; i < d; i++)
        {
            double extra = floor * DataMoments.SafeVariance(samples, i);
            switch (state.Covariance)
            {
                case CovarianceType.Full or CovarianceType.Tied: Repair(ref state.Covariances[state.MatrixStart(component) + i * d + i], extra); break;
                case CovarianceType.Diagonal: Repair(ref state.Covariances[component * d + i], extra); break;
                default: Repair(ref state.Covariances[component], extra / d); break;
            }
        }

        static void Repair(ref double variance, double extra) => variance = (double.IsFinite(variance) ? Math.Max(variance, 0) : 0) + extra;
    }

    /// <summary>A dead component begins again at the least probable sample, with the variances of all samples and the weight of one sample.</summary>
    private void Reseed(FittedParameters state, int component)
    {
        Note($"A component had no samples left in iteration {Iteration} and was started again at an improbable sample; fewer components may do.");
        int d = state.Features;
        int sample = LeastProbable(state);
        state.Weights[component] = 1.0 / samples.Rows;
        for (int i = 0; i < d; i++) state.Means[component * d + i] = samples.Value(sample, i);
        if (state.Covariance == CovarianceType.Tied) return;
        int length = state.Covariances.Length / state.Components;
        Span<double> covariance = state.Covariances.AsSpan(component * length, length);
        covariance.Clear();
        for (int i = 0; i < d; i++)
        {
            double variance = DataMoments.SafeVariance(samples, i) / state.Components;
            if (state.Covariance == CovarianceType.Full) covariance[i * d + i] = variance;
            else if (state.Covariance == CovarianceType.Diagonal) covariance[i] = variance;
            else covariance[0] += variance / d;
        }
    }

    private int LeastProbable(FittedParameters state)
    {
        int d = state.Features, worst = 0;
        double[] logs = new double[state.Components], x = new double[d], y = new double[d];
        double least = double.PositiveInfinity;
        int step = Math.Max(1, samples.Count / 50_000);
        for (int n = _reseeded++ % step; n < samples.Count; n += step)
        {
            if (samples.Weights[n] == 0) continue;
            for (int f = 0; f < d; f++) x[f] = samples.Value(n, f);
            double log = Density.LogSum(state, x, logs, y);
            if (log < least) (least, worst) = (log, n);
        }

        return worst;
    }

    private void Note(string text)
    {
        if (_notes.Count < 20) _notes.Add(text);
    }
}
