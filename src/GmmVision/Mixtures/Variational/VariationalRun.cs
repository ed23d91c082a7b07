using static MathNet.Numerics.SpecialFunctions;

namespace GmmVision.Mixtures;

/// <summary>Variational inference from one start to its end; letters as in Bishop, section 10.2.</summary>
internal sealed class VariationalRun
{
    private readonly SampleSet _samples;
    private readonly VariationalOptions _options;
    private readonly int _restart;
    private readonly int _k, _d;
    private readonly bool _full;
    private readonly EmPass _pass;
    private readonly MixtureStatistics _statistics;
    private readonly DegeneracyGuard _guard;
    private readonly List<double> _bounds = [];

    /// <summary>Posterior as a mixture for the E step: means m, covariances (νW)⁻¹, and weights that stand for the expected logarithms.</summary>
    private readonly FittedParameters _state;
    private readonly WeightPosterior _weights;
    private readonly double[] _counts, _beta, _nu;
    private readonly double _beta0, _nu0;
    private readonly double[] _mean0, _inverse0;

    public VariationalRun(SampleSet samples, int components, VariationalOptions options, int restart, int threads, CancellationToken cancellation)
    {
        (_samples, _options, _restart, _k, _d) = (samples, options, restart, components, samples.Features);
        _full = options.Covariance == CovarianceType.Full;
        _pass = new EmPass(samples, options.Covariance, _k, threads);
        _statistics = new MixtureStatistics(options.Covariance, _k, _d);
        _guard = new DegeneracyGuard(samples);
        (_counts, _beta, _nu) = (new double[_k], new double[_k], new double[_k]);
        (_beta0, _nu0, _mean0) = (options.MeanPrecision, options.DegreesOfFreedom ?? _d, samples.Mean);
        _inverse0 = DataMoments.Covariance(samples);
        for (int f = 0; f < _d; f++) _inverse0[f * (_d + 1)] += 1e-9 * DataMoments.SafeVariance(samples, f) + (samples.Variance[f] > 0 ? 0 : DataMoments.SafeVariance(samples, f));
        _weights = new WeightPosterior(options.WeightPrior, _k, options.WeightConcentration ?? 1.0 / _k);
        _state = Start(threads, cancellation);
    }

    public IReadOnlyList<double> Bounds => _bounds;

    public IReadOnlyList<string> Notes => _guard.Notes;

    public bool Converged { get; private set; }

    public double[] ExpectedWeights => _weights.Expected();

    public void Follow(IProgress<MixtureProgress>? progress, CancellationToken cancellation)
    {
        double bound = Expect();
        while (_bounds.Count < _options.MaxIterations && !Converged)
        {
            cancellation.ThrowIfCancellationRequested();
            UpdatePosterior();
            double next = Expect();
            _bounds.Add(next);
            Converged = Math.Abs(next - bound) < _options.Tolerance;
            bound = next;
            progress?.Report(new MixtureProgress(_restart, _options.Restarts, _bounds.Count, _options.MaxIterations, bound));
        }
    }

    /// <summary>The mixture of expected parameters, without the components that are lighter than <paramref name="leastWeight"/>.</summary>
    public FittedParameters Mean(double leastWeight)
    {
        double[] expected = ExpectedWeights;
        int[] kept = [.. Enumerable.Range(0, _k).Where(c => expected[c] >= leastWeight)];
        if (kept.Length == 0) kept = [Array.IndexOf(expected, expected.Max())];
        double sum = kept.Sum(c => expected[c]);
        var mean = new FittedParameters(_options.Covariance, kept.Length, _d);
        int length = _state.Covariances.Length / _k;
        for (int i = 0; i < kept.Length; i++)
        {
            mean.Weights[i] = expected[kept[i]] / sum;
            _state.Mean(kept[i]).CopyTo(mean.Means.AsSpan(i * _d));
            _state.Covariances.AsSpan(kept[i] * length, length).CopyTo(mean.Covariances.AsSpan(i * length));
        }

        mean.Factorize();
        return mean;
    }

    /// <summary>Clusters, heaviest first, as the statistics that the first posterior is made from.</summary>
    private FittedParameters Start(int threads, CancellationToken cancellation)
    {
        var start = new MixtureOptions { Covariance = _options.Covariance, Start = _options.Start, Seed = _options.Seed, Threads = threads, Regularization = 0 };
        FittedParameters state = StartingPoint.Make(_samples, _k, start, _restart, new DegeneracyGuard(_samples), cancellation).InCanonicalOrder();
        Array.Clear(_statistics.First);
        for (int c = 0; c < _k; c++)
        {
            _statistics.Counts[c] = state.Weights[c] * _samples.TotalWeight;
            for (int i = 0; i < _d; i++)
                for (int j = _full ? 0 : i; j <= (_full ? _d - 1 : i); j++)
                    _statistics.Second[_full ? (c * _d + i) * _d + j : c * _d + i] = _statistics.Counts[c] * state.CovarianceAt(c, i, j);
        }

        UpdatePosterior(state);
        return state;
    }

    private void UpdatePosterior() => UpdatePosterior(_state);

    /// <summary>q(π), q(μ, Λ) from the statistics (10.58 to 10.63).</summary>
    private void UpdatePosterior(FittedParameters state)
    {
        Span<double> shift = new double[_d], away = new double[_d];
        for (int c = 0; c < _k; c++)
        {
            double n = _counts[c] = _statistics.Counts[c];
            _beta[c] = _beta0 + n;
            _nu[c] = _nu0 + n;
            for (int i = 0; i < _d; i++)
            {
                shift[i] = n > 0 ? _statistics.First[c * _d + i] / n : 0;
                away[i] = state.Means[c * _d + i] + shift[i] - _mean0[i];      // x̄ - m₀
                state.Means[c * _d + i] = _mean0[i] + n / _beta[c] * away[i];   // m = (β₀ m₀ + N x̄) / β
            }

            for (int i = 0; i < _d; i++)
            {
                for (int j = _full ? 0 : i; j <= (_full ? _d - 1 : i); j++)
                {
                    int at = _full ? (c * _d + i) * _d + j : c * _d + i;
                    double scatter = _statistics.Second[at] - n * shift[i] * shift[j];   // N S
                    state.Covariances[at] = (_inverse0[i * _d + j] + scatter + _beta0 * n / _beta[c] * away[i] * away[j]) / _nu[c];   // W⁻¹ / ν
                }
            }
        }

        _weights.Update(_counts);
        Array.Fill(state.Weights, 1.0 / _k);
        _guard.Mend(state);
    }

    /// <summary>Responsibilities and their statistics.</summary>
    /// <returns>The bound per sample, with the responsibilities at their best.</returns>
    private double Expect()
    {
        double divergence = _weights.Divergence();
        double[] logWeights = _weights.ExpectedLogs();
        for (int c = 0; c < _k; c++)
        {
            divergence += Divergence(c, out double logDeterminant);
            double log = logWeights[c] + 0.5 * logDeterminant - 0.5 * _d * Math.Log(2 * Math.PI) - 0.5 * _d / _beta[c];   // (10.46), (10.64), (10.65)
            _state.Weights[c] = Math.Exp(log - _state.LogDensityAtMean(c));
        }

        _guard.Iteration = _bounds.Count + 1;
        return _pass.Run(_state, _statistics) - divergence / _samples.TotalWeight;
    }

    /// <summary>Kullback-Leibler divergence of a component's Gaussian-Wishart posterior from its prior (10.74, 10.77); E[ln |Λ|] (10.65).</summary>
    private double Divergence(int c, out double logDeterminant)
    {
        ReadOnlySpan<double> white = _state.WhiteningOf(c), mean = _state.Mean(c);
        double nu = _nu[c], beta = _beta[c];
        if (!_full)
        {
            // Each feature has a Wishart distribution of its own, of one dimension.
            (double sum, logDeterminant) = (0, 0);
            for (int i = 0; i < _d; i++)
            {
                double w = white[i] * white[i] / nu, inverse0 = _inverse0[i * (_d + 1)], away = mean[i] - _mean0[i];
                double expected = DiGamma(nu / 2) + Math.Log(2) + Math.Log(w);
                sum += GaussWishart(1, beta, nu, Math.Log(w), expected, away * away * w, inverse0 * w, -Math.Log(inverse0));
                logDeterminant += expected;
            }

            return sum;
        }

        double logW = 2 * LowerTriangle.LogDeterminant(white, _d) - _d * Math.Log(nu), quadratic = 0, trace = 0;
        logDeterminant = _d * Math.Log(2) + logW;
        for (int i = 0; i < _d; i++)
        {
            logDeterminant += DiGamma((nu - i) / 2);
            double y = 0;
            for (int j = 0; j <= i; j++)
            {
                y += white[i * _d + j] * (mean[j] - _mean0[j]);
                for (int m = 0; m <= i; m++) trace += white[i * _d + j] * white[i * _d + m] * _inverse0[j * _d + m] / nu;
            }

            quadratic += y * y / nu;
        }

        return GaussWishart(_d, beta, nu, logW, logDeterminant, quadratic, trace, LogDeterminantOfPrior());
    }

    private double LogDeterminantOfPrior()
    {
        var lower = new double[_d * _d];
        return LowerTriangle.TryCholesky(_inverse0, lower, _d) ? -2 * LowerTriangle.LogDeterminant(lower, _d) : throw new ArgumentException("The covariance of all samples is not positive definite; leave out features that repeat others.");
    }

    private double GaussWishart(int d, double beta, double nu, double logW, double expectedLog, double quadratic, double trace, double logW0)
    {
        double entropy = -LogB(d, logW, nu) - (nu - d - 1) / 2 * expectedLog + nu * d / 2;
        double posterior = d / 2.0 * Math.Log(beta / (2 * Math.PI)) - d / 2.0 - entropy;
        double prior = d / 2.0 * Math.Log(_beta0 / (2 * Math.PI)) - d * _beta0 / (2 * beta) - _beta0 * nu / 2 * quadratic
            + LogB(d, logW0, _nu0) + (_nu0 - d - 1) / 2 * expectedLog - nu / 2 * trace;
        return posterior - prior;   // ½ E[ln |Λ|] is in both
    }

    /// <summary>ln B(W, ν) (B.79).</summary>
    private static double LogB(int d, double logW, double nu)
    {
        double log = -nu / 2 * logW - nu * d / 2 * Math.Log(2) - d * (d - 1) / 4.0 * Math.Log(Math.PI);
        for (int i = 0; i < d; i++) log -= GammaLn((nu - i) / 2);
        return log;
    }
}
