using GmmVision.Imaging;
using GmmVision.Lab;
using GmmVision.Mixtures;
using GmmVision.Segmentation;

namespace GmmVision.Web;

/// <summary>What the lab's page is told, as it goes into JSON: numbers to five digits, planes of bytes in base 64.</summary>
internal static class LabAnswers
{
    public static object Item(LabItem item) => new
    {
        item.Id,
        item.Name,
        kind = item.Picture is not null ? "picture" : item.Table is not null ? "table" : "set",
        caption = item.Set?.Caption,
        settings = item.Set is not { } set ? null : Settings(set.Settings),
        columns = item.Table?.Columns,
        words = item.Table?.TextColumns,
        rows = item.Table?.Rows,
        width = item.Picture?.Image.Width,
        height = item.Picture?.Image.Height,
    };

    // In the words of the page's controls.
    private static object Settings(LabSettings settings) => new
    {
        k = settings.Components,
        covariance = settings.Covariance.ToString().ToLowerInvariant(),
        start = settings.Start.ToString().ToLowerInvariant(),
        settings.Restarts,
        settings.Regularization,
        settings.Trim,
        settings.Standardize,
    };

    public static object Segments(LabItem item, PictureSettings settings, CancellationToken cancellation)
    {
        LabPicture picture = item.Picture!;
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        var uncertainty = new Frame(new FrameFormat(picture.Image.Width, picture.Image.Height, PixelLayout.Gray8, ColorRange.Full));
        SegmentationFit fit = picture.Fit(settings, cancellation);
        LabelMap labels = picture.Label(settings, uncertainty, null, cancellation);
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
        SegmentationModel model = fit.Model;
        long[] areas = labels.Areas();
        LabPoints points = picture.Points(settings.Color);
        int d = model.Mixture.Features;
        return new
        {
            picture.Image.Width,
            picture.Image.Height,
            count = labels.LabelCount,
            labels = Convert.ToBase64String(labels.Labels),
            uncertainty = Convert.ToBase64String(uncertainty.Data[..(uncertainty.Width * uncertainty.Height)]),
            colors = labels.MeanColors(picture.Image),
            distinct = LabelColors.Distinct(labels.LabelCount),
            shares = areas.Select(area => Math.Round((double)area / labels.Labels.Length, 5)),
            seconds = Math.Round(seconds, 4),
            warnings = fit.Warnings,
            log_likelihood = model.Mixture.LogLikelihood,
            model.Mixture.Converged,
            model.Mixture.Iterations,
            components = model.Labels,
            regions = settings.Merge is not null,
            scatter = new
            {
                names = points.Names,
                rows = Round(points.Rows),
                weights = points.Weights,
                colors = points.Colors,
                pca = Axes(points.Rows, points.Names.Count, points.Weights),
                // Of the features the mixture may have more: the colours are the first three.
                means = Enumerable.Range(0, model.Labels).Select(c => Round(model.Mean(c).AsSpan(0, 3))),
                covariances = Enumerable.Range(0, model.Labels).Select(c => Round(Corner(model.Covariance(c), d, 3))),
                weights_of = Round(model.Mixture.Weights.AsSpan()),
            },
            command = settings.Command(item.Name),
        };
    }

    public static object Fit(LabPoints points, LabSettings settings, CancellationToken cancellation)
    {
        PointFit fit = PointFit.Of(points, settings, cancellation);
        LabPoints shown = fit.Points;
        int k = settings.Components, d = shown.Features;
        double[] responsibilities = new double[shown.Count * k], densities = new double[shown.Count];
        fit.Mixture.ScoreSamples(shown.Rows, densities);
        int[] last = PointFit.Labels(fit.Trace.Steps[^1], shown);
        return new
        {
            names = shown.Names,
            rows = Round(shown.Rows),
            weights = shown.Weights,
            shown.Colors,
            pca = Axes(shown.Rows, d, shown.Weights),
            thinned = points.Count > shown.Count ? points.Count : 0,
            steps = fit.Trace.Steps.Select(step =>
            {
                step.Responsibilities(shown.Rows, responsibilities);
                return new
                {
                    weights = Round(step.Weights.AsSpan()),
                    means = Enumerable.Range(0, k).Select(c => Round(step.Means.AsSpan().Slice(c * d, d))),
                    covariances = Enumerable.Range(0, k).Select(c => Round(step.CovarianceMatrix(c))),
                    log_likelihood = step.LogLikelihood,
                    responsibilities = Convert.ToBase64String([.. responsibilities.Select(r => (byte)Math.Round(255 * r))]),
                };
            }).ToArray(),
            fit.Shown,
            fit.Histories,
            fit.Trace.Mixture.Converged,
            fit.Mixture.LogLikelihood,
            bic = fit.Mixture.Bic(SampleSet.Create(shown.Rows, d, shown.Weights)),
            warnings = fit.Trace.Warnings.Distinct(),
            clusters = fit.Clusters,
            centers = Enumerable.Range(0, k).Select(c => Round(fit.KMeans.Centers.AsSpan().Slice(c * d, d))),
            disagree = fit.Clusters.Zip(last).Count(pair => pair.First != pair.Second),
            scores = densities.Select(density => Math.Round(-density, 3)),
            distinct = LabelColors.Distinct(k),
        };
    }

    public static object Choices(LabPoints points, LabSettings settings, int most, CancellationToken cancellation)
    {
        ComponentChoices choices = ComponentChoices.Of(points, settings, most, cancellation);
        ModelSelection selection = choices.Selection;
        return new
        {
            k = selection.Candidates.Select(c => c.Components),
            bic = selection.Candidates.Select(c => c.Bic),
            aic = selection.Candidates.Select(c => c.Aic),
            icl = selection.Candidates.Select(c => c.Icl),
            held_out = selection.Candidates.Select(c => c.HeldOutLogLikelihood),
            silhouette = choices.Silhouettes.Select(value => double.IsNaN(value) ? (double?)null : value),
            minimum = selection.Minimum.Components,
            elbow = selection.Elbow.Components,
            variational = Round([.. choices.VariationalWeights]),
            choices.Sentence,
        };
    }

    // Where the points lie, the two directions along which they vary most.
    private static object? Axes(double[] rows, int d, double[] weights)
    {
        if (d < 2)
            return null;
        Pca pca = Pca.Fit(SampleSet.Create(rows, d, weights), 2);
        return new { mean = Round(pca.Mean.AsSpan()), directions = Round(pca.Directions.AsSpan()) };
    }

    private static double[] Corner(double[] matrix, int d, int size)
    {
        double[] corner = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
                corner[i * size + j] = matrix[i * d + j];
        }
        return corner;
    }

    private static double[] Round(ReadOnlySpan<double> values)
    {
        double[] rounded = values.ToArray();
        for (int i = 0; i < rounded.Length; i++)
        {
            double size = Math.Abs(rounded[i]);
            int digits = size > 0 ? 5 - (int)Math.Floor(Math.Log10(size)) : 0;
            if (digits is >= 0 and <= 15)
                rounded[i] = Math.Round(rounded[i], digits);
        }
        return rounded;
    }
}
