using System.Globalization;
using GmmVision.Lab;
using GmmVision.Mixtures;
using GmmVision.Segmentation;
using Microsoft.AspNetCore.Http;

namespace GmmVision.Web;

/// <summary>The controls of the lab's page as they stand in an address; what is not there is as it is by default.</summary>
internal sealed class LabQuery(IQueryCollection query)
{
    public PictureSettings Picture()
    {
        PictureSettings plain = new();
        return new PictureSettings
        {
            Components = Text("k") == "auto" ? null : Whole("k", 1, LabSettings.MostComponents) ?? plain.Components,
            Covariance = Word<CovarianceType>("covariance") ?? plain.Covariance,
            Color = Word<ColorSpace>("color") ?? plain.Color,
            Position = Number("position", 0, 100) ?? plain.Position,
            Texture = Number("texture", 0, 100) ?? plain.Texture,
            Regularization = Number("regularization", 0, 1) ?? plain.Regularization,
            Restarts = Whole("restarts", 1, 20) ?? plain.Restarts,
            Smooth = Word<Smoothing>("smooth") ?? plain.Smooth,
            Seed = Whole("seed", 0, int.MaxValue) ?? plain.Seed,
            Merge = Number("merge", 0, 10),
        };
    }

    public LabSettings Points(LabSettings plain) => plain with
    {
        Components = Whole("k", 1, LabSettings.MostComponents) ?? plain.Components,
        Covariance = Word<CovarianceType>("covariance") ?? plain.Covariance,
        Start = Word<MixtureStart>("start") ?? plain.Start,
        Restarts = Whole("restarts", 1, 20) ?? plain.Restarts,
        Shown = Whole("shown", 0, 19),
        Regularization = Number("regularization", 0, 1) ?? plain.Regularization,
        Trim = Number("trim", 0, 0.5) ?? plain.Trim,
        Standardize = Text("standardize") is string on ? on == "true" : plain.Standardize,
        PrincipalComponents = Whole("pca", 0, 1000) ?? plain.PrincipalComponents,
        Means = Text("means") is string means ? [.. means.Split(',').Select(word => Parse("means", word))] : null,
        Seed = Whole("seed", 0, int.MaxValue) ?? plain.Seed,
    };

    public IReadOnlyList<string> Columns() => [.. query["column"].OfType<string>()];

    public int? Whole(string name, int least, int most) => Text(name) is not string text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most ? value
        : throw new FormatException($"{name} is '{text}'; it must be a whole number from {least} to {most}.");

    public string? Text(string name) => query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) && values.ToString() is { Length: > 0 } text ? text : null;

    private double? Number(string name, double least, double most) => Text(name) is not string text ? null
        : Parse(name, text) is double value && value >= least && value <= most ? value
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; it must be {least} to {most}."));

    private static double Parse(string name, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : throw new FormatException($"{name} holds '{text}'; a number is expected.");

    private T? Word<T>(string name)
        where T : struct, Enum => Text(name) is not string text ? null
        : Enum.GetNames<T>().FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) is string found ? Enum.Parse<T>(found)
        : throw new FormatException($"{name} is '{text}'; it must be one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");
}
