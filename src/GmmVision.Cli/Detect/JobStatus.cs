namespace GmmVision.Cli.Detect;

/// <summary>How a job ended.</summary>
internal enum JobStatus
{
    /// <summary>The whole input was looked at.</summary>
    Complete,

    /// <summary>Ctrl-C or SIGTERM ended it; what was seen until then is reported.</summary>
    Interrupted,

    /// <summary>The input broke off; what could be decoded is reported.</summary>
    Truncated,
}
