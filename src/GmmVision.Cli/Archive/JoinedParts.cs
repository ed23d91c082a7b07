using GmmVision.Motion;

namespace GmmVision.Cli.Archive;

/// <summary>Finds the events of an input that was looked at in parts, from what moved in each frame of every part.</summary>
internal static class JoinedParts
{
    /// <summary>Joins the parts of each input; results that are no parts stay as they are.</summary>
    /// <param name="archive">The folder.</param>
    /// <param name="results">In order of their names.</param>
    public static IReadOnlyList<ArchiveResult> Join(string archive, IEnumerable<ArchiveResult> results)
    {
        List<ArchiveResult> joined = [];
        Dictionary<string, List<ArchiveResult>> parts = [];
        foreach (ArchiveResult result in results)
        {
            if (result.Part is null)
                joined.Add(result);
            else if (parts.TryGetValue(FolderOf(result), out List<ArchiveResult>? known))
                known.Add(result);
            else
                parts.Add(FolderOf(result), [result]);
        }
        foreach ((string name, List<ArchiveResult> each) in parts)
            joined.Add(Join(archive, name, [.. each.OrderBy(part => part.Part!.Number)]));
        return joined;
    }

    private static string FolderOf(ArchiveResult part) => part.Name[..Math.Max(0, part.Name.LastIndexOf('/'))];

    private static ArchiveResult Join(string archive, string name, ArchiveResult[] parts)
    {
        ArchiveResult first = parts[0];
        int count = first.Part!.Count;
        List<string> problems = [];
        int[] missing = [.. Enumerable.Range(1, count).Except(parts.Select(part => part.Part!.Number))];
        if (missing.Length > 0)
            problems.Add($"{(missing.Length == 1 ? "part" : "parts")} {string.Join(", ", missing.Take(10))}{(missing.Length > 10 ? ", ..." : "")} of {count} {(missing.Length == 1 ? "is" : "are")} not there");
        if (parts.Any(part => part.Part!.Count != count || part.Motion != first.Motion))
            problems.Add("its parts were not looked at with the same settings");
        List<ArchiveEvent> events = [];
        long frames = 0;
        EventDetector? detector = null;
        try
        {
            for (int i = 0; i < parts.Length; i++)
            {
                // Across a gap nothing can be said to be one event.
                if (detector is not null && parts[i].Part!.Number != parts[i - 1].Part!.Number + 1)
                    End();
                detector ??= new EventDetector(first.FrameRate > 0 ? first.FrameRate : 25, first.MotionOptions);
                foreach (FrameMotion frame in FrameLog.Read(Path.Combine(archive, parts[i].Name, FrameLog.FileName), frames))
                {
                    detector.Step(frame, out _, out MotionEvent? ended);
                    frames++;
                    if (ended is not null)
                        events.Add(Tell(ended));
                }
            }
            End();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            problems.Add(exception.Message);
        }
        return first with
        {
            Name = name,
            Part = null,
            Frames = frames,
            Fingerprint = problems.Count == 0 && parts.All(part => part.Problem is null) && first.Fingerprint is not null ? first.Fingerprint with { Parameters = $"{first.Motion}/{count}" } : null,
            Problem = problems.Count == 0 ? null : string.Join("; ", problems),
            Events = events,
        };

        void End()
        {
            if (detector?.Finish() is MotionEvent last)
                events.Add(Tell(last));
            detector = null;
        }

        // The picture is that of the part in which the peak lies; its own event there has the same peak, or one near.
        ArchiveEvent Tell(MotionEvent motion)
        {
            double peak = Math.Round(motion.PeakTime.TotalSeconds, 3);
            ArchiveResult? of = parts.LastOrDefault(part => part.Skipped <= peak + 1e-3) ?? first;
            ArchiveEvent? shown = of.Events.Where(each => each.Thumbnail is not null && each.End >= motion.Start.TotalSeconds && each.Start <= motion.End.TotalSeconds).MinBy(each => Math.Abs(each.PeakSeconds - peak));
            return new ArchiveEvent(events.Count + 1, Math.Round(motion.Start.TotalSeconds, 3), Math.Round(motion.End.TotalSeconds, 3), Math.Round(motion.PeakScore, 6), peak,
                (motion.Box.X, motion.Box.Y, motion.Box.Width, motion.Box.Height), [.. motion.Zones], shown is null ? null : $"{of.Name[(name.Length > 0 ? name.Length + 1 : 0)..]}/{shown.Thumbnail}", null);
        }
    }
}
