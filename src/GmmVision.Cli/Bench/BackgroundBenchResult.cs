using System.Globalization;
using System.Text.Json.Serialization;

namespace GmmVision.Cli.Bench;

/// <summary>What <see cref="BackgroundBench"/> measured.</summary>
internal sealed record BackgroundBenchResult
{
    public required string Method { get; init; }

    public required int Channels { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required int Frames { get; init; }

    public required int Threads { get; init; }

    public required int Batch { get; init; }

    /// <summary>Time of a frame; in batches, a batch's time divided by its frames.</summary>
    public required double MedianMilliseconds { get; init; }

    /// <summary>Part of the last mask that is set.</summary>
    public required double Foreground { get; init; }

    /// <summary>Over the masks of all frames, in order.</summary>
    public required string MaskHash { get; init; }

    /// <summary>State of the model.</summary>
    public required double BytesPerPixel { get; init; }

    /// <summary>Samples that the kernel works on at once.</summary>
    public required int LaneWidth { get; init; }

    public double MegapixelsPerSecond => Width * (double)Height / MedianMilliseconds / 1e3;

    public string ToJson() => JsonLine.Of(new BackgroundBenchDocument(Method, Channels, Width, Height, Frames, Threads, Batch, Math.Round(MedianMilliseconds, 3), Math.Round(MegapixelsPerSecond, 1),
        Math.Round(Foreground, 5), MaskHash, Math.Round(BytesPerPixel, 2), LaneWidth), CliJson.Default.BackgroundBenchDocument);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Method}, {Width}x{Height}, {Channels} channels, {Frames} frames in batches of {Batch}, {Threads} threads
        median {MedianMilliseconds:0.000} ms a frame, {MegapixelsPerSecond:0.0} megapixels a second
        state {BytesPerPixel:0.##} bytes a pixel, {LaneWidth} lanes, foreground {Foreground:0.#####}, masks {MaskHash}
        """);
}

/// <summary>The line of --json.</summary>
internal sealed record BackgroundBenchDocument(string Method, int Channels, int Width, int Height, int Frames, int Threads, int Batch, double MedianMs,
    [property: JsonPropertyName("mpx_per_s")] double MegapixelsPerSecond, double Foreground, string MaskHash, double BytesPerPixel, int LaneWidth);
