using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Scenes.Still;

namespace GmmVision.Benchmarks.Blindness;

/// <summary>One scene, straight through the pipeline, judged frame by frame against the truth.</summary>
internal static class BlindnessRun
{
    // 0.5: most of the walker. 0.05: a false region of that size hides whoever walks there.
    private const double LeastRecall = 0.5, MostFalse = 0.05;
    // Twenty seconds, and no fewer frames than the history: a background that is only half learnt gives way too easily.
    private const double SettledSeconds = 20, SettledFrames = 500;

    /// <summary>Renders and measures.</summary>
    /// <param name="kind">What happens.</param>
    /// <param name="seed">Of the scene.</param>
    /// <param name="frameRate">Frames a second.</param>
    /// <param name="preset">Of the pipeline.</param>
    /// <param name="after">Seconds after the disturbance.</param>
    /// <param name="brightness">How bright all of it is: 1 as rendered; by night a part of that, with a sensor's noise of a grey level.</param>
    /// <param name="dump">Receives pictures; null for none.</param>
    public static BlindnessResult Measure(DisturbanceKind kind, int seed, double frameRate, Preset preset, double after, double brightness = 1, FrameDump? dump = null)
    {
        Random night = new(seed);
        DisturbedScene scene = Disturbances.Make(kind, seed, Math.Max(SettledSeconds, SettledFrames / frameRate), after);
        var format = new FrameFormat(DisturbedScene.Width, DisturbedScene.Height, PixelLayout.Yuv420);
        ForegroundOptions foreground = ForegroundOptions.For(preset);
        foreground = foreground with { Background = foreground.Background with { Threads = 1 } };
        using MotionPipeline pipeline = new(format, frameRate, new PipelineOptions { Preset = preset, Foreground = foreground });
        var frame = new Frame(format);
        var result = new FrameResult(format);
        var truth = new Truth(format.Width, format.Height);
        Recovery before = new(), since = new(), later = new();
        var events = new List<MotionEvent>();
        double falseArea = 0, seconds = 1 / frameRate, from = scene.IsGradual ? scene.Start : scene.End;
        for (int number = 0; number * seconds < scene.End + after; number++)
        {
            double time = number * seconds;
            bool visible = scene.Render(number, time, frame, truth);
            if (brightness < 1)
                Dim(frame, brightness, night);
            (frame.Number, frame.Time) = (number, TimeSpan.FromSeconds(ClockTime(scene, time)));
            pipeline.Process(frame, result);
            if (result.Ended is { } ended)
                events.Add(ended);
            bool isFalse = result.Motion.Count() - Truth.CountBoth(result.Motion, truth.Objects) > MostFalse * format.PixelCount;
            bool found = !isFalse && Truth.CountBoth(result.Motion, truth.Distinct) >= LeastRecall * truth.Distinct.Count();
            if (time >= from && isFalse)
                falseArea += seconds;
            if (visible && time < scene.Start && time > SettledSeconds / 4)
                before.Add(found, seconds);
            if (visible && time >= from)
                since.Add(found, seconds);
            if (visible && time >= from + 2)
                later.Add(found, seconds);
            dump?.Add(scene, frame, truth, result, time, visible, found);
        }
        if (pipeline.Finish() is { } last)
            events.Add(last);

        (double Start, double End)[] told = [.. events.Select(e => (ClockTime(scene, e.Start.TotalSeconds, -1), ClockTime(scene, e.End.TotalSeconds, -1)))];
        Walker[] walks = [.. scene.Walkers.Where(walker => walker.Enter > from + 1 && walker.Leave < scene.End + after)];
        double blind = scene.IsGradual || kind == DisturbanceKind.None ? since.LongestBlindness : since.FirstBlindness;
        return new BlindnessResult
        {
            Kind = kind,
            Seed = seed,
            FrameRate = frameRate,
            Blind = blind,
            IsBlindToTheEnd = since.Total > 0 && since.FirstBlindness >= since.Total,
            FalseArea = falseArea,
            FalseEvent = LongestFalseEvent(told, scene, scene.End + after),
            Walks = walks.Length,
            MissedWalks = walks.Count(walk => !told.Any(e => e.Start < walk.Leave && e.End > walk.Enter)),
            FoundBefore = before.FoundShare,
            FoundAfter = later.FoundShare,
            MissedTruck = scene.Truck is not null && !told.Any(e => e.Start < scene.End && e.End > scene.Start),
        };
    }

    private static void Dim(Frame frame, double brightness, Random noise)
    {
        for (int plane = 0; plane < 3; plane++)
        {
            int black = plane == 0 ? 16 : 128;
            for (int y = 0; y < frame.Format.PlaneHeight(plane); y++)
                foreach (ref byte sample in frame.Row(plane, y))
                    sample = (byte)Math.Clamp(Math.Round(black + brightness * (sample - black)) + noise.Next(-1, 2), 0, 255);
        }
    }

    // The clock of the frames runs on while the camera sends nothing; the scene's does not.
    private static double ClockTime(DisturbedScene scene, double time, int sign = 1) =>
        time + (time >= scene.Start && scene.Gap > 0 ? sign > 0 ? scene.Gap : -Math.Min(scene.Gap, time - scene.Start) : 0);

    private static double LongestFalseEvent((double Start, double End)[] told, DisturbedScene scene, double until)
    {
        const double Settling = 5;
        double longest = 0, at = scene.End + Settling;
        // Pauses: from the last walker who has left to the next who comes.
        foreach (Walker? next in scene.Walkers.OrderBy(walker => walker.Enter).Append(null))
        {
            double comes = next?.Enter ?? until;
            foreach ((double start, double end) in told)
                longest = Math.Max(longest, Math.Min(end, comes) - Math.Max(start, at));
            at = Math.Max(at, next?.Leave ?? until);
        }
        return longest;
    }
}
