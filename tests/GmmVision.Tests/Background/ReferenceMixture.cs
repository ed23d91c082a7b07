using GmmVision.Background;

namespace GmmVision.Tests.Background;

/// <summary>
/// The online mixture of one pixel after Stauffer and Grimson, with branches and in double precision, letters as in the
/// paper; shares nothing with the kernel. Feed it the same rates and it must come out close to the fixed-point kernel.
/// </summary>
internal sealed class ReferenceMixture(BackgroundOptions options, int channels)
{
    private sealed record Gaussian(double[] Mu, double[] Sigma2)
    {
        public double Omega { get; set; }
    }

    private readonly List<Gaussian> _modes = [];
    private readonly double _expectedSquare = options.ExpectedSquare(channels), _foregroundDistance = options.ForegroundDistance(channels);
    private readonly double _matchDistance = Math.Min(options.MatchDistance(channels), options.ForegroundDistance(channels));

    public double Omega(int k) => k < _modes.Count ? _modes[k].Omega : 0;

    public double Mu(int k, int channel) => _modes[k].Mu[channel];

    public double Sigma(int k, int channel) => Math.Sqrt(_modes[k].Sigma2[channel]);

    /// <summary>Learns one sample at rate alpha and says whether it is foreground.</summary>
    public bool Step(ReadOnlySpan<byte> x, double alpha)
    {
        if (_modes.Count == 0)
        {
            _modes.Add(Start(x));
            _modes[0].Omega = 1;
            return false;
        }
        int matched = -1;
        double stronger = 0;
        bool background = false;
        for (int k = 0; k < _modes.Count; k++)
        {
            double distance = Distance(_modes[k], x);
            if (distance < _matchDistance && matched < 0)
                matched = k;
            background |= distance < _foregroundDistance && (k == 0 || stronger < options.BackgroundRatio);
            stronger += _modes[k].Omega;
        }
        foreach (Gaussian mode in _modes)
            mode.Omega *= 1 - alpha;
        if (matched >= 0)
        {
            Gaussian mode = _modes[matched];
            mode.Omega += alpha;
            double rho = matched == 0 ? alpha : Math.Min(0.5, alpha / mode.Omega);
            for (int c = 0; c < channels; c++)
            {
                double d = x[c] - mode.Mu[c], square = d * d / mode.Sigma2[c], rootRate = Math.Min(rho, 1.0 / 16);
                mode.Mu[c] += rho * d;
                double root = 1 / Math.Sqrt(mode.Sigma2[c]) * (1 + rootRate / 2 * Math.Max(_expectedSquare - square, -16));
                double sigma = Math.Clamp(1 / root, c == 0 ? options.MinimumDeviation : options.MinimumChromaDeviation ?? options.MinimumDeviation, options.MaximumDeviation);
                mode.Sigma2[c] = sigma * sigma;
            }
        }
        else
        {
            if (_modes.Count == options.Modes)
                _modes.RemoveAt(options.Modes - 1);
            Gaussian mode = Start(x);
            mode.Omega = alpha;
            _modes.Add(mode);
            double others = 0;
            for (int k = 1; k < _modes.Count; k++)
                others += _modes[k].Omega;
            _modes[0].Omega = 1 - others;
            matched = _modes.Count - 1;
        }
        for (; matched > 0 && _modes[matched].Omega > _modes[matched - 1].Omega; matched--)
            (_modes[matched], _modes[matched - 1]) = (_modes[matched - 1], _modes[matched]);
        return !background;
    }

    private Gaussian Start(ReadOnlySpan<byte> x)
    {
        var mu = new double[channels];
        for (int c = 0; c < channels; c++)
            mu[c] = x[c];
        var sigma2 = new double[channels];
        Array.Fill(sigma2, options.InitialDeviation * options.InitialDeviation);
        return new Gaussian(mu, sigma2);
    }

    private double Distance(Gaussian mode, ReadOnlySpan<byte> x)
    {
        double distance = 0;
        for (int c = 0; c < channels; c++)
            distance += (x[c] - mode.Mu[c]) * (x[c] - mode.Mu[c]) / mode.Sigma2[c];
        return distance;
    }
}
