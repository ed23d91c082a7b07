using System.Globalization;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>The command line that turns an input into raw pictures with coded time stamps.</summary>
internal static class FfmpegCommand
{
    /// <summary>The arguments, one item each.</summary>
    /// <param name="input">What to read.</param>
    /// <param name="options">As what.</param>
    /// <param name="seek">Where to begin, on ffmpeg's clock of the file; null: where it begins.</param>
    public static List<string> Arguments(SourceInput input, SourceOptions options, TimeSpan? seek)
    {
        List<string> arguments = ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+verbose"];
        if (options.Threads > 0)
            arguments.AddRange(["-threads", Invariant(options.Threads)]);
        if (options.KeyFramesOnly)
            arguments.AddRange(["-discard", "nokey", "-skip_frame", "nokey"]);      // the first spares the decoder, where the container tells key frames; the second works in all
        if (options.Realtime && !input.IsLive)
            arguments.Add("-re");
        if (seek is TimeSpan time)
            arguments.AddRange(["-ss", time.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture)]);
        // Where the clock may start again ffmpeg would mend it itself, but without a word, and so that a time here is none in the file.
        if (input.Info is { ClockMayRestart: true })
            arguments.Add("-copyts");
        arguments.AddRange(input.Arguments);
        // Without autoscale a picture of a new size arrives in its own size instead of being bent to the old one unseen;
        // passthrough neither drops nor doubles frames of a variable rate.
        arguments.AddRange(["-map", input.Map, "-vf", Filters(input, options), "-autoscale", "0", "-fps_mode", "passthrough", "-enc_time_base", StampCode.TimeBase,
            .. input.FirstFrameOnly ? (string[])["-frames:v", "1"] : [], "-c:v", "rawvideo", "-f", "nut", "-write_index", "0", "-flush_packets", input.IsLive || options.Realtime ? "1" : "-1", "pipe:1"]);
        return arguments;
    }

    private static string Filters(SourceInput input, SourceOptions options)
    {
        List<string> filters = [StampCode.Unit];
        if (options.Deinterlace)
            filters.Add("yadif=mode=send_frame:parity=auto:deint=all");
        if (options.Every > 1)
            filters.Add($"select=not(mod(n\\,{Invariant(options.Every)}))");
        if (options.KeyFramesOnly)
            filters.Add("select=isnan(prev_selected_t)+gte(abs(t-prev_selected_t)\\,1)");
        if (input.Levels is { } levels)
            filters.Add(DeepSamples.Filter(levels, input.Info?.PixelFormat ?? input.PixelFormat));
        if (input.Filter is not null)
            filters.Add(input.Filter);
        if (options.Width is not null || options.Height is not null)
            filters.Add($"scale={Invariant(options.Width ?? -1)}:{Invariant(options.Height ?? -1)}:flags=area");
        if (options.WorkingHeight.Filter() is string scale)
            filters.Add(scale);
        // ffmpeg takes the format nearest to the decoder's: none of these converts what is 8-bit 4:2:0 or grey already.
        filters.Add(options.Layout switch
        {
            PixelLayout.Yuv420 => "format=yuv420p|yuvj420p",
            PixelLayout.Rgb => "format=gbrp",
            PixelLayout.Gray8 => "format=yuv420p|yuvj420p|yuv422p|yuvj422p|yuv444p|yuvj444p|gray,extractplanes=y",
            _ => "format=yuv420p|yuvj420p|gray",
        });
        filters.Add(StampCode.Encoder);
        string chain = string.Join(',', filters);
        // The first picture of each size is told beside, for the container's header knows only the first size.
        return input.FirstFrameOnly ? chain : chain + ",split[show][go];[show]select=eq(n\\,0),showinfo=checksum=0,nullsink;[go]null";
    }

    private static string Invariant(int value) => value.ToString(CultureInfo.InvariantCulture);
}
