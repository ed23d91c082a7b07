using System.CommandLine;
using GmmVision.Cli.Detect;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Motion;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision detect</c>: from videos to motion events. Options that mean what they mean in DVR-Scan have its names.</summary>
internal static class DetectCommand
{
    public static Command Create()
    {
        Argument<string[]> inputs = new("INPUT")
        {
            Description = "Videos, patterns such as 'cam*.mp4', folders of videos or of images, - for y4m on stdin, cameras (/dev/video0, camera:0), rtsp:// and http:// streams.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        ListOptions list = new("{\"input\": ..., \"name\": ..., \"camera\": ..., \"zones\": [...], \"exclude\": [...], \"privacy\": [...], \"start\": ..., \"end\": ...}", " Every input has a line when it is finished, and failures are recorded for collect.");
        Option<bool> resume = Flag("--resume", "Pass over inputs whose results are there, whole, of the same input (by size, time and both ends) and the same settings.");
        Option<string> output = new("--output", "-o") { Description = "Folder for the results: each input gets a folder of its name in it (out).", HelpName = "dir", DefaultValueFactory = _ => "out" };
        Option<Preset?> preset = OptionOf.OneOf<Preset>("--preset", "How much is done for a clean mask (balanced).");

        Option<Reader?> reader = OptionOf.OneOf<Reader>("--reader", "What decodes: ffmpeg, or opencv in this process (no --clips, --stream, --levels and their kin; times to the millisecond); auto takes ffmpeg where it is (auto).");

        Option<double?> threshold = OptionOf.Part("--threshold", "Part of the area that has to move in a frame with motion (0.0002, which is 0.02%).", "-t");
        Option<double?> minArea = OptionOf.Part("--min-area", "Smallest region that counts, as a part of the picture (0.0001, which is 0.01%). Under 0.0003 only what goes along a path over several frames is left in a mask, down to 0.00005: what flickers in its place is noise; --preset fast leaves all that its median leaves.");
        Option<double?> maxArea = OptionOf.Part("--max-area", "Largest region that counts when it appears at once, as a light does, as a part of the picture; what grows out of motion to more than that, as somebody at a doorbell, still counts (0.8).");
        Option<TimeSpan?> smartMask = OptionOf.Time("--smart-mask", "What has moved for this time in one place, or a quarter of the time and more for longer, as a screen or a tree in the wind does, is told no more until it has come to rest: 5m, longer than people stay (off).");
        Option<TimeSpan?> minLength = OptionOf.Time("--min-event-length", "Shorter motion is no event (0.2).", "-l", "--min-duration");
        Option<TimeSpan?> maxLength = OptionOf.Time("--max-event-length", "Longer events are divided (never).", "--max-duration");
        Option<TimeSpan?> mergeWindow = OptionOf.Time("--merge-window", "Motion again within this time is the same event (2).");
        Option<TimeSpan?> before = OptionOf.Time("--time-before-event", "How much of the time before an event its clip shows (1.5).", "-tb", "--pre-roll");
        Option<TimeSpan?> after = OptionOf.Time("--time-post-event", "How much of the time after it (2).", "-tp", "--post-roll");
        Option<Zone[]> zones = OptionOf.Zones("--zone", "Where motion counts: a polygon \"x,y x,y x,y\" in pixels, with a name: in front if you like, and what motion in it must be like: \"door[threshold=5%,min-duration=2,min-area=0.1%]:x,y ...\" (of the zone, seconds, of the picture). May be repeated.", takesLimits: true);
        Option<bool> nearZones = Flag("--near-zones", "With --preset fast: look at nothing but the zones and what is around them by an eighth of the picture, which costs less. What changes the whole picture, such as a light, is not told from motion then.");
        Option<Zone[]> exclude = OptionOf.Zones("--exclude", "Where it does not count. May be repeated.");
        Option<Zone[]> privacy = OptionOf.Zones("--privacy", "What is blackened in everything that is written. May be repeated.");

        Option<TimeSpan?> start = OptionOf.Time("--start", "Begin at this time: 12.5 or 00:01:30.", "-st", "--start-time");
        Option<TimeSpan?> end = OptionOf.Time("--end", "End at this time.", "-et", "--end-time");
        Option<int?> every = OptionOf.Integer("--every", "Look at every n-th frame (1).", 1, 10_000);
        Option<WorkingHeight?> height = OptionOf.Height("--detect-height", "Rows at which motion is looked for: a number, full, or auto: all up to 720, above that the largest whole fraction with fewer (1080 as 540). Results stay in the video's own pixels (auto; full with --mask, --masks, --overlay, --model and --save-model).");
        ReadingOptions reading = new();
        Option<int?> threads = OptionOf.Integer("--threads", "Threads of the model (one a processor; one for two where pictures are scaled down, which decoding takes longer than).", 1, 256);
        Option<int?> jobs = OptionOf.Integer("--jobs", "Parts of a long file that are looked at side by side, each after a run-up of two minutes in which it learns the background; whatever stood there before that is background to all parts but the first (as many as pay: one for three processors, and for ten minutes of video).", 1, 64, "-j");
        Option<bool> skim = Flag("--skim", "For archives: decode key frames only, and all frames just around those with motion. Many times faster where little happens; motion that falls between two key frames (often 2 to 10 s) is missed.");
        Option<string?> model = new("--model") { Description = "Start from a model that --save-model wrote.", HelpName = "file" };

        Option<bool> saveModel = Flag("--save-model", "Write the model at the end (background.gmm).");
        Option<bool> mask = Flag("--mask", "Write the masks as a lossless video (mask.mkv, FFV1).");
        Option<string?> masks = new("--masks") { Description = "Write each mask into this folder (bin000001.png and so on, by number of the frame).", HelpName = "dir" };
        Option<bool> overlay = Flag("--overlay", "Write the video with boxes, state and time drawn in (overlay.mp4, H.264).");
        Option<bool> tracks = Flag("--tracks", "Write where every object was: a line of JSON for each frame and object, with its box in pixels (tracks.jsonl).");
        Option<bool> trajectories = Flag("--trajectories", "Draw the way of every object into the picture of an event; a square is where it ends.");
        Option<bool> clips = Flag("--clips", "Cut a clip for every event out of a file, as it is and with its sound; it begins at the key frame before. With --privacy it is encoded again, the box around each such zone black.");
        Option<string?> joined = new("--joined") { Description = "Write one video of all events, of all inputs in their order; it cuts the clips too. Copied where all are of one kind, else encoded in the size of the first one, without sound.", HelpName = "file" };
        Option<bool> timecode = Flag("--timecode", "Draw the time into each picture of the clips: of the video, or with --clock the day and time. They are encoded again then, and begin with the event's own first picture.");
        Option<string?> clock = CollectCommand.Clock();
        Option<bool> json = Flag("--json", "Print a line of JSON on stdout for each event as it ends.");

        Command command = new("detect", "Find motion in videos: events, their pictures and clips, masks, the background, a heatmap.")
        {
            inputs, output, preset, reader,
            threshold, minArea, maxArea, smartMask, minLength, maxLength, mergeWindow, before, after, zones, nearZones, exclude, privacy,
            start, end, every, height, skim, jobs, threads, model,
            saveModel, mask, masks, overlay, tracks, trajectories, clips, joined, timecode, json, resume, clock,
        };
        list.AddTo(command);
        reading.AddTo(command);
        command.SetAction((parse, cancellation) =>
        {
            MotionOptions motion = new();
            motion = motion with
            {
                Include = parse.GetValue(zones) ?? [],
                Exclude = parse.GetValue(exclude) ?? [],
                Privacy = parse.GetValue(privacy) ?? [],
                Threshold = parse.GetValue(threshold) ?? motion.Threshold,
                MinArea = parse.GetValue(minArea) ?? motion.MinArea,
                MaxArea = parse.GetValue(maxArea) ?? motion.MaxArea,
                SmartMask = parse.GetValue(smartMask),
                MinDuration = parse.GetValue(minLength) ?? motion.MinDuration,
                MaxDuration = parse.GetValue(maxLength) ?? motion.MaxDuration,
                MergeWindow = parse.GetValue(mergeWindow) ?? motion.MergeWindow,
                PreRoll = parse.GetValue(before) ?? motion.PreRoll,
                PostRoll = parse.GetValue(after) ?? motion.PostRoll,
            };
            DetectOptions options = new()
            {
                Output = parse.GetValue(output)!,
                Preset = parse.GetValue(preset) ?? Preset.Balanced,
                Reader = parse.GetValue(reader) ?? Reader.Auto,
                Motion = motion,
                NearZones = parse.GetValue(nearZones),
                Source = reading.Read(parse, new SourceOptions { Start = parse.GetValue(start), End = parse.GetValue(end), Every = parse.GetValue(every) ?? 1, WorkingHeight = parse.GetValue(height) ?? DefaultHeight() }),
                Threads = parse.GetValue(threads) ?? 0,
                // How many parts pay depends on the machine, and parts on the result: a list has one on all machines.
                Jobs = parse.GetValue(jobs) ?? (list.IsList(parse) ? 1 : null),
                Resume = parse.GetValue(resume),
                Clock = parse.GetValue(clock) is string pattern ? Archive.ClockPattern.Parse(pattern) : null,
                Skim = parse.GetValue(skim),
                Model = parse.GetValue(model),
                SaveModel = parse.GetValue(saveModel),
                MaskVideo = parse.GetValue(mask),
                MaskImages = parse.GetValue(masks),
                Overlay = parse.GetValue(overlay),
                Tracks = parse.GetValue(tracks),
                Trajectories = parse.GetValue(trajectories),
                Clips = parse.GetValue(clips) || parse.GetValue(joined) is not null,
                Joined = parse.GetValue(joined),
                Timecode = parse.GetValue(timecode),
                JsonLines = parse.GetValue(json),
            };
            options.Validate();
            if (options.Joined is string file && (list.IsList(parse) || Path.GetExtension(file).ToLowerInvariant() is not (".mp4" or ".mkv" or ".mov" or ".m4v" or ".avi")))
                throw UserError.Usage(list.IsList(parse)
                    ? "--joined is of the inputs of one command; those of a list are done by many, so leave it out."
                    : $"--joined needs the name of a video, .mp4, .mkv, .mov, .m4v or .avi, not '{file}'.");
            if (options.Joined is string target)
                Folders.Require(Path.GetDirectoryName(Path.GetFullPath(target))!, "--joined");

            // Masks and models are of the video's own size unless asked for otherwise; events are found as well in less.
            WorkingHeight DefaultHeight() => parse.GetValue(mask) || parse.GetValue(masks) is not null || parse.GetValue(overlay) || parse.GetValue(model) is not null || parse.GetValue(saveModel)
                ? WorkingHeight.Full
                : WorkingHeight.Auto;

            string[] words = parse.GetValue(inputs) ?? [];
            if (words.Length == 0 && !list.HasManifest(parse))
                throw UserError.Usage("there is nothing to look at: give at least one INPUT, or a list of them with --manifest.");
            IReadOnlyList<JobInput> all = InputList.Expand(words, list.ReadManifest(parse, withOptions: true), options.Output);
            foreach (JobInput input in all.Where(input => input.Entry is not null))
                ValidateEntry(input, options);
            if (options.NearZones && motion.Include.Count == 0 && all.All(input => input.Entry?.Zones is null or []))
                throw UserError.Usage("--near-zones needs a --zone to stay near to.");
            DetectRun run = new(list.Share(parse, all, Archive.Shard.Weights(all)), options)
            {
                IsList = list.IsList(parse),
                Output = parse.InvocationConfiguration.Output,
                Error = parse.InvocationConfiguration.Error,
            };
            return Task.FromResult(run.Execute(cancellation));
        });
        return command;
    }

    private static void ValidateEntry(JobInput input, DetectOptions options)
    {
        if (input.Entry is { Zones: null, Exclude: null, Privacy: null, Start: null, End: null, Part: null })
            return;
        try
        {
            options.For(input).Validate();
        }
        catch (ArgumentException exception)
        {
            throw UserError.Usage($"the manifest, line {input.Entry!.Line}: {exception.Message}", exception);
        }
    }

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };
}
