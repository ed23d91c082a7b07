using System.Globalization;

namespace GmmVision.Cli.Watch;

/// <summary>What is kept of the recordings: so many days, so many bytes, or both.</summary>
/// <param name="Days">Clips older than that are removed; null keeps any age.</param>
/// <param name="Bytes">The oldest clips are removed until the rest fits; null keeps any amount.</param>
internal sealed record RetentionRule(double? Days, long? Bytes)
{
    /// <summary>How a rule is written.</summary>
    public const string Form = "an age such as 30d or a size such as 50GB or 800MB";

    /// <summary>Reads "30d" or "50GB".</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static RetentionRule Parse(string text)
    {
        string trimmed = text.Trim();
        int letters = trimmed.Length;
        while (letters > 0 && char.IsAsciiLetter(trimmed[letters - 1]))
            letters--;
        if (double.TryParse(trimmed[..letters], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value > 0 && value < 1e6)
        {
            switch (trimmed[letters..].ToUpperInvariant())
            {
                case "D": return new RetentionRule(value, null);
                case "MB": return new RetentionRule(null, (long)(value * 1e6));
                case "GB": return new RetentionRule(null, (long)(value * 1e9));
                case "TB": return new RetentionRule(null, (long)(value * 1e12));
            }
        }
        throw new FormatException($"needs {Form}, not '{text}'");
    }

    /// <summary>Both rules at once; the stricter of two of a kind.</summary>
    public RetentionRule And(RetentionRule other) => new(Least(Days, other.Days), Least(Bytes, other.Bytes));

    private static T? Least<T>(T? a, T? b)
        where T : struct, IComparable<T> => a is null ? b : b is null || a.Value.CompareTo(b.Value) < 0 ? a : b;
}
