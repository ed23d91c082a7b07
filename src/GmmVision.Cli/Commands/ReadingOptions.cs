using System.CommandLine;
using GmmVision.Ffmpeg;

namespace GmmVision.Cli.Commands;

/// <summary>The options that say how an input is to be read: which stream of it, at which rate, from which levels.</summary>
internal sealed class ReadingOptions
{
    private readonly Option<int?> _stream = OptionOf.Integer("--stream", "Number of the video stream in a file, as ffprobe counts (the default and largest one that is more than a single picture).", 0, 1000);
    private readonly Option<bool> _deinterlace = new("--deinterlace") { Description = "Make whole pictures of interlaced ones." };
    private readonly Option<double?> _rate = OptionOf.Rate("--fps", "Frames a second of a folder of images (25), of a bare H.264 or H.265 stream without times, or asked of a camera; 1/60 is one a minute.");
    private readonly Option<ImageTimes?> _times = OptionOf.OneOf<ImageTimes>("--times", "Where the times of a folder's images come from: --fps (rate), their EXIF data, or their names, as in 20261126-083000.jpg.");
    private readonly Option<(int Low, int High)?> _levels = OptionOf.Levels("--levels", "Values of samples that count as black and white; where samples have 10 to 16 bits the first frames decide unless told here.");

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_stream, _deinterlace, _rate, _times, _levels])
            command.Add(option);
    }

    /// <summary>What was asked for.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="options">What else is known.</param>
    public SourceOptions Read(ParseResult parse, SourceOptions options) => options with
    {
        Stream = parse.GetValue(_stream),
        Deinterlace = parse.GetValue(_deinterlace),
        FrameRate = parse.GetValue(_rate),
        Times = parse.GetValue(_times) ?? ImageTimes.Rate,
        Levels = parse.GetValue(_levels),
    };
}
