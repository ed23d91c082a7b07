namespace GmmVision.Mixtures;

/// <summary>Cholesky factors of the small matrices of a mixture: row-major, d x d, zero above the diagonal.</summary>
internal static class LowerTriangle
{
    /// <summary>A = L Lᵀ.</summary>
    /// <returns>Whether A is positive definite; if not, L is of no use.</returns>
    public static bool TryCholesky(ReadOnlySpan<double> matrix, Span<double> lower, int d)
    {
        lower.Clear();
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = matrix[i * d + j];
                for (int m = 0; m < j; m++) sum -= lower[i * d + m] * lower[j * d + m];
                if (i != j) lower[i * d + j] = sum / lower[j * d + j];
                else if (sum > 0 && double.IsFinite(sum)) lower[i * d + i] = Math.Sqrt(sum);
                else return false;
            }
        }

        return true;
    }

    /// <summary>L⁻¹ by forward substitution.</summary>
    public static void Invert(ReadOnlySpan<double> lower, Span<double> inverse, int d)
    {
        inverse.Clear();
        for (int column = 0; column < d; column++)
        {
            inverse[column * d + column] = 1 / lower[column * d + column];
            for (int i = column + 1; i < d; i++)
            {
                double sum = 0;
                for (int m = column; m < i; m++) sum -= lower[i * d + m] * inverse[m * d + column];
                inverse[i * d + column] = sum / lower[i * d + i];
            }
        }
    }

    /// <summary>Sum of the logarithms of the diagonal: half the log-determinant of L Lᵀ.</summary>
    public static double LogDeterminant(ReadOnlySpan<double> lower, int d)
    {
        double sum = 0;
        for (int i = 0; i < d; i++) sum += Math.Log(lower[i * d + i]);
        return sum;
    }

    /// <summary>The inverse of a symmetric positive definite matrix, by its factors.</summary>
    public static bool TryInvertSymmetric(ReadOnlySpan<double> matrix, Span<double> inverse, int d)
    {
        double[] lower = new double[d * d], back = new double[d * d];
        if (!TryCholesky(matrix, lower, d)) return false;
        Invert(lower, back, d);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                double sum = 0;
                for (int m = Math.Max(i, j); m < d; m++) sum += back[m * d + i] * back[m * d + j];   // A⁻¹ = L⁻ᵀ L⁻¹
                inverse[i * d + j] = sum;
            }
        }

        return true;
    }
}
