using System.Text.RegularExpressions;

namespace GmmVision.Recording;

/// <summary>The one line that a failure is told with.</summary>
internal static class Trouble
{
    /// <summary>What happened, in one line, without what only a programmer needs.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        IOException or UnauthorizedAccessException or InvalidDataException => OneLine(exception.Message),
        ArgumentOutOfRangeException { ParamName: { } name } argument => OneLine(AsOptions(WithoutParameterName(argument), name)),
        ArgumentException argument => OneLine(WithoutParameterName(argument)),
        OutOfMemoryException => "there is not enough memory for this; try a smaller picture",
        _ => $"unexpected {exception.GetType().Name}: {OneLine(exception.Message)}",
    };

    /// <summary>A message of several lines as one.</summary>
    public static string OneLine(string message) =>
        string.Join(" ", message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    // The library names its properties (MinArea); who set them knows them as options and settings (min-area).
    private static string AsOptions(string message, string name) =>
        Regex.Replace(message, @"\b[A-Z][a-z]+(?:[A-Z][a-z]+)*\b", word => word.Value == name || word.Value.Any(char.IsLower) && word.Value[1..].Any(char.IsUpper) ? Option(word.Value) : word.Value);

    private static string Option(string property) =>
        string.Concat(property.Select((letter, i) => char.IsUpper(letter) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(letter) : letter.ToString()));

    private static string WithoutParameterName(ArgumentException exception)
    {
        int suffix = exception.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return suffix < 0 ? exception.Message : exception.Message[..suffix];
    }
}
