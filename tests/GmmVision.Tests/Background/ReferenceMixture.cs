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

    private readonly List<Gaussian> _components = [];
    private readonly double _expectedSquare = ExpectedSquare(channels, Quantile(channels, 1 - Math.Max(options.MatchThreshold, options.ForegroundThreshold)));
    private readonly double _foregroundDistance = Quantile(channels, 1 - options.ForegroundThreshold);
    private readonly double _matchDistance = Math.Min(Quantile(channels, 1 - Math.Max(options.MatchThreshold, options.ForegroundThreshold)), Quantile(channels, 1 - options.ForegroundThreshold));

    public double Omega(int k) => k < _components.Count ? _components[k].Omega : 0;

    public double Mu(int k, int channel) => _components[k].Mu[channel];

    public double Sigma(int k, int channel) => Math.Sqrt(_components[k].Sigma2[channel]);

    /// <summary>Learns one sample at rate alpha and says whether it is foreground.</summary>
    public bool Step(ReadOnlySpan<byte> x, double alpha)
    {
        if (_components.Count == 0)
        {
            _components.Add(Start(x));
            _components[0].Omega = 1;
            return false;
        }
        int matched = -1;
        double stronger = 0;
        bool background = false;
        for (int k = 0; k < _components.Count; k++)
        {
            double distance = Distance(_components[k], x);
            if (distance < _matchDistance && matched < 0)
                matched = k;
            background |= distance < _foregroundDistance && (k == 0 || stronger < options.BackgroundRatio);
            stronger += _components[k].Omega;
        }
        foreach (Gaussian component in _components)
            component.Omega *= 1 - alpha;
        if (matched >= 0)
        {
            Gaussian component = _components[matched];
            component.Omega += alpha;
            double rho = matched == 0 ? alpha : Math.Min(0.5, alpha / component.Omega);
            for (int c = 0; c < channels; c++)
            {
                double d = x[c] - component.Mu[c], square = d * d / component.Sigma2[c], rootRate = Math.Min(rho, 1.0 / 16);
                component.Mu[c] += rho * d;
                double root = 1 / Math.Sqrt(component.Sigma2[c]) * (1 + rootRate / 2 * Math.Max(_expectedSquare - square, -16));
                double sigma = Math.Clamp(1 / root, c == 0 ? options.MinimumDeviation : options.MinimumChromaDeviation ?? options.MinimumDeviation, options.MaximumDeviation);
                component.Sigma2[c] = sigma * sigma;
            }
        }
        else
        {
            if (_components.Count == options.Components)
                _components.RemoveAt(options.Components - 1);
            Gaussian component = Start(x);
            component.Omega = alpha;
            _components.Add(component);
            double others = 0;
            for (int k = 1; k < _components.Count; k++)
                others += _components[k].Omega;
            _components[0].Omega = 1 - others;
            matched = _components.Count - 1;
        }
        for (; matched > 0 && _components[matched].Omega > _components[matched - 1].Omega; matched--)
            (_components[matched], _components[matched - 1]) = (_components[matched - 1], _components[matched]);
        return !background;
    }

    // The chi-squared distribution of 1, 3 and 5 degrees, from the normal's: F(n + 2) = F(n) - (x/2)^(n/2) e^(-x/2) / Γ(n/2 + 1).
    private static double Distribution(int degrees, double x) => degrees == 1
        ? MathNet.Numerics.SpecialFunctions.Erf(Math.Sqrt(x / 2))
        : Distribution(degrees - 2, x) - Math.Exp((degrees - 2) / 2.0 * Math.Log(x / 2) - x / 2 - MathNet.Numerics.SpecialFunctions.GammaLn(degrees / 2.0));

    private static double Quantile(int degrees, double probability)
    {
        (double low, double high) = (1e-9, 1000);
        for (int i = 0; i < 200; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Distribution(degrees, middle) < probability ? (middle, high) : (low, middle);
        }
        return low;
    }

    // The mean of z² in one channel among what lies nearer than a distance.
    private static double ExpectedSquare(int degrees, double distance) => Distribution(degrees + 2, distance) / Distribution(degrees, distance);

    private Gaussian Start(ReadOnlySpan<byte> x)
    {
        var mu = new double[channels];
        for (int c = 0; c < channels; c++)
            mu[c] = x[c];
        var sigma2 = new double[channels];
        Array.Fill(sigma2, options.InitialDeviation * options.InitialDeviation);
        return new Gaussian(mu, sigma2);
    }

    private double Distance(Gaussian component, ReadOnlySpan<byte> x)
    {
        double distance = 0;
        for (int c = 0; c < channels; c++)
            distance += (x[c] - component.Mu[c]) * (x[c] - component.Mu[c]) / component.Sigma2[c];
        return distance;
    }
}
