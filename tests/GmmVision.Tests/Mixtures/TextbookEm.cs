namespace GmmVision.Tests.Mixtures;

/// <summary>
/// EM as the textbook has it (Bishop, section 9.2.2): one sample after the other, double precision, inverse and determinant by
/// Gauss-Jordan elimination. Shares nothing with the library. Covariances are always full matrices here.
/// </summary>
internal sealed class TextbookEm(double[][] x, double[] weight, double[] pi, double[][] mu, double[][,] sigma)
{
    public double[] Pi { get; } = [.. pi];

    public double[][] Mu { get; } = [.. mu.Select(m => (double[])m.Clone())];

    public double[][,] Sigma { get; } = [.. sigma.Select(s => (double[,])s.Clone())];

    /// <summary>Makes a covariance of the shape wanted from a full one.</summary>
    public enum Shape
    {
        Full,
        Tied,
        Diagonal,
        Spherical,
    }

    public double LogLikelihood()
    {
        double sum = 0;
        for (int n = 0; n < x.Length; n++) sum += weight[n] * Math.Log(Densities(n).Sum());
        return sum / weight.Sum();
    }

    public void Iterate(Shape shape, double regularization)
    {
        int k = Pi.Length, d = x[0].Length;
        double[][] r = [.. Enumerable.Range(0, x.Length).Select(Responsibilities)];
        var total = new double[d, d];
        var count = new double[k];
        for (int c = 0; c < k; c++)
        {
            count[c] = Sum(n => r[n][c]);
            for (int i = 0; i < d; i++) Mu[c][i] = Sum(n => r[n][c] * x[n][i]) / count[c];
            for (int i = 0; i < d; i++)
            {
                for (int j = 0; j < d; j++)
                {
                    double scatter = Sum(n => r[n][c] * (x[n][i] - Mu[c][i]) * (x[n][j] - Mu[c][j]));
                    total[i, j] += scatter;
                    Sigma[c][i, j] = scatter / count[c];
                }
            }
        }

        for (int c = 0; c < k; c++)
        {
            Pi[c] = count[c] / weight.Sum();
            double mean = Enumerable.Range(0, d).Average(i => Sigma[c][i, i]);
            for (int i = 0; i < d; i++)
            {
                for (int j = 0; j < d; j++)
                {
                    double value = shape switch
                    {
                        Shape.Full => Sigma[c][i, j],
                        Shape.Tied => total[i, j] / weight.Sum(),
                        Shape.Diagonal => i == j ? Sigma[c][i, j] : 0,
                        _ => i == j ? mean : 0,
                    };
                    Sigma[c][i, j] = value + (i == j ? regularization : 0);
                }
            }
        }

        double Sum(Func<int, double> term)
        {
            double sum = 0;
            for (int n = 0; n < x.Length; n++) sum += weight[n] * term(n);
            return sum;
        }
    }

    public double[] Responsibilities(int n)
    {
        double[] p = Densities(n);
        return [.. p.Select(value => value / p.Sum())];
    }

    private double[] Densities(int n) => [.. Enumerable.Range(0, Pi.Length).Select(c => Pi[c] * Normal(x[n], Mu[c], Sigma[c]))];

    private static double Normal(double[] x, double[] mu, double[,] sigma)
    {
        int d = x.Length;
        var (inverse, determinant) = Invert(sigma);
        double distance = 0;
        for (int i = 0; i < d; i++) for (int j = 0; j < d; j++) distance += (x[i] - mu[i]) * inverse[i, j] * (x[j] - mu[j]);
        return Math.Exp(-distance / 2) / Math.Sqrt(Math.Pow(2 * Math.PI, d) * determinant);
    }

    public static (double[,] Inverse, double Determinant) Invert(double[,] matrix)
    {
        int d = matrix.GetLength(0);
        double[,] a = (double[,])matrix.Clone(), b = new double[d, d];
        for (int i = 0; i < d; i++) b[i, i] = 1;
        double determinant = 1;
        for (int i = 0; i < d; i++)
        {
            double pivot = a[i, i];
            determinant *= pivot;
            for (int j = 0; j < d; j++) (a[i, j], b[i, j]) = (a[i, j] / pivot, b[i, j] / pivot);
            for (int row = 0; row < d; row++)
            {
                if (row == i) continue;
                double factor = a[row, i];
                for (int j = 0; j < d; j++) (a[row, j], b[row, j]) = (a[row, j] - factor * a[i, j], b[row, j] - factor * b[i, j]);
            }
        }

        return (b, determinant);
    }
}
