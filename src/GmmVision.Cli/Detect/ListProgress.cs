using System.Diagnostics;
using System.Globalization;
using GmmVision.Cli.Archive;

namespace GmmVision.Cli.Detect;

/// <summary>Tells how far a long list is: a line for each input that is finished, and a summary at the end.</summary>
internal sealed class ListProgress
{
    private readonly IReadOnlyList<JobInput> _inputs;
    private readonly bool _isJson;
    private readonly TextWriter _output, _error;
    private readonly Dictionary<string, long> _weights;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _weightLeft, _weightDone;
    private int _finished, _done, _skipped, _failed, _events;
    private TimeSpan _seen;

    /// <param name="inputs">All that there is to do.</param>
    /// <param name="isJson">Whether stdout gets lines of JSON; the lines for people go to stderr then.</param>
    /// <param name="output">Stdout.</param>
    /// <param name="error">Stderr.</param>
    public ListProgress(IReadOnlyList<JobInput> inputs, bool isJson, TextWriter output, TextWriter error)
    {
        (_inputs, _isJson, _output, _error) = (inputs, isJson, output, error);
        _weights = inputs.ToDictionary(input => input.Name, Shard.Weights(inputs));
        _weightLeft = _weights.Values.Sum();
    }

    /// <summary>An input's results were there already.</summary>
    public void Skipped(JobInput input)
    {
        _skipped++;
        _weightLeft -= _weights[input.Name];
        _finished++;
        Json(input, "skipped", null);
    }

    /// <summary>An input came to its end, whole or not.</summary>
    public void Finished(JobInput input, JobResult result)
    {
        string status = result.Problem is null ? result.Report.Status.ToString().ToLowerInvariant() : "failed";
        if (status == "failed")
            _failed++;
        else if (result.Report.Status == JobStatus.Complete)
            _done++;
        _events += result.Report.Events.Count;
        if (result.Report.FrameRate > 0)
            _seen += TimeSpan.FromSeconds(result.Report.Frames / result.Report.FrameRate);
        string end = result.Problem is string problem ? $", but {problem}" : status == "complete" ? "" : $", {status}";
        Count(input, string.Create(CultureInfo.InvariantCulture, $"{result.Found} in {result.Report.Frames} frames, {result.Elapsed.TotalSeconds:0.0} s{end}"));
        Json(input, status, result);
    }

    /// <summary>Nothing came of an input.</summary>
    public void Failed(JobInput input, string problem)
    {
        _failed++;
        Count(input, problem, isFailed: true);
        Json(input, "failed", null);
    }

    /// <summary>A line on all of it.</summary>
    public void End()
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        string skipped = _skipped > 0 ? $", {_skipped} were done already" : "", failed = _failed > 0 ? $", {_failed} failed" : "";
        int left = _inputs.Count - _finished;
        string open = left > 0 ? $", {left} left" : "";
        (_isJson ? _error : _output).WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_inputs.Count} inputs: {_done} done{skipped}{failed}{open}; {_events} motion events in {Clock(_seen)} of video, in {Clock(elapsed)}"));
    }

    private void Count(JobInput input, string what, bool isFailed = false)
    {
        _finished++;
        _weightDone += isFailed ? 0 : _weights[input.Name];
        _weightLeft -= _weights[input.Name];
        int left = _inputs.Count - _finished;
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        // By weight, since files differ in length; by number where they have none.
        double rest = _weightDone > 0 ? seconds * _weightLeft / _weightDone : seconds * left / Math.Max(1, _finished - _skipped);
        string rate = string.Create(CultureInfo.InvariantCulture, $"{(_finished - _skipped) / Math.Max(seconds, 1e-3) * 60:0.#} a minute");
        (_isJson ? _error : _output).WriteLine($"[{_finished}/{_inputs.Count}] {input.Name}: {what.TrimEnd('.')}; {left} left{(left > 0 ? $", {rate}, {Clock(TimeSpan.FromSeconds(rest))} left" : "")}");
    }

    private void Json(JobInput input, string status, JobResult? result)
    {
        if (!_isJson)
            return;
        _output.WriteLine(JsonLine.Of(new FinishedLine(input.Name, status, result?.Report.Events.Count, result?.Report.Frames,
            result is null ? null : Math.Round(result.Elapsed.TotalSeconds, 3), _finished, _inputs.Count), CliJson.Default.FinishedLine));
    }

    private static string Clock(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}");
}

/// <summary>A line of --json for an input of a list that is finished; events, frames and seconds where it was looked at.</summary>
internal sealed record FinishedLine(string Finished, string Status, int? Events, long? Frames, double? ElapsedSeconds, int Done, int Of);
