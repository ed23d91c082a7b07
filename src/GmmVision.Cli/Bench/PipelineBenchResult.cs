using System.Globalization;
using System.Text.Json.Serialization;

namespace GmmVision.Cli.Bench;

/// <summary>What <see cref="PipelineBench"/> measured.</summary>
/// <param name="Video">Name of the file.</param>
/// <param name="Preset">Of detect.</param>
/// <param name="Width">Of its frames.</param>
/// <param name="Height">Of its frames.</param>
/// <param name="Frames">How many there are.</param>
/// <param name="FfmpegSeconds">ffmpeg writing them into a pipe that is only emptied.</param>
/// <param name="DetectSeconds">The whole of detect, with the start of its process.</param>
/// <param name="MaskHash">Over all masks of detect.</param>
internal sealed record PipelineBenchResult(string Video, string Preset, int Width, int Height, long Frames, double FfmpegSeconds, double DetectSeconds, string MaskHash)
{
    public double Ratio => DetectSeconds / FfmpegSeconds;

    public string ToJson() => JsonLine.Of(new PipelineBenchDocument($"detect {Preset}", Video, Width, Height, Frames, Math.Round(FfmpegSeconds, 3), Math.Round(DetectSeconds, 3), Math.Round(Ratio, 3),
        Math.Round(Frames / DetectSeconds, 1), MaskHash), CliJson.Default.PipelineBenchDocument);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Video}, {Width}x{Height}, {Frames} frames
        ffmpeg into a pipe   {FfmpegSeconds,8:0.00} s  {Frames / FfmpegSeconds,7:0} frames a second
        detect {Preset,-13} {DetectSeconds,8:0.00} s  {Frames / DetectSeconds,7:0} frames a second, {Ratio:0.00} times as long
        """);
}

/// <summary>The line of --json.</summary>
internal sealed record PipelineBenchDocument(string Method, string Video, int Width, int Height, long Frames, [property: JsonPropertyName("ffmpeg_s")] double FfmpegSeconds,
    [property: JsonPropertyName("detect_s")] double DetectSeconds, double Ratio, [property: JsonPropertyName("frames_per_s")] double FramesPerSecond, string MaskHash);
