using System.CommandLine;
using GmmVision.Ffmpeg;

namespace GmmVision.Cli.Commands;

/// <summary>gmmvision cameras: what is plugged into this machine.</summary>
internal static class CamerasCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Command command = new("cameras", "List the cameras of this machine, as `gmmvision watch` takes them.");
        Option<bool> json = new("--json") { Description = "Print a line of JSON for each camera." };
        command.Add(json);
        command.SetAction(parse =>
        {
            IReadOnlyList<Camera> cameras = Cameras.List();
            foreach (Camera camera in cameras)
                Console.Out.WriteLine(parse.GetValue(json) ? JsonLine.Of(new CameraLine(camera.Input, camera.Name), CliJson.Default.CameraLine) : $"{camera.Input}\t{camera.Name}");
            if (cameras.Count == 0)
                Console.Error.WriteLine("gmmvision cameras: no camera is plugged in (network cameras are not listed; give their URL to watch)");
            return ExitCode.Success;
        });
        return command;
    }
}

/// <summary>A camera of this machine.</summary>
internal sealed record CameraLine(string Input, string Name);
