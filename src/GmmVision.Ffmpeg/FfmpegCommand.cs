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
    /// <param name="packets">Where encoded packets go, where the options ask for them.</param>
    public static List<string> Arguments(SourceInput input, SourceOptions options, TimeSpan? seek, string? packets = null)
    {
        List<string> arguments = ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+verbose"];
        if (options.WorkingHeight.Filter() is not null || (options.Width ?? options.Height) is not null)
            arguments.AddRange(GatherHint.Arguments);
        if (options.Threads > 0)
            arguments.AddRange(["-threads", Invariant(options.Threads)]);
        if (options.KeyFramesOnly)
            arguments.AddRange(["-discard", "nokey", "-skip_frame", "nokey"]);      // the first spares the decoder, where the container tells key frames; the second works in all
        if (options.Realtime && !input.IsLive)
            arguments.AddRange(["-re", .. options.Loop ? (string[])["-stream_loop", "-1"] : []]);
        // AVI has no time stamp for each packet, and a clip needs one.
        if (packets is not null)
            arguments.AddRange(["-fflags", "+genpts"]);
        if (seek is TimeSpan time)
            arguments.AddRange(["-ss", time.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture)]);
        // Where the clock may start again ffmpeg would mend it itself, but without a word, and so that a time here is none in the file.
        if (input.Info is { ClockMayRestart: true } && !options.Loop && packets is null)
            arguments.Add("-copyts");
        arguments.AddRange(input.Arguments);
        // Without autoscale a picture of a new size arrives in its own size instead of being bent to the old one unseen;
        // passthrough neither drops nor doubles frames of a variable rate.
        arguments.AddRange(["-map", input.Map, "-vf", Filters(input, options), "-autoscale", "0", "-fps_mode", "passthrough", "-enc_time_base", StampCode.TimeBase,
            .. input.FirstFrameOnly ? (string[])["-frames:v", "1"] : [], "-c:v", "rawvideo", "-f", "nut", "-write_index", "0", "-flush_packets", input.IsLive || input.LiveWithoutDuration || options.Realtime ? "1" : "-1", "pipe:1"]);
        if (packets is not null)
            arguments.AddRange(PacketArguments(input, options.Packets!, packets));
        return arguments;
    }

    private static IEnumerable<string> PacketArguments(SourceInput input, PacketTap tap, string target)
    {
        string[] codec = tap.Kind == PacketKind.Copy
            ? ["-c:v", "copy"]
            : ["-vf", EncodeFilter(tap), "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-crf", "24", "-threads", "1", "-force_key_frames", "expr:gte(t,n_forced*2)"];
        return
        [
            // Half a second of waiting for the other stream, should the sound stand still, instead of ten.
            .. tap.Sound ? ["-map", "0:a:0?", "-c:a", "aac", "-b:a", "64k", "-max_interleave_delta", "500000"] : Array.Empty<string>(),
            "-map", input.Map, .. codec, "-fps_mode", "passthrough", "-muxdelay", "0", "-muxpreload", "0", "-flush_packets", "1",
            "-f", "mpegts", "-mpegts_flags", "+pat_pmt_at_frames", target,
        ];
    }

    private static string EncodeFilter(PacketTap tap)
    {
        IEnumerable<string> boxes = tap.Blackened.Select(box => string.Create(CultureInfo.InvariantCulture,
            $"drawbox=x=floor(iw*{box.X:0.######}):y=floor(ih*{box.Y:0.######}):w=ceil(iw*{box.Width:0.######})+1:h=ceil(ih*{box.Height:0.######})+1:color=black:t=fill"));
        return string.Join(',', boxes.Append("scale=trunc(iw/2)*2:trunc(ih/2)*2"));      // H.264 has even sides here
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
