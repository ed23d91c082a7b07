using GmmVision.Recording.Cameras;

namespace GmmVision.Cli.Watch;

/// <summary>One thing that can be set, on the command line as --name and in a file as name.</summary>
/// <param name="Name">Without hyphens in front.</param>
/// <param name="Value">What stands for the value in the help.</param>
/// <param name="Help">One line.</param>
/// <param name="Repeats">Whether there may be several.</param>
/// <param name="ForCamera">Sets it for one camera; null where it concerns the whole program.</param>
/// <param name="ForAll">Sets it for the program; null where it concerns cameras.</param>
internal sealed record WatchOption(
    string Name, string Value, string Help, bool Repeats = false,
    Func<CameraSetup, string, CameraSetup>? ForCamera = null, Func<WatchSetup, string, WatchSetup>? ForAll = null);
