using System.Globalization;
using GmmVision.Foreground;
using GmmVision.Recording.Events;

namespace GmmVision.Cli.Detect;

/// <summary>What came of one input.</summary>
/// <param name="Report">What is in its events.json.</param>
/// <param name="Folder">Where its files lie.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Problem">Why the input ended early, or what of the results is missing; null where all is there, or where the user ended it.</param>
internal sealed record JobResult(EventReport Report, string Folder, TimeSpan Elapsed, string? Problem)
{
    private const int MostLines = 20;

    /// <summary>A few lines for people.</summary>
    public string Summary()
    {
        List<string> lines = [Headline()];
        foreach (DetectedEvent detected in Report.Events.Take(MostLines))
            lines.Add(Line(detected, Report.Options.Began));
        if (Report.Events.Count > MostLines)
            lines.Add($"  and {Report.Events.Count - MostLines} more in {OutputFolder.ReportName}");
        foreach (SceneChange change in Report.SceneChanges.Take(MostLines))
            lines.Add($"  at {Timecode.Of(change.Time)} {SceneWords.Describe(change)}");
        if (Report.SceneChanges.Count > MostLines)
            lines.Add($"  and {Report.SceneChanges.Count - MostLines} more changes of the scene in {OutputFolder.ReportName}");
        foreach (string note in Report.Notes)
            lines.Add($"  note: {note}");
        lines.Add($"  results in {Folder}");
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>"3 motion events".</summary>
    public string Found => Report.Events.Count switch { 0 => "no motion event", 1 => "1 motion event", int n => $"{n} motion events" };

    private string Headline()
    {
        string end = Report.Status == JobStatus.Complete ? "" : $", {Report.Status.ToString().ToLowerInvariant()}";
        return string.Create(CultureInfo.InvariantCulture, $"{Report.Input}: {Found} in {Report.Frames} frames of {Report.Format.Width}x{Report.Format.Height}{Scaled()}, {Report.Frames / Elapsed.TotalSeconds:0} frames a second{end}");
    }

    private string Scaled() => Report.Working.Height == Report.Format.Height ? "" : $" (looked at as {Report.Working.Width}x{Report.Working.Height})";

    private static string Line(DetectedEvent detected, DateTime? began) => string.Create(CultureInfo.InvariantCulture,
        $"  {detected.Motion.Number,3}  {(began is DateTime clock ? EventsDocument.Moment(clock, detected.Motion.Start)[..19].Replace('T', ' ') + "  " : "")}{Timecode.Of(detected.Motion.Start)} to {Timecode.Of(detected.Motion.End)}  {detected.Motion.Duration.TotalSeconds,7:0.0} s  peak {detected.Motion.PeakScore:0.0%} of the area");
}
