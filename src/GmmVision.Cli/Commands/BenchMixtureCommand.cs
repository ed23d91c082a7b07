using System.CommandLine;
using GmmVision.Cli.Bench;
using GmmVision.Mixtures;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision bench mixture</c>: fits a Gaussian mixture to the pixels of an image and tells how long it took.</summary>
internal static class BenchMixtureCommand
{
    private enum Switch
    {
        On,
        Off,
    }

    /// <summary>The words that scikit-learn uses.</summary>
    public static Command Create()
    {
        Argument<string> image = new("image") { Description = "An image; its pixels are fitted as R, G, B from 0 to 1." };
        Option<int?> components = OptionOf.Integer("--components", "Components of the mixture (default 5).", 1, 256, "-k");
        Option<CovarianceType?> covariance = OptionOf.Covariance("Shape of the components (default full).");
        Option<int?> iterations = OptionOf.Integer("--iterations", "Iterations at most (default 100); exactly so many with --tolerance 0.", 1, 1_000_000);
        Option<double?> tolerance = OptionOf.Number("--tolerance", "Stop when the mean log-likelihood changes by less (default 0.001).", 0, 1);
        Option<int?> threads = OptionOf.Integer("--threads", "Threads at most (default: one for each processor).", 1, 1024);
        Option<Switch?> merge = OptionOf.OneOf<Switch>("--merge", "Fit equal colours once, with their count (default on).");
        Option<int?> restarts = OptionOf.Integer("--restarts", "Starts, of which the best is kept (default 1).", 1, 10_000);
        Option<int?> seed = OptionOf.Integer("--seed", "Seed of the starts (default 0).", 0, int.MaxValue);
        Option<int?> repeat = OptionOf.Integer("--repeat", "Measure so many times and tell the shortest (default 1).", 1, 1000);
        Option<SamplePrecision?> precision = OptionOf.OneOf<SamplePrecision>("--precision", "Precision of the densities (default single).");
        Option<FileInfo?> start = new("--start") { Description = "JSON with weights, means and precisions, shaped as scikit-learn shapes them." };
        Option<bool> json = new("--json") { Description = "One line of JSON on stdout." };
        Command command = new("mixture", "Fit a Gaussian mixture to an image's pixels and tell how long it took, after one fit to warm up.")
        {
            image, components, covariance, iterations, tolerance, threads, merge, restarts, seed, repeat, precision, start, json,
        };
        command.SetAction((parse, cancellation) =>
        {
            MixtureBench bench = new()
            {
                Image = parse.GetValue(image)!,
                Components = parse.GetValue(components) ?? 5,
                Merge = parse.GetValue(merge) != Switch.Off,
                Precision = parse.GetValue(precision) ?? SamplePrecision.Single,
                Repeat = parse.GetValue(repeat) ?? 1,
                Options = new MixtureOptions
                {
                    Covariance = parse.GetValue(covariance) ?? CovarianceType.Full,
                    MaxIterations = parse.GetValue(iterations) ?? 100,
                    Tolerance = parse.GetValue(tolerance) ?? 1e-3,
                    Threads = parse.GetValue(threads) ?? 0,
                    Restarts = parse.GetValue(restarts) ?? 1,
                    Seed = parse.GetValue(seed) ?? 0,
                    Given = parse.GetValue(start) is { } file ? MixtureBench.ReadStart(file.FullName) : null,
                },
            };
            MixtureBenchResult result = bench.Run(cancellation);
            Console.Out.WriteLine(parse.GetValue(json) ? result.ToJson() : result.ToString());
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }
}
