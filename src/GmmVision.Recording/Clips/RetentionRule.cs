using System.Globalization;

namespace GmmVision.Recording.Clips;

/// <summary>What is kept of the recordings: so many days, so many bytes, or both.</summary>
/// <param name="Days">Clips older than that are removed; null keeps any age.</param>
/// <param name="Bytes">The oldest clips are removed until the rest fits; null keeps any amount.</param>
public sealed record RetentionRule(double? Days, long? Bytes)
{
    /// <summary>How a rule is written.</summary>
    public const string Form = "an age such as 30d (0.01d to 36500d) or a size such as 50GB or 800MB (1MB to 1000TB)";

    // A quarter of an hour to a century; what a disk holds.
    private const double LeastDays = 0.01, MostDays = 36500, LeastBytes = 1e6, MostBytes = 1e15;

    /// <summary>Reads "30d" or "50GB".</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static RetentionRule Parse(string text)
    {
        string trimmed = text.Trim();
        int letters = trimmed.Length;
        while (letters > 0 && char.IsAsciiLetter(trimmed[letters - 1]))
            letters--;
        if (double.TryParse(trimmed[..letters], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value > 0)
        {
            string unit = trimmed[letters..].ToUpperInvariant();
            if (unit == "D" && value is >= LeastDays and <= MostDays)
                return new RetentionRule(value, null);
            double bytes = value * unit switch { "MB" => 1e6, "GB" => 1e9, "TB" => 1e12, _ => 0 };
            if (bytes is >= LeastBytes and <= MostBytes)
                return new RetentionRule(null, (long)bytes);
        }
        throw new FormatException($"needs {Form}, not '{text}'");
    }

    /// <summary>Both rules at once; the stricter of two of a kind.</summary>
    public RetentionRule And(RetentionRule other) => new(Least(Days, other.Days), Least(Bytes, other.Bytes));

    private static T? Least<T>(T? a, T? b)
        where T : struct, IComparable<T> => a is null ? b : b is null || a.Value.CompareTo(b.Value) < 0 ? a : b;
}
