using System.CommandLine;
using GmmVision.Cli.Bench;
using GmmVision.Foreground;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision bench pipeline</c>: a whole detect beside ffmpeg alone.</summary>
internal static class BenchPipelineCommand
{
    public static Command Create()
    {
        Argument<string> video = new("VIDEO") { Description = "A file." };
        Option<Preset?> preset = OptionOf.OneOf<Preset>("--preset", "As for detect (balanced).");
        Option<int?> threads = OptionOf.Integer("--threads", "As for detect (one a processor).", 1, 256);
        Option<int?> rounds = OptionOf.Integer("--rounds", "How often each is run, in turn; medians are shown (3).", 1, 100);
        Option<bool> json = new("--json") { Description = "One line of JSON." };

        Command command = new("pipeline", "Run detect on a video, and ffmpeg writing the same raw frames into a pipe that is only emptied; show the ratio of their times.")
        {
            video, preset, threads, rounds, json,
        };
        command.SetAction((parse, cancellation) =>
        {
            PipelineBench bench = new()
            {
                Video = parse.GetRequiredValue(video),
                Preset = parse.GetValue(preset) ?? Preset.Balanced,
                Threads = parse.GetValue(threads),
                Rounds = parse.GetValue(rounds) ?? 3,
            };
            PipelineBenchResult result = bench.Run(cancellation);
            parse.InvocationConfiguration.Output.WriteLine(parse.GetValue(json) ? result.ToJson() : result.ToString());
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
