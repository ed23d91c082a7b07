using GmmVision.Mixtures;

namespace GmmVision.Segmentation;

/// <summary>A fitted model, and how it came about.</summary>
/// <param name="Model">The model.</param>
/// <param name="Curve">The mixtures that were compared, by rising number of components; one where the number was given.</param>
/// <param name="Minimum">The number of components with the lowest BIC.</param>
/// <param name="Pixels">Pixels that the samples stand for.</param>
/// <param name="Samples">Samples fitted: distinct colours, or pixels where place or texture counts.</param>
/// <param name="Warnings">What the user should know: one sentence each.</param>
public sealed record SegmentationFit(
    SegmentationModel Model, IReadOnlyList<SegmentationFit.Point> Curve, int Minimum, long Pixels, int Samples, IReadOnlyList<string> Warnings)
{
    // The bound still rises slowly while components empty themselves.
    private const double VariationalTolerance = 1e-4;

    /// <summary>The lower bound of the log evidence per pixel (ELBO) after each iteration of a variational fit; empty otherwise.</summary>
    public IReadOnlyList<double> Bounds { get; init; } = [];

    /// <summary>One number of components.</summary>
    /// <param name="Components">The number.</param>
    /// <param name="LogLikelihood">Mean log-likelihood of a pixel, in nats, of standardised features.</param>
    /// <param name="Bic">Bayesian information criterion; lower is better.</param>
    /// <param name="Aic">Akaike information criterion; lower is better.</param>
    /// <param name="Converged">Whether EM came to rest.</param>
    /// <param name="Iterations">Iterations of the fit that was kept.</param>
    public sealed record Point(int Components, double LogLikelihood, double Bic, double Aic, bool Converged, int Iterations);

    /// <summary>Fits a mixture to samples.</summary>
    /// <param name="samples">Of one picture or several.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the samples have other features than the options.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static SegmentationFit Of(SegmentationSamples samples, SegmentationOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (samples.Features != options.Features)
            throw new ArgumentException("The samples have other features than the options ask for.");
        Standardization standardization = Standardization.Of(samples);
        double[] rows = new double[samples.Rows.Length];
        standardization.Apply(samples.Rows, rows);
        SampleSet set = SampleSet.Create(rows, options.Features.Dimensions, samples.Weights, precision: SamplePrecision.Single);

        List<string> warnings = [];
        int wanted = options.Choice == ComponentChoice.Given ? options.Components : options.MaxComponents, possible = Math.Min(wanted, samples.Count);
        if (possible < wanted && options.Choice == ComponentChoice.Given)
            warnings.Add($"{wanted} labels were asked for, but there are only {Colors(samples)}: {possible} {(possible == 1 ? "label is" : "labels are")} given.");
        if (options.Choice == ComponentChoice.Variational)
            return Variational(samples, set, standardization, possible, options, cancellation);
        ModelSelection sweep = ModelSelection.Sweep(set, new ModelSelectionOptions
        {
            MinComponents = options.Choice == ComponentChoice.Bic ? 1 : possible,
            MaxComponents = possible,
            Covariances = [options.Covariance],
            Mixture = new MixtureOptions { Restarts = options.Restarts, Regularization = options.Regularization, Tolerance = options.Tolerance, MaxIterations = options.MaxIterations, Seed = options.Seed, Threads = options.Threads },
        }, cancellation: cancellation);
        Point[] curve = [.. sweep.Candidates.Select(one => new Point(one.Components, one.Mixture.LogLikelihood, one.Bic, one.Aic, one.Mixture.Converged, one.Mixture.Iterations))];
        int minimum = sweep.Minimum.Components;
        GaussianMixture best = sweep.Elbow.Mixture;
        if (options.Choice == ComponentChoice.Bic && minimum == options.MaxComponents && minimum > 1)
            warnings.Add($"The lowest BIC lies at the limit of {minimum} components, so the true minimum may lie beyond; the elbow at {best.Components} is taken (a higher limit looks further, a number that is given decides).");
        foreach (string warning in best.Warnings)
            warnings.Add(warning);
        return new SegmentationFit(new SegmentationModel(options.Features, standardization, best), curve, minimum, samples.PixelCount, samples.Count, warnings);
    }

    private static SegmentationFit Variational(
        SegmentationSamples samples, SampleSet set, Standardization standardization, int most, SegmentationOptions options, CancellationToken cancellation)
    {
        VariationalGaussianMixture fit = VariationalGaussianMixture.Fit(set, most, new VariationalOptions
        {
            Covariance = options.Covariance,
            Restarts = most == 1 ? 1 : options.Restarts,
            Tolerance = Math.Min(options.Tolerance, VariationalTolerance),
            MaxIterations = options.MaxIterations,
            Seed = options.Seed,
            Threads = options.Threads,
        }, cancellation: cancellation);
        GaussianMixture mixture = fit.Mixture;
        List<string> warnings = [.. mixture.Warnings];
        if (mixture.Components == options.MaxComponents && most > 1)
            warnings.Add($"All {most} components are in use, so more might be, too (a higher limit looks further, a number that is given decides).");
        Point point = new(mixture.Components, mixture.LogLikelihood, mixture.Bic(set), mixture.Aic(set), fit.Converged, fit.Iterations);
        return new SegmentationFit(new SegmentationModel(options.Features, standardization, mixture), [point], mixture.Components, samples.PixelCount, samples.Count, warnings) { Bounds = fit.Bounds };
    }

    private static string Colors(SegmentationSamples samples) =>
        (samples.Features.ColorOnly, samples.Count) switch { (true, 1) => "1 colour", (true, _) => $"{samples.Count} colours", (_, 1) => "1 pixel", _ => $"{samples.Count} pixels" };
}
