using System.CommandLine;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision bench</c>: measures on this machine what the commands do.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure the speed of this machine.")
    {
        BenchBackgroundCommand.Create(),
        BenchPipelineCommand.Create(),
        BenchMixtureCommand.Create(),
        BenchSegmentCommand.Create(),
    };
}
