using GmmVision.Imaging;
using GmmVision.Lab;
using GmmVision.Mixtures;
using GmmVision.Segmentation;

namespace GmmVision.Web;

/// <summary>What the lab's page is told, as it goes into JSON: numbers to five digits, planes of bytes in base 64.</summary>
internal static class LabAnswers
{
    public static LabItemDocument Item(LabItem item) => new(
        item.Id, item.Name, item.Picture is not null ? "picture" : item.Table is not null ? "table" : "set", item.Set?.Caption, item.Set is not { } set ? null : Settings(set.Settings),
        item.Table?.Columns, item.Table?.TextColumns, item.Table?.Rows, item.Picture?.Image.Width, item.Picture?.Image.Height);

    private static LabSettingsDocument Settings(LabSettings settings) => new(
        settings.Components, settings.Covariance.ToString().ToLowerInvariant(), settings.Start.ToString().ToLowerInvariant(), settings.Restarts, settings.Regularization, settings.Trim, settings.Standardize);

    public static SegmentsDocument Segments(LabItem item, PictureSettings settings, CancellationToken cancellation)
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
        return new SegmentsDocument(
            picture.Image.Width, picture.Image.Height, labels.LabelCount, Convert.ToBase64String(labels.Labels), Convert.ToBase64String(uncertainty.Data[..(uncertainty.Width * uncertainty.Height)]),
            labels.MeanColors(picture.Image), LabelColors.Distinct(labels.LabelCount), [.. areas.Select(area => Math.Round((double)area / labels.Labels.Length, 5))], Math.Round(seconds, 4), fit.Warnings,
            model.Mixture.LogLikelihood, model.Mixture.Converged, model.Mixture.Iterations, model.Labels, settings.Merge is not null,
            // Of the features the mixture may have more: the colours are the first three.
            new ScatterDocument(
                points.Names, Round(points.Rows), points.Weights, points.Colors, Axes(points.Rows, points.Names.Count, points.Weights),
                [.. Enumerable.Range(0, model.Labels).Select(c => Round(model.Mean(c).AsSpan(0, 3)))], [.. Enumerable.Range(0, model.Labels).Select(c => Round(Corner(model.Covariance(c), d, 3)))],
                Round(model.Mixture.Weights.AsSpan())),
            settings.Command(item.Name));
    }

    public static PointFitDocument Fit(LabPoints points, LabSettings settings, CancellationToken cancellation)
    {
        PointFit fit = PointFit.Of(points, settings, cancellation);
        LabPoints shown = fit.Points;
        int k = settings.Components, d = shown.Features;
        double[] responsibilities = new double[shown.Count * k], densities = new double[shown.Count];
        fit.Mixture.ScoreSamples(shown.Rows, densities);
        int[] last = PointFit.Labels(fit.Trace.Steps[^1], shown);
        return new PointFitDocument(
            shown.Names, Round(shown.Rows), shown.Weights, shown.Colors, Axes(shown.Rows, d, shown.Weights), points.Count > shown.Count ? points.Count : 0, [.. fit.Trace.Steps.Select(Step)], fit.Shown, fit.Histories,
            fit.Trace.Mixture.Converged, fit.Mixture.LogLikelihood, fit.Mixture.Bic(SampleSet.Create(shown.Rows, d, shown.Weights)), [.. fit.Trace.Warnings.Distinct()], fit.Clusters,
            [.. Enumerable.Range(0, k).Select(c => Round(fit.KMeans.Centers.AsSpan().Slice(c * d, d)))], fit.Clusters.Zip(last).Count(pair => pair.First != pair.Second),
            [.. densities.Select(density => Math.Round(-density, 3))], LabelColors.Distinct(k));

        StepDocument Step(EmStep step)
        {
            step.Responsibilities(shown.Rows, responsibilities);
            return new StepDocument(
                Round(step.Weights.AsSpan()), [.. Enumerable.Range(0, k).Select(c => Round(step.Means.AsSpan().Slice(c * d, d)))], [.. Enumerable.Range(0, k).Select(c => Round(step.CovarianceMatrix(c)))],
                step.LogLikelihood, Convert.ToBase64String([.. responsibilities.Select(r => (byte)Math.Round(255 * r))]));
        }
    }

    public static ChoicesDocument Choices(LabPoints points, LabSettings settings, int most, CancellationToken cancellation)
    {
        ComponentChoices choices = ComponentChoices.Of(points, settings, most, cancellation);
        ModelSelection selection = choices.Selection;
        return new ChoicesDocument(
            [.. selection.Candidates.Select(c => c.Components)], [.. selection.Candidates.Select(c => c.Bic)], [.. selection.Candidates.Select(c => c.Aic)], [.. selection.Candidates.Select(c => c.Icl)],
            [.. selection.Candidates.Select(c => c.HeldOutLogLikelihood)], [.. choices.Silhouettes.Select(value => double.IsNaN(value) ? (double?)null : value)],
            selection.Minimum.Components, selection.Elbow.Components, Round([.. choices.VariationalWeights]), choices.Sentence);
    }

    // Where the points lie, the two directions along which they vary most.
    private static AxesDocument? Axes(double[] rows, int d, double[] weights)
    {
        if (d < 2)
            return null;
        Pca pca = Pca.Fit(SampleSet.Create(rows, d, weights), 2);
        return new AxesDocument(Round(pca.Mean.AsSpan()), Round(pca.Directions.AsSpan()));
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
