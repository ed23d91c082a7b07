using GmmVision.Mixtures;

namespace GmmVision.Lab;

/// <summary>A mixture fitted to a table, and how it came about.</summary>
/// <param name="Model">The model.</param>
/// <param name="Result">What it says of the table's own rows.</param>
/// <param name="Selection">The numbers of components that were compared; null where the number was given.</param>
/// <param name="Warnings">What the user should know: one sentence each.</param>
public sealed record TableFit(TableModel Model, TableResult Result, ModelSelection? Selection, IReadOnlyList<string> Warnings)
{
    /// <summary>Fits a mixture to a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">How; default: <see cref="TableOptions"/> as they are.</param>
    /// <param name="progress">Told the part that is done, 0 to 1, where the number of components is to be found.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">An option is out of range, a column is missing, or there are too few rows.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TableFit Of(Table table, TableOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        options = (options ?? new TableOptions()).Validate();
        IReadOnlyList<string> columns = options.Columns.Count == 0 ? table.Columns : options.Columns;
        (double[] values, int[] rowNumbers) = table.Select(columns);
        List<string> warnings = [];
        if (rowNumbers.Length < table.Rows)
            warnings.Add($"{table.Rows - rowNumbers.Length} of {table.Rows} rows have no number in one of the columns: they have no part in the fit and get no label.");
        if (rowNumbers.Length < 2)
            throw new ArgumentException($"{rowNumbers.Length} rows have a number in every column; a mixture needs at least 2.");
        Preparation preparation = Preparation.Of(values, columns, options);
        if (preparation.Directions is not null && options.PrincipalComponents is null)
            warnings.Add($"{columns.Count} columns are more than a mixture likes: {preparation.Features.Count} principal components that hold {100 * preparation.Explained:0.#} % of the variance stand for them (0 principal components, pca 0, takes all columns).");
        SampleSet samples = SampleSet.Create(preparation.Apply(values), preparation.Features.Count);
        int d = samples.Features, parameters = MixtureParametersOf(options.Covariance, d);
        ModelSelection? selection = null;
        GaussianMixture mixture;
        if (options.Components is int components)
        {
            mixture = GaussianMixture.Fit(samples, components, options.Mixture, null, cancellation);
        }
        else
        {
            selection = ModelSelection.Sweep(samples, new ModelSelectionOptions { MaxComponents = options.MaxComponents, Covariances = [options.Covariance], Criterion = options.Criterion, Mixture = options.Mixture }, progress, cancellation);
            mixture = selection.Minimum.Mixture;
            if (selection.MinimumAtLimit)
                warnings.Add($"The least {options.Criterion} lies at the limit of {mixture.Components} components, so more might be better still (a larger maximum k raises the limit); the elbow is at {selection.Elbow.Components}.");
            if (options.TrimFraction > 0)
                mixture = GaussianMixture.Fit(samples, mixture.Components, options.Mixture, null, cancellation);
        }
        warnings.AddRange(mixture.Warnings);
        if (!mixture.Converged)
            warnings.Add($"EM did not come to rest in {options.Mixture.MaxIterations} iterations.");
        if (parameters * mixture.Components > rowNumbers.Length)
            warnings.Add($"{mixture.Components} components of {d} features have {parameters * mixture.Components} parameters for {rowNumbers.Length} rows: take principal components (pca), diagonal covariances, or fewer components.");
        var model = new TableModel(preparation, mixture, mixture.AnomalyThreshold(samples, options.AnomalyQuantile));
        return new TableFit(model, model.Judge(table), selection, warnings);
    }

    private static int MixtureParametersOf(CovarianceType covariance, int d) => 1 + d + covariance switch { CovarianceType.Full => d * (d + 1) / 2, CovarianceType.Diagonal => d, CovarianceType.Spherical => 1, _ => 0 };
}
