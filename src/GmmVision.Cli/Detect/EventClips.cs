using System.Diagnostics;
using GmmVision.Ffmpeg;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>Cuts a clip for every event out of the input, into a folder of results; a clip that cannot be cut costs that clip only.</summary>
/// <param name="input">A file.</param>
/// <param name="source">What it was read by: it knows whether the file's own times can be used.</param>
/// <param name="frameRate">Frames a second.</param>
/// <param name="folder">The folder.</param>
/// <param name="options">What must not be seen in them, and whether the time is.</param>
internal sealed class EventClips(JobInput input, FfmpegFrameSource source, double frameRate, string folder, DetectOptions options)
{
    private readonly ClipOptions _options = new()
    {
        Stream = source.Stream,
        Hidden = [.. options.Motion.Privacy.Select(zone => zone.Bounds)],
        Timecode = options.Timecode,
        Began = options.Began,
    };

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // What holds a cut as well as a whole film; clips of everything else go into Matroska, which holds every codec.
    private static readonly string[] Containers = [".mp4", ".mov", ".m4v", ".mkv", ".avi"];

    /// <summary>Cuts them one after the other.</summary>
    /// <param name="events">The events.</param>
    /// <param name="known">Called every few seconds with what is there by then.</param>
    /// <returns>The events with their clips.</returns>
    public IReadOnlyList<DetectedEvent> Cut(IReadOnlyList<DetectedEvent> events, Action<IReadOnlyList<DetectedEvent>> known)
    {
        DetectedEvent[] done = [.. events];
        long told = Stopwatch.GetTimestamp();
        for (int i = 0; i < done.Length; i++)
        {
            done[i] = Cut(done[i]);
            if (i + 1 == done.Length || Stopwatch.GetElapsedTime(told) < Pause)
                continue;
            known(done);
            told = Stopwatch.GetTimestamp();
        }
        return done;
    }

    /// <summary>One line about the clips that are missing; null where none is.</summary>
    public static string? Problem(string name, IReadOnlyList<DetectedEvent> events)
    {
        DetectedEvent[] bad = [.. events.Where(detected => detected.ClipProblem is not null)];
        return bad.Length == 0
            ? null
            : $"'{name}': {(bad.Length == 1 ? "the clip" : $"{bad.Length} clips")} of event {string.Join(", ", bad.Take(5).Select(detected => detected.Motion.Number))}{(bad.Length > 5 ? ", ..." : "")} could not be cut: {bad[0].ClipProblem} Everything else was written.";
    }

    private DetectedEvent Cut(DetectedEvent detected)
    {
        MotionEvent motion = detected.Motion;
        string extension = Path.GetExtension(input.Path).ToLowerInvariant();
        string name = DetectedEvent.FileName(motion.Number, Array.IndexOf(Containers, extension) >= 0 ? extension : ".mkv");
        try
        {
            if (source.IsMended)
                CutFrames(motion, Path.Combine(folder, name));
            else
                ClipCutter.Cut(input.Path, Path.Combine(folder, name), motion.ClipStart, motion.ClipEnd, _options);
            return detected with { Clip = name };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return detected with { ClipProblem = CommandFrame.Describe(exception) };
        }
    }

    // On a clock that was put right times are not the file's; what frames there are, and in which order, is certain.
    private void CutFrames(MotionEvent motion, string path)
    {
        long first = motion.StartFrame - Frames(motion.Start - motion.ClipStart), last = motion.EndFrame + Frames(motion.ClipEnd - motion.End);
        ClipCutter.CutFrames(input.Path, path, Math.Max(0, first), last, frameRate, _options);
    }

    private long Frames(TimeSpan time) => (long)Math.Round(time.TotalSeconds * frameRate);
}
