using System.Globalization;

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

    public string ToJson() => JsonLine.Of(json =>
    {
        json.WriteString("method", $"detect {Preset}");
        json.WriteString("video", Video);
        json.WriteNumber("width", Width);
        json.WriteNumber("height", Height);
        json.WriteNumber("frames", Frames);
        json.WriteNumber("ffmpeg_s", Math.Round(FfmpegSeconds, 3));
        json.WriteNumber("detect_s", Math.Round(DetectSeconds, 3));
        json.WriteNumber("ratio", Math.Round(Ratio, 3));
        json.WriteNumber("frames_per_s", Math.Round(Frames / DetectSeconds, 1));
        json.WriteString("mask_hash", MaskHash);
    });

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Video}, {Width}x{Height}, {Frames} frames
        ffmpeg into a pipe   {FfmpegSeconds,8:0.00} s  {Frames / FfmpegSeconds,7:0} frames a second
        detect {Preset,-13} {DetectSeconds,8:0.00} s  {Frames / DetectSeconds,7:0} frames a second, {Ratio:0.00} times as long
        """);
}
