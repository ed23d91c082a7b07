using System.Text.Json;
using System.Text.Json.Serialization;

namespace GmmVision.Web;

/// <summary>A picture, a table or a made set on the lab's shelf; what does not belong to its kind is null.</summary>
internal sealed record LabItemDocument(
    string Id, string Name, string Kind, string? Caption, LabSettingsDocument? Settings, IReadOnlyList<string>? Columns, IReadOnlyList<string>? Words, int? Rows, int? Width, int? Height);

/// <summary>Settings in the words of the page's controls.</summary>
internal sealed record LabSettingsDocument(int K, string Covariance, string Start, int Restarts, double Regularization, double Trim, bool Standardize);

/// <summary>A picture's labels and what they were made by. Planes of bytes in base 64, row by row; colours as 0xRRGGBB.</summary>
internal sealed record SegmentsDocument(
    int Width, int Height, int Count, string Labels, string Uncertainty, int[] Colors, int[] Distinct, double[] Shares, double Seconds, IReadOnlyList<string> Warnings,
    double LogLikelihood, bool Converged, int Iterations, int Components, bool Regions, ScatterDocument Scatter, string Command);

/// <summary>A picture's colours and the mixture's components among them: means and covariances of the first three features.</summary>
internal sealed record ScatterDocument(
    IReadOnlyList<string> Names, double[] Rows, double[] Weights, int[] Colors, AxesDocument? Pca, double[][] Means, double[][] Covariances, double[] WeightsOf);

/// <summary>The first two principal components: directions one after the other.</summary>
internal sealed record AxesDocument(double[] Mean, double[] Directions);

/// <summary>A fit to points, step by step, with k-means beside it.</summary>
internal sealed record PointFitDocument(
    IReadOnlyList<string> Names, double[] Rows, double[] Weights, int[] Colors, AxesDocument? Pca, int Thinned, StepDocument[] Steps, int Shown, IReadOnlyList<IReadOnlyList<double>> Histories, bool Converged,
    double LogLikelihood, double Bic, string[] Warnings, int[] Clusters, double[][] Centers, int Disagree, double[] Scores, int[] Distinct);

/// <summary>A mixture on its way; responsibilities 0 to 255, point by point, in base 64.</summary>
internal sealed record StepDocument(double[] Weights, double[][] Means, double[][] Covariances, double LogLikelihood, string Responsibilities);

/// <summary>Criteria over the number of components.</summary>
internal sealed record ChoicesDocument(
    int[] K, double[] Bic, double[] Aic, double[] Icl, double?[] HeldOut, double?[] Silhouette, int Minimum, int Elbow, double[] Variational, string Sentence);

/// <summary>A pixel's responsibilities and its colour.</summary>
internal sealed record PixelAnswer(double[] Responsibilities, int Color);

/// <summary>How much each pixel belongs to a label, 0 to 255, in base 64.</summary>
internal sealed record SoftDocument(string Mask);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(LabItemDocument))]
[JsonSerializable(typeof(LabItemDocument[]))]
[JsonSerializable(typeof(SegmentsDocument))]
[JsonSerializable(typeof(PointFitDocument))]
[JsonSerializable(typeof(ChoicesDocument))]
[JsonSerializable(typeof(PixelAnswer))]
[JsonSerializable(typeof(SoftDocument))]
internal sealed partial class LabJson : JsonSerializerContext;
