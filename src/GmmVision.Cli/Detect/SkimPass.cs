using GmmVision.Ffmpeg;
using GmmVision.Motion;

namespace GmmVision.Cli.Detect;

/// <summary>
/// Looks at key frames first, which cost little since they need no others, and then at every frame only around key frames
/// with motion: from the still key frame in front until nothing moves any more.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="frameRate">Frames a second.</param>
/// <param name="options">With zones in the video's own pixels.</param>
internal sealed class SkimPass(FfmpegFrameSource file, double frameRate, DetectOptions options) : Pieces(file, frameRate, options)
{
    // A model knows a still background after this, see "learning starts at once": motion earlier than that means that a stretch begins too late.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3), Margin = TimeSpan.FromSeconds(0.5);

    // Fewer say too little of what happens between them, and a video as short as that is soon looked at.
    private const int FewestKeyFrames = 10;

    private readonly record struct KeyFrame(TimeSpan Time, bool Moves);

    private readonly List<KeyFrame> _keys = [];
    private readonly List<(TimeSpan From, TimeSpan To)> _stretches = [];

    /// <inheritdoc/>
    public override Findings Find(PieceGatherer gatherer, Action? seen, CancellationToken cancellation)
    {
        using SharpThumbnails pictures = gatherer.MakePictures();
        using StretchScan keyScan = new(File, Options.Source with { KeyFramesOnly = true }, TimeSpan.Zero, Options, 1, cancellation);
        List<SeenFrame> keys = [];
        Exception? failure = ReadKeys(keyScan, keys);
        RequireFit(keyScan.IsMended, failure);
        if (_keys.Count < FewestKeyFrames && failure is null)
            throw new IndivisibleException($"'{File.Name}' has {_keys.Count} key {(_keys.Count == 1 ? "frame" : "frames")}, too few to skim by");
        if (File.FrameRate <= 0 || 2 * _keys.Count >= File.FrameCount)
            throw new IndivisibleException($"'{File.Name}' has hardly more frames than key frames, so skimming spares nothing");
        using (Progress progress = new($"{File.Name}: around motion", _keys.Count, "key frames"))
        {
            int moving;
            while (!cancellation.IsCancellationRequested && (moving = NextMoving()) >= 0)
            {
                progress.Report(moving);
                Exception? broken = LookAround(moving, gatherer, cancellation);
                RequireFit(false, broken);
                failure ??= broken;
            }
        }
        if (cancellation.IsCancellationRequested)
            failure ??= new OperationCanceledException(cancellation);
        foreach (SeenFrame key in keys)
        {
            if (key.Change is { } change && !_stretches.Exists(stretch => change.Time >= stretch.From && change.Time <= stretch.To))
                gatherer.Add(change with { Frame = (long)Math.Round(change.Time.TotalSeconds * FrameRate) });
        }
        seen?.Invoke();
        TimeSpan looked = _stretches.Aggregate(TimeSpan.Zero, (sum, stretch) => sum + (stretch.To - stretch.From));
        Findings found = gatherer.Finish(keyScan.CopyBackground(), failure, isRestlessKnown: looked > 0.8 * (_keys[^1].Time - _keys[0].Time));
        int alone = _keys.Count(key => !_stretches.Exists(stretch => key.Time >= stretch.From && key.Time <= stretch.To));
        SkimReport skim = new(_keys.Count, LongestInterval(toEnd: failure is null));
        return found with { Frames = found.Frames + alone, Skim = skim, Notes = [.. found.Notes, skim.Note()] };
    }

    private Exception? ReadKeys(StretchScan scan, List<SeenFrame> keys)
    {
        using Progress progress = new($"{File.Name}: key frames", null, "key frames");
        Exception? failure = scan.Run(frames =>
        {
            keys.AddRange(frames);
            progress.Report(keys.Count);
        });
        _keys.AddRange(keys.Select(key => new KeyFrame(key.Motion.Time, key.Motion.Score >= Options.Motion.Threshold)));
        return failure;
    }

    private TimeSpan Known => _stretches.Count > 0 ? _stretches[^1].To : TimeSpan.MinValue;

    // The first key frame with motion behind all that was looked at; -1 for none.
    private int NextMoving() => _keys.FindIndex(key => key.Moves && key.Time > Known);

    private Exception? LookAround(int moving, PieceGatherer gatherer, CancellationToken cancellation)
    {
        TimeSpan known = Known;
        int from = StillBefore(moving, known);
        for (int back = 1; ; back *= 2)
        {
            bool isFirst = from == 0 || _keys[from - 1].Time <= known;
            try
            {
                (bool isLate, Exception? failure) = Look(from, moving, known, isFirst, gatherer, cancellation);
                if (!isLate)
                    return failure;
            }
            catch (Exception exception) when (exception is FfmpegException or OperationCanceledException)
            {
                // Damage there costs this stretch, an interruption those behind it; what was found in front is kept.
                _stretches.Add((_keys[from].Time, _keys[moving].Time));
                return exception;
            }
            // What moves for long is not looked at again for each of its key frames.
            for (int i = 0; i < back; i++)
                from = StillBefore(from, known);
        }
    }

    // The last key frame that leaves the model time to settle; never inside what was looked at.
    private int StillBefore(int key, TimeSpan known)
    {
        int from = key;
        while (from > 0 && _keys[from - 1].Time > known && (from == key || _keys[key].Time - _keys[from].Time < 2 * Settling))
            from--;
        return from;
    }

    /// <summary>Looks at all frames from a key frame on, until nothing moves and no key frame near moves either.</summary>
    /// <returns>Whether it moves from the beginning, so that all is to be looked at again from an earlier one; why the source ended early.</returns>
    private (bool IsLate, Exception? Failure) Look(int from, int moving, TimeSpan known, bool isFirst, PieceGatherer gatherer, CancellationToken cancellation)
    {
        TimeSpan begin = _keys[from].Time > known ? _keys[from].Time : known, last = _keys[moving].Time, until = begin;
        TimeSpan quiet = Margin + (Options.Motion.MergeWindow > Options.Motion.PostRoll ? Options.Motion.MergeWindow : Options.Motion.PostRoll);
        bool isLate = false;
        List<SeenFrame> waiting = [];
        // A hair before its time: the seek rounds.
        TimeSpan start = begin - TimeSpan.FromMilliseconds(1);
        using StretchScan scan = new(File, Options.Source with { Start = start > TimeSpan.Zero ? start : null }, start, Options, FrameRate, cancellation);
        Exception? failure = scan.Run(Tell, IsEnough);
        RequireFit(scan.IsMended, failure);
        if (isLate)
            return (true, null);
        gatherer.Add(waiting);
        gatherer.Join(scan);
        _stretches.Add((begin, until));
        return (false, failure);

        void Tell(IReadOnlyList<SeenFrame> frames)
        {
            waiting.AddRange(frames.Where(frame => frame.Motion.Time > known));
            if (until - begin < Settling)
                return;
            gatherer.Add(waiting);
            waiting.Clear();
        }

        bool IsEnough(FrameResult result)
        {
            until = result.Time;
            bool moves = result.Score >= Options.Motion.Threshold;
            if (moves && result.Time - begin < Settling && !isFirst)
                return isLate = true;
            if (moves && result.Time > last)
                last = result.Time;
            int next = _keys.FindIndex(key => key.Time > result.Time);
            bool goesOn = next >= 0 && _keys[next].Moves;
            return !goesOn && result.State == EventState.Quiet && result.Time >= last + quiet;
        }
    }

    private TimeSpan LongestInterval(bool toEnd)
    {
        TimeSpan longest = TimeSpan.Zero;
        for (int i = 1; i < _keys.Count; i++)
            longest = _keys[i].Time - _keys[i - 1].Time > longest ? _keys[i].Time - _keys[i - 1].Time : longest;
        if (toEnd && Options.Source.End is null && File.Info!.Duration is TimeSpan end && end - _keys[^1].Time > longest)
            longest = end - _keys[^1].Time;
        return longest;
    }
}
