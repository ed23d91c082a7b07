using System.CommandLine;
using System.CommandLine.Parsing;
using GmmVision.Cli.Bench;
using GmmVision.Foreground;
using GmmVision.Imaging;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision bench background</c>: the mixture alone, or with the refinement of its mask.</summary>
internal static class BenchBackgroundCommand
{
    public static Command Create()
    {
        Argument<string> video = new("VIDEO") { Description = "Any input that detect takes; with --peers a file or URL that OpenCV opens." };
        Option<(int Width, int Height)?> size = OptionOf.Size("--size", "Scale the frames to this size first.");
        Option<int?> frames = OptionOf.Integer("--frames", "Frames to decode and measure (150).", 3, 100_000);
        Option<int?> threads = OptionOf.Integer("--threads", "Threads of the model (1; with --peers measured with one and with one a processor).", 1, 256);
        Option<int?> batch = OptionOf.Integer("--batch", "Frames that are given at once, as detect does with files (1).", 1, 64);
        Option<int?> channels = OptionOf.Integer("--channels", "3 for Yuv420 as decoded, 1 for its luma (3).", 1, 3);
        Option<Preset?> preset = OptionOf.OneOf<Preset>("--preset", "Measure with the refinement of this preset instead of the mixture alone.");
        Option<bool> peers = new("--peers") { Description = "Measure OpenCV's MOG2, KNN, MOG and GMG beside the presets, on the same BGR pictures in this process, with the ratios; conversion from BGR is part of our time." };
        Option<int?> rounds = OptionOf.Integer("--rounds", "With --peers: how often each takes its turn (3).", 1, 100);
        Option<bool> json = new("--json") { Description = "One line of JSON; with --peers one for each number of threads." };
        channels.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "2" }])
                result.AddError("--channels needs 1 or 3, not '2'.");
        });

        Command command = new("background", "Measure the background model on decoded frames: only Apply is timed, the first third is not counted.")
        {
            video, size, frames, threads, batch, channels, preset, peers, rounds, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(peers) && (result.GetResult(batch) ?? result.GetResult(preset)) is OptionResult other)
                result.AddError($"{other.Option.Name} does not go with --peers, which measures all presets a frame at a time: leave one out.");
            if (!result.GetValue(peers) && result.GetResult(rounds) is not null)
                result.AddError("--rounds goes with --peers: add it, or leave --rounds out.");
        });
        command.SetAction((parse, cancellation) =>
        {
            TextWriter output = parse.InvocationConfiguration.Output;
            if (parse.GetValue(peers))
            {
                PeerBench race = new()
                {
                    Video = parse.GetRequiredValue(video),
                    Size = parse.GetValue(size),
                    Frames = parse.GetValue(frames) ?? 150,
                    Threads = parse.GetValue(threads) is int given ? [given] : [.. ((int[])[1, Environment.ProcessorCount]).Distinct()],
                    Rounds = parse.GetValue(rounds) ?? 3,
                    Gray = parse.GetValue(channels) == 1,
                };
                foreach (PeerBenchResult table in race.Run(cancellation))
                    output.WriteLine(parse.GetValue(json) ? table.ToJson() : $"{table}\n");
                return Task.FromResult(ExitCode.Success);
            }
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
            output.WriteLine(parse.GetValue(json) ? result.ToJson() : result.ToString());
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
