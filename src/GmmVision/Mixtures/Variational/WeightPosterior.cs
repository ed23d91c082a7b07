using static MathNet.Numerics.SpecialFunctions;

namespace GmmVision.Mixtures;

/// <summary>What is believed of the weights: a Dirichlet distribution, or sticks broken by beta distributions.</summary>
internal sealed class WeightPosterior(WeightPrior prior, int components, double concentration)
{
    /// <summary>Dirichlet: α in the first; sticks: Beta(a, b) of all but the last, which takes the rest.</summary>
    private readonly double[] _a = new double[components], _b = new double[components];

    private bool Sticks => prior == WeightPrior.DirichletProcess;

    public void Update(double[] counts)
    {
        double after = 0;
        for (int c = components - 1; c >= 0; c--)
        {
            (_a[c], _b[c]) = Sticks ? (1 + counts[c], concentration + after) : (concentration + counts[c], 0);
            after += counts[c];
        }
    }

    /// <summary>E[ln π].</summary>
    public double[] ExpectedLogs()
    {
        var logs = new double[components];
        double sum = DiGamma(_a.Sum()), before = 0;
        for (int c = 0; c < components; c++)
        {
            if (!Sticks)
            {
                logs[c] = DiGamma(_a[c]) - sum;   // (10.66)
                continue;
            }

            bool last = c == components - 1;
            double whole = DiGamma(_a[c] + _b[c]);
            logs[c] = before + (last ? 0 : DiGamma(_a[c]) - whole);
            before += DiGamma(_b[c]) - whole;
        }

        return logs;
    }

    /// <summary>E[π].</summary>
    public double[] Expected()
    {
        var weights = new double[components];
        double left = 1, sum = _a.Sum();
        for (int c = 0; c < components; c++)
        {
            if (!Sticks)
            {
                weights[c] = _a[c] / sum;
                continue;
            }

            double part = c == components - 1 ? 1 : _a[c] / (_a[c] + _b[c]);
            weights[c] = left * part;
            left *= 1 - part;
        }

        return weights;
    }

    /// <summary>Kullback-Leibler divergence from the prior.</summary>
    public double Divergence()
    {
        double divergence = 0;
        if (Sticks)
        {
            for (int c = 0; c < components - 1; c++)
            {
                double a = _a[c], b = _b[c];
                divergence += -Math.Log(concentration) - (GammaLn(a) + GammaLn(b) - GammaLn(a + b))
                    + (a - 1) * DiGamma(a) + (b - concentration) * DiGamma(b) + (1 - a + concentration - b) * DiGamma(a + b);
            }

            return divergence;
        }

        double sum = _a.Sum(), whole = DiGamma(sum);
        divergence = GammaLn(sum) - GammaLn(concentration * components) + components * GammaLn(concentration);
        foreach (double a in _a) divergence += (a - concentration) * (DiGamma(a) - whole) - GammaLn(a);
        return divergence;
    }
}
