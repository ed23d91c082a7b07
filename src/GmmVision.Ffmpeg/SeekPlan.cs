namespace GmmVision.Ffmpeg;

/// <summary>Where to begin decoding so that the first wanted frame is among what comes: nearest first, each next one earlier, the beginning (null) last.</summary>
/// <remarks>A container without an index lands anywhere near what it is asked for, often behind the last key frame before.</remarks>
internal static class SeekPlan
{
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(30), Step = TimeSpan.FromSeconds(15), FarStep = TimeSpan.FromSeconds(60);

    public static IReadOnlyList<TimeSpan?> For(SourceInput input, SourceOptions options)
    {
        if (options.Start is not TimeSpan start)
            return [null];
        if (input.Info is not MediaInfo info)
            return [start];      // it can be opened only once, or seeks exactly
        if (info.HasNoTimes || (info.HasNoIndex && start <= Near))
            return [null];
        return [start, .. start > Step ? (TimeSpan?[])[start - Step] : [], .. start > FarStep ? (TimeSpan?[])[start - FarStep] : [], null];
    }
}
