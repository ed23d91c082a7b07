namespace GmmVision.Cli.Detect;

/// <summary>An input turns out to be one that can be looked at only in one go; what follows from that is for the caller to say.</summary>
/// <param name="message">Why, without a full stop.</param>
internal sealed class IndivisibleException(string message) : Exception(message);
