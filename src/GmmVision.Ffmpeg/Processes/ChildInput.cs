namespace GmmVision.Ffmpeg.Processes;

/// <summary>Where a child process reads its standard input from.</summary>
internal enum ChildInput
{
    /// <summary>Nothing: it is at its end at once.</summary>
    None,

    /// <summary>Our pipe: <see cref="ChildProcess.Input"/>.</summary>
    Pipe,

    /// <summary>Our own standard input, read by the child directly.</summary>
    Inherit,
}
