using System.Globalization;
using System.Text.RegularExpressions;

namespace GmmVision.Ffmpeg;

/// <summary>Which part of the range of samples with more than 8 bits a video uses, and the filter that spreads it over 8.</summary>
internal static partial class DeepSamples
{
    private const int FramesMeasured = 8;
    private const double Tail = 0.001;      // a part this small at either end may be noise or a dead pixel

    /// <summary>Bits of a sample: 8 where the format's name tells no more.</summary>
    public static int Bits(string pixelFormat) =>
        Depth().Match(pixelFormat) is { Success: true } depth ? int.Parse(depth.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : pixelFormat.StartsWith("rgb48", StringComparison.Ordinal) || pixelFormat.StartsWith("bgr48", StringComparison.Ordinal)
            || pixelFormat.StartsWith("rgba64", StringComparison.Ordinal) || pixelFormat.StartsWith("bgra64", StringComparison.Ordinal) ? 16
        : 8;

    /// <summary>Looks at the first frames and chooses the levels that become 0 and 255.</summary>
    /// <param name="input">Arguments of the input, with its <c>-i</c>.</param>
    /// <param name="map">The stream.</param>
    /// <param name="pixelFormat">ffmpeg's name of its pixel format.</param>
    /// <param name="text">For ffmpeg's standard input; null for none.</param>
    /// <param name="doing">For messages.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null where its samples are best taken as they are: 8 bits, colour, or grey that uses most of its range.</returns>
    public static (int Low, int High)? Measure(IEnumerable<string> input, string map, string pixelFormat, string? text, string doing, CancellationToken cancellation)
    {
        int bits = Bits(pixelFormat);
        if (bits <= 8)
            return null;
        byte[] samples = FfmpegTools.Run(FfmpegTools.Ffmpeg,
            ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+error", .. input, "-map", map, "-frames:v", Invariant(FramesMeasured), "-fps_mode", "passthrough",
                "-vf", "format=" + GrayFormat(bits), "-f", "rawvideo", "pipe:1"], doing, cancellation, text);
        return Choose(samples, bits, IsGray(pixelFormat));
    }

    /// <summary>Chooses the levels from samples of two bytes, low byte first.</summary>
    /// <param name="samples">All of them.</param>
    /// <param name="bits">Bits of each.</param>
    /// <param name="isGray">Whether colour is not at stake: colour is spread only where it would be left with an eighth of the levels.</param>
    internal static (int Low, int High)? Choose(ReadOnlySpan<byte> samples, int bits, bool isGray)
    {
        int most = (1 << bits) - 1;
        long[] counts = new long[most + 1];
        int total = samples.Length / 2;
        if (total == 0)
            return null;
        for (int i = 0; i < total; i++)
            counts[Math.Min(most, samples[2 * i] | samples[2 * i + 1] << 8)]++;
        int low = Quantile(counts, (long)(Tail * total)), high = Quantile(counts, (long)((1 - Tail) * (total - 1)));
        if (!isGray && high - low > most / 8)
            return null;
        // What moves may be darker or brighter than all that was there: half the range more on either side. One of the
        // file's own steps never becomes more than one of ours, so that noise is not blown up.
        int margin = Math.Max((high - low) / 2, (256 - (high - low)) / 2);
        (low, high) = (Math.Max(0, low - margin), Math.Min(most, high + margin));
        return high - low > most / 2 ? null : (low, high);
    }

    /// <summary>The filter that makes grey of the levels.</summary>
    public static string Filter((int Low, int High) levels, string pixelFormat)
    {
        int bits = Bits(pixelFormat), most = (1 << bits) - 1;
        string spread = string.Create(CultureInfo.InvariantCulture, $"clip((val-{levels.Low})*{most}/{levels.High - levels.Low},0,{most})");
        return $"format={GrayFormat(bits)},lut=y='{spread}',format=gray";
    }

    private static bool IsGray(string pixelFormat) => pixelFormat.StartsWith("gray", StringComparison.Ordinal) || pixelFormat.StartsWith("ya", StringComparison.Ordinal);

    private static string GrayFormat(int bits) => bits <= 8 ? "gray" : $"gray{Invariant(bits)}le";

    private static string Invariant(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static int Quantile(long[] counts, long rank)
    {
        long sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            sum += counts[i];
            if (sum > rank)
                return i;
        }
        return counts.Length - 1;
    }

    // gray12le, ya16be, yuv420p10le, gbrp14le, p010le; not the 24 of rgb24 nor the sizes of bayer and packed formats.
    [GeneratedRegex("^(?:gray|ya|yuva?[0-9]*p|gbra?p|p[024]|y2)(9|10|12|14|16)(?:le|be)$")]
    private static partial Regex Depth();
}
