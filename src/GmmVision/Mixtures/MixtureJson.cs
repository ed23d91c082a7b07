using System.Text.Json;

namespace GmmVision.Mixtures;

/// <summary>Arrays of numbers, nested by row and matrix, in JSON.</summary>
internal static class MixtureJson
{
    public static string Name(CovarianceType covariance) => covariance switch
    {
        CovarianceType.Full => "full",
        CovarianceType.Tied => "tied",
        CovarianceType.Diagonal => "diag",
        _ => "spherical",
    };

    public static CovarianceType Covariance(string? name) => name switch
    {
        "full" => CovarianceType.Full,
        "tied" => CovarianceType.Tied,
        "diag" => CovarianceType.Diagonal,
        "spherical" => CovarianceType.Spherical,
        _ => throw new InvalidDataException($"The covariance type is \"{name}\"; it must be full, tied, diag or spherical."),
    };

    /// <summary>Writes numbers; as rows of <paramref name="row"/> when above 0, and those as matrices of <paramref name="matrix"/> numbers when above 0.</summary>
    public static void Write(Utf8JsonWriter json, string name, ReadOnlySpan<double> numbers, int row = 0, int matrix = 0)
    {
        json.WriteStartArray(name);
        for (int i = 0; i < numbers.Length; i++)
        {
            if (matrix > 0 && i % matrix == 0) json.WriteStartArray();
            if (row > 0 && i % row == 0) json.WriteStartArray();
            json.WriteNumberValue(numbers[i]);
            if (row > 0 && (i + 1) % row == 0) json.WriteEndArray();
            if (matrix > 0 && (i + 1) % matrix == 0) json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>All numbers of an array, however nested, in order.</summary>
    public static double[] Numbers(JsonElement element)
    {
        var numbers = new List<double>();
        Collect(element, numbers);
        return [.. numbers];
    }

    private static void Collect(JsonElement element, List<double> numbers)
    {
        if (element.ValueKind == JsonValueKind.Array) foreach (JsonElement inner in element.EnumerateArray()) Collect(inner, numbers);
        else numbers.Add(element.GetDouble());
    }
}
