using System.Collections.Immutable;

namespace GmmVision.Mixtures;

/// <summary>How a fit went.</summary>
internal sealed record FitRecord(bool Converged, int Iterations, ImmutableArray<double> LogLikelihoods, ImmutableArray<string> Warnings)
{
    public static FitRecord None { get; } = new(false, 0, [], []);
}
