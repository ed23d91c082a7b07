using System.Diagnostics;
using System.Text.Json;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Mixtures;

namespace GmmVision.Cli.Bench;

/// <summary>Fits a mixture to the pixels of an image, with a clock beside it.</summary>
internal sealed class MixtureBench
{
    public required string Image { get; init; }

    public required int Components { get; init; }

    public required MixtureOptions Options { get; init; }

    public bool Merge { get; init; } = true;

    public SamplePrecision Precision { get; init; }

    /// <summary>Times that the whole fit is done; the shortest counts.</summary>
    public int Repeat { get; init; } = 1;

    public MixtureBenchResult Run(CancellationToken cancellation)
    {
        byte[] pixels = Interleaved(StillImage.Load(Image, PixelLayout.Rgb, cancellation));

        // One short fit, so that compiling is not part of what is measured (an interpreter's imports are not, either).
        _ = GaussianMixture.Fit(Samples(pixels), Components, Options with { MaxIterations = 2, Restarts = 1 }, null, cancellation);
        double fit = double.PositiveInfinity, score = double.PositiveInfinity;
        (SampleSet? samples, GaussianMixture? mixture) = (null, null);
        for (int i = 0; i < Repeat; i++)
        {
            long start = Stopwatch.GetTimestamp();
            samples = Samples(pixels);
            mixture = GaussianMixture.Fit(samples, Components, Options, null, cancellation);
            fit = Math.Min(fit, Stopwatch.GetElapsedTime(start).TotalSeconds);
            start = Stopwatch.GetTimestamp();
            mixture.ScoreSamples(samples, new double[samples.Rows]);
            score = Math.Min(score, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return new MixtureBenchResult(mixture!, samples!, fit, score);
    }

    public static MixtureParameters ReadStart(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new MixtureParameters { Weights = Numbers("weights"), Means = Numbers("means"), Precisions = Numbers("precisions") };

            double[]? Numbers(string name) => document.RootElement.TryGetProperty(name, out JsonElement element) ? [.. Flatten(element)] : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new UserError($"cannot read start file '{path}': {exception.Message} It must hold {{\"weights\":[k],\"means\":[k][3],\"precisions\":...}}.", inner: exception);
        }
    }

    private static IEnumerable<double> Flatten(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flatten) : [element.GetDouble()];

    private static byte[] Interleaved(Frame frame)
    {
        var pixels = new byte[frame.Width * frame.Height * 3];
        for (int y = 0; y < frame.Height; y++)
        {
            for (int plane = 0; plane < 3; plane++)
            {
                Span<byte> row = frame.Row(plane, y);
                for (int x = 0; x < frame.Width; x++) pixels[(y * frame.Width + x) * 3 + plane] = row[x];
            }
        }

        return pixels;
    }

    private SampleSet Samples(byte[] pixels) => SampleSet.Create(pixels, 3, mergeEqualRows: Merge, precision: Precision);
}
