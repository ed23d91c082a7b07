using System.Text.Json;

namespace GmmVision.Ffmpeg;

/// <summary>Which of a file's video streams to read, and how fast it really runs.</summary>
internal static class VideoStreamChoice
{
    private const int LeastIntervals = 7;

    /// <summary>The wanted stream, or the best: one that holds more than a single picture, before others the default one, before others the largest.</summary>
    /// <param name="root">ffprobe's answer, with the first packets.</param>
    /// <param name="wanted">Number of a stream as ffprobe counts them; null: the best.</param>
    /// <param name="doing">For messages.</param>
    /// <exception cref="FfmpegException">There is none.</exception>
    public static JsonElement Choose(JsonElement root, int? wanted, string doing)
    {
        List<JsonElement> videos = [.. ProbeAnswer.Items(root, "streams").Where(IsVideo)];
        if (wanted is int index)
        {
            return videos.Find(stream => Index(stream) == index) is { ValueKind: JsonValueKind.Object } found
                ? found
                : throw new FfmpegException($"{doing}: its stream {index} is no video: {(videos.Count == 0 ? "it holds none." : $"choose {string.Join(" or ", videos.Select(Index))}, or leave the choice out.")}");
        }
        List<JsonElement> real = videos.FindAll(stream => Flag(stream, "attached_pic") == 0);
        List<JsonElement> moving = real.FindAll(stream => Times(root, Index(stream)).Count > 1 && ProbeAnswer.Number(stream, "nb_frames") is not 1);
        return (moving.Count > 0 ? moving : real).OrderByDescending(stream => Flag(stream, "default")).ThenByDescending(Area).ThenBy(Index).FirstOrDefault() is { ValueKind: JsonValueKind.Object } best
            ? best
            : throw new FfmpegException($"{doing}: it holds no video.");
    }

    /// <summary>Number of a stream in its file.</summary>
    public static int Index(JsonElement stream) => (int)(ProbeAnswer.Number(stream, "index") ?? 0);

    /// <summary>Frames a second: as stated, unless the first frames' own times tell otherwise; 0 where unknown.</summary>
    public static double FrameRate(JsonElement root, JsonElement stream)
    {
        double average = ProbeAnswer.Rate(stream, "avg_frame_rate") ?? 0, lowest = ProbeAnswer.Rate(stream, "r_frame_rate") ?? 0;
        double stated = average > 0 ? average : lowest;
        List<double> times = Times(root, Index(stream));
        times.Sort();
        double[] intervals = [.. times.Skip(1).Zip(times, (after, before) => after - before).Where(interval => interval > 1e-6)];
        if (intervals.Length < LeastIntervals)
            return stated;
        Array.Sort(intervals);
        double mean = intervals.Average(), median = intervals[intervals.Length / 2];
        // Millisecond stamps make 33 and 34 of one rate: the header's is finer where it fits.
        if (stated > 0 && Math.Abs(stated * mean - 1) < 0.25)
            return stated;
        bool isSteady = Math.Abs(median / mean - 1) < 0.25;
        double measured = 1 / (isSteady ? median : mean);
        return lowest > 0 && Math.Abs(lowest / measured - 1) < 0.03 ? lowest : Math.Round(measured, 3);
    }

    private static bool IsVideo(JsonElement stream) => ProbeAnswer.Text(stream, "codec_type") == "video"
        && ProbeAnswer.Number(stream, "width") is > 0 and < 1e6 && ProbeAnswer.Number(stream, "height") is > 0 and < 1e6;

    private static double Area(JsonElement stream) => (ProbeAnswer.Number(stream, "width") ?? 0) * (ProbeAnswer.Number(stream, "height") ?? 0);

    private static double Flag(JsonElement stream, string name) =>
        stream.TryGetProperty("disposition", out JsonElement disposition) ? ProbeAnswer.Number(disposition, name) ?? 0 : 0;

    private static List<double> Times(JsonElement root, int index)
    {
        List<double> times = [];
        foreach (JsonElement packet in ProbeAnswer.Items(root, "packets").Concat(ProbeAnswer.Items(root, "packets_and_frames")))
        {
            if (ProbeAnswer.Number(packet, "stream_index") == index)
                times.Add(ProbeAnswer.Number(packet, "pts_time") ?? ProbeAnswer.Number(packet, "dts_time") ?? 0);
        }
        return times;
    }
}
