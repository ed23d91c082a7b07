using System.Globalization;
using System.Text.Json;
using GmmVision.Mixtures;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Segment;

/// <summary>NAME.json: everything that is known of one picture's segmentation, and the model to apply to others.</summary>
internal static class ResultDocument
{
    private const int Version = 1;

    public static string Text(ImageResult result, SegmentSettings settings, string fingerprint, IEnumerable<string> files) => JsonLine.Indented(json =>
    {
        SegmentationModel model = result.Model;
        json.WriteNumber("version", Version);
        json.WriteString("generator", Generator);
        json.WriteString("created", DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        json.WriteString("fingerprint", fingerprint);
        json.WriteStartObject("input");
        json.WriteString("name", Path.GetFileName(result.Input.Path));
        json.WriteNumber("width", result.Image.Width);
        json.WriteNumber("height", result.Image.Height);
        if (result.Levels is (int low, int high))
        {
            json.WriteStartArray("levels");
            json.WriteNumberValue(low);
            json.WriteNumberValue(high);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteStartObject("parameters");
        settings.WriteParameters(json);
        json.WriteEndObject();
        json.WriteNumber("k", result.Count);
        WriteStrings(json, "feature_names", model.Features.Names);
        json.WriteStartArray("labels");
        (int Left, int Top, int Right, int Bottom)[] boxes = result.Regions is null ? [] : result.Labels.Boxes();
        for (int label = 0; label < result.Count; label++)
        {
            json.WriteStartObject();
            json.WriteNumber("label", label);
            if (result.Regions is null)
                json.WriteNumber("weight", model.Mixture.Weights[label]);
            json.WriteNumber("area", result.Areas[label]);
            json.WriteNumber("area_fraction", result.Share(label));
            if (result.Areas[label] > 0)
                json.WriteString("color", Hex(result.MeanColors[label]));
            if (result.Regions is null)
            {
                WriteNumbers(json, "mean", model.Mean(label));
                WriteMatrix(json, "covariance", model.Covariance(label), model.Mixture.Features);
            }
            else
            {
                WriteBox(json, boxes[label]);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (result.HasTransparent)
        {
            json.WriteStartObject("transparent");
            json.WriteNumber("label", result.Count);
            json.WriteNumber("area", result.Areas[result.Count]);
            json.WriteNumber("area_fraction", result.Share(result.Count));
            json.WriteEndObject();
        }
        WriteFit(json, model.Mixture, result.Fit, settings);
        WriteStrings(json, "warnings", result.Warnings);
        json.WriteStartObject("seconds");
        json.WriteNumber("load", Math.Round(result.Seconds.Load, 4));
        json.WriteNumber("fit", Math.Round(result.Seconds.Fit, 4));
        json.WriteNumber("label", Math.Round(result.Seconds.Label, 4));
        json.WriteNumber("write", Math.Round(result.Seconds.Write, 4));
        json.WriteNumber("total", Math.Round(result.Seconds.Total, 4));
        json.WriteEndObject();
        WriteStrings(json, "files", files);
        json.WritePropertyName("model");
        model.Write(json);
    });

    /// <summary>model.json of <c>--shared-model</c>.</summary>
    public static string SharedText(SegmentationFit fit, SegmentSettings settings, string fingerprint, int pictures) => JsonLine.Indented(json =>
    {
        json.WriteNumber("version", Version);
        json.WriteString("generator", Generator);
        json.WriteString("fingerprint", fingerprint);
        json.WriteNumber("pictures", pictures);
        json.WriteStartObject("parameters");
        settings.WriteParameters(json);
        json.WriteEndObject();
        json.WriteNumber("k", fit.Model.Labels);
        WriteFit(json, fit.Model.Mixture, fit, settings);
        WriteStrings(json, "warnings", fit.Warnings);
        json.WritePropertyName("model");
        fit.Model.Write(json);
    });

    /// <summary>The fingerprint and the files that a document names; null where there is no whole document.</summary>
    public static (string Fingerprint, string[] Files)? TryRead(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(stream);
            JsonElement root = document.RootElement;
            string[] files = root.TryGetProperty("files", out JsonElement names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];
            return (root.GetProperty("fingerprint").GetString()!, files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    public static string Hex(int color) => $"#{color:x6}";

    private static string Generator => $"gmmvision {typeof(ResultDocument).Assembly.GetName().Version?.ToString(3)}";

    private static void WriteFit(Utf8JsonWriter json, GaussianMixture mixture, SegmentationFit? fit, SegmentSettings settings)
    {
        json.WriteBoolean("converged", mixture.Converged);
        json.WriteNumber("iterations", mixture.Iterations);
        if (double.IsFinite(mixture.LogLikelihood))
            json.WriteNumber("log_likelihood", mixture.LogLikelihood);
        WriteNumbers(json, "log_likelihoods", mixture.LogLikelihoods.AsSpan());
        if (fit is null)
            return;
        if (fit.Bounds.Count > 0)
            WriteNumbers(json, "bounds", [.. fit.Bounds]);
        json.WriteNumber("pixels_fitted", fit.Pixels);
        json.WriteNumber("samples_fitted", fit.Samples);
        if (settings.Regions is not null)
            return;
        json.WriteStartObject("selection");
        json.WriteString("rule", settings.Fit.Choice switch
        {
            ComponentChoice.Given => "given",
            ComponentChoice.Variational => "variational: components that hold next to no pixel are dropped",
            _ => "elbow of the BIC curve: the point farthest below the chord from its first to its last point, none behind its minimum",
        });
        json.WriteNumber("chosen", fit.Model.Labels);
        json.WriteNumber("minimum", fit.Minimum);
        json.WriteStartArray("curve");
        foreach (SegmentationFit.Point point in fit.Curve)
        {
            json.WriteStartObject();
            json.WriteNumber("k", point.Components);
            json.WriteNumber("log_likelihood", point.LogLikelihood);
            json.WriteNumber("bic", point.Bic);
            json.WriteNumber("aic", point.Aic);
            json.WriteNumber("iterations", point.Iterations);
            json.WriteBoolean("converged", point.Converged);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteBox(Utf8JsonWriter json, (int Left, int Top, int Right, int Bottom) box)
    {
        json.WriteStartArray("box");
        foreach (int value in (int[])[box.Left, box.Top, box.Right - box.Left, box.Bottom - box.Top])
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void WriteMatrix(Utf8JsonWriter json, string name, double[] values, int columns)
    {
        json.WriteStartArray(name);
        foreach (double[] row in values.Chunk(columns))
        {
            json.WriteStartArray();
            foreach (double value in row)
                json.WriteNumberValue(value);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
