using System.Globalization;

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

    public string ToJson() => JsonLine.Of(json =>
    {
        json.WriteString("method", Method);
        json.WriteNumber("channels", Channels);
        json.WriteNumber("width", Width);
        json.WriteNumber("height", Height);
        json.WriteNumber("frames", Frames);
        json.WriteNumber("threads", Threads);
        json.WriteNumber("batch", Batch);
        json.WriteNumber("median_ms", Math.Round(MedianMilliseconds, 3));
        json.WriteNumber("mpx_per_s", Math.Round(MegapixelsPerSecond, 1));
        json.WriteNumber("foreground", Math.Round(Foreground, 5));
        json.WriteString("mask_hash", MaskHash);
        json.WriteNumber("bytes_per_pixel", Math.Round(BytesPerPixel, 2));
        json.WriteNumber("lane_width", LaneWidth);
    });

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Method}, {Width}x{Height}, {Channels} channels, {Frames} frames in batches of {Batch}, {Threads} threads
        median {MedianMilliseconds:0.000} ms a frame, {MegapixelsPerSecond:0.0} megapixels a second
        state {BytesPerPixel:0.##} bytes a pixel, {LaneWidth} lanes, foreground {Foreground:0.#####}, masks {MaskHash}
        """);
}
