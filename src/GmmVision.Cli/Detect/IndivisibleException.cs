namespace GmmVision.Cli.Detect;

/// <summary>An input turns out to be one that can be looked at only in one go; the message is a note for its results.</summary>
/// <param name="message">Why, and what is done.</param>
internal sealed class IndivisibleException(string message) : Exception(message);
