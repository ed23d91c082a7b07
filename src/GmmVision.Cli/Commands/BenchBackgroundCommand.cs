using System.CommandLine;
using GmmVision.Cli.Bench;
using GmmVision.Foreground;
using GmmVision.Imaging;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision bench background</c>: the mixture alone, or with the refinement of its mask.</summary>
internal static class BenchBackgroundCommand
{
    public static Command Create()
    {
        Argument<string> video = new("VIDEO") { Description = "Any input that detect takes." };
        Option<(int Width, int Height)?> size = OptionOf.Size("--size", "Scale the frames to this size first.");
        Option<int?> frames = OptionOf.Integer("--frames", "Frames to decode and measure (150).", 3, 100_000);
        Option<int?> threads = OptionOf.Integer("--threads", "Threads of the model (1).", 1, 256);
        Option<int?> batch = OptionOf.Integer("--batch", "Frames that are given at once, as detect does with files (1).", 1, 64);
        Option<int?> channels = OptionOf.Integer("--channels", "3 for Yuv420 as decoded, 1 for its luma (3).", 1, 3);
        Option<Preset?> preset = OptionOf.OneOf<Preset>("--preset", "Measure with the refinement of this preset instead of the mixture alone.");
        Option<bool> json = new("--json") { Description = "One line of JSON." };
        channels.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "2" }])
                result.AddError("--channels needs 1 or 3, not '2'.");
        });

        Command command = new("background", "Measure the background model on decoded frames: only Apply is timed, the first third is not counted.")
        {
            video, size, frames, threads, batch, channels, preset, json,
        };
        command.SetAction((parse, cancellation) =>
        {
            BackgroundBench bench = new()
            {
                Video = parse.GetRequiredValue(video),
                Size = parse.GetValue(size),
                Frames = parse.GetValue(frames) ?? 150,
                Threads = parse.GetValue(threads) ?? 1,
                Batch = parse.GetValue(batch) ?? 1,
                Layout = parse.GetValue(channels) == 1 ? PixelLayout.Gray8 : PixelLayout.Yuv420,
                Preset = parse.GetValue(preset),
            };
            BackgroundBenchResult result = bench.Run(cancellation);
            parse.InvocationConfiguration.Output.WriteLine(parse.GetValue(json) ? result.ToJson() : result.ToString());
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
