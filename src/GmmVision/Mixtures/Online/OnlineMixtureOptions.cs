namespace GmmVision.Mixtures;

/// <summary>How an <see cref="OnlineGaussianMixture"/> learns.</summary>
public sealed record OnlineMixtureOptions
{
    /// <summary>How the first chunk is fitted; its covariance type and regularisation hold for good.</summary>
    public MixtureOptions Mixture { get; init; } = new();

    /// <summary>
    /// α in the step η = (chunk + delay)^-α with which a chunk's statistics replace what was known: above 0.5 to 1. With 1 and no delay
    /// every chunk counts the same; with less the mixture follows slow change. Default 0.7.
    /// </summary>
    public double StepExponent { get; init; } = 0.7;

    /// <summary>Chunks by which the steps are held back, so that the first ones do not overturn the start; 0 to 1,000,000, default 1.</summary>
    public double StepDelay { get; init; } = 1;

    /// <summary>Checks every range.</summary>
    /// <returns>The options themselves.</returns>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which.</exception>
    public OnlineMixtureOptions Validate()
    {
        Mixture.Validate();
        Range.Check(StepExponent is > 0.5 and <= 1, StepExponent, "above 0.5 and at most 1");
        Range.Check(StepDelay, 0, 1_000_000);
        return this;
    }
}
