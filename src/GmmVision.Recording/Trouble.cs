namespace GmmVision.Recording;

/// <summary>The one line that a failure is told with.</summary>
internal static class Trouble
{
    /// <summary>What happened, in one line, without what only a programmer needs.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        IOException or UnauthorizedAccessException or InvalidDataException => OneLine(exception.Message),
        ArgumentException argument => OneLine(WithoutParameterName(argument)),
        OutOfMemoryException => "there is not enough memory for this; try a smaller picture",
        _ => $"unexpected {exception.GetType().Name}: {OneLine(exception.Message)}",
    };

    /// <summary>A message of several lines as one.</summary>
    public static string OneLine(string message) =>
        string.Join(" ", message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string WithoutParameterName(ArgumentException exception)
    {
        int suffix = exception.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return suffix < 0 ? exception.Message : exception.Message[..suffix];
    }
}
