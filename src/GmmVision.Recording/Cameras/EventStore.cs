using System.Collections.Concurrent;
using GmmVision.Ffmpeg;
using GmmVision.Recording.Clips;
using GmmVision.Recording.Events;

namespace GmmVision.Recording.Cameras;

/// <summary>All events of a camera: those under way, those of the log, and what is kept of them. Thread-safe.</summary>
/// <param name="log">The log.</param>
/// <param name="folder">Where clips and pictures are; null for nowhere.</param>
/// <param name="recordsAlways">Whether all that it sends is recorded.</param>
/// <param name="notify">Tells everybody.</param>
/// <param name="say">Takes a line for the log of the program.</param>
internal sealed class EventStore(EventLog log, ClipFolder? folder, bool recordsAlways, Action<CameraEvent> notify, Action<string> say) : ICameraArchive
{
    private readonly ConcurrentDictionary<long, CameraEvent> _underWay = new();

    /// <summary>The number of the last motion event of all runs.</summary>
    public long LastNumber => log.LastNumber;

    /// <inheritdoc/>
    public string? Folder => folder?.FullPath;

    /// <inheritdoc/>
    public bool RecordsAlways => recordsAlways;

    /// <inheritdoc/>
    public bool IsRecording(string fileName) => ClipFolder.IsRecording(fileName);

    /// <summary>An event has begun.</summary>
    public void Begin(CameraEvent begun)
    {
        _underWay[begun.Number] = begun with { Kind = CameraEventKind.Motion, Running = true };
        notify(begun);
    }

    /// <summary>Something has happened: it goes into the log, and is told.</summary>
    public void Record(CameraEvent happened)
    {
        try
        {
            log.Append(happened);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            say($"cannot write events.jsonl: {exception.Message}");
        }
        if (happened.Kind == CameraEventKind.Motion)
            _underWay.TryRemove(happened.Number, out _);
        notify(happened);
    }

    /// <inheritdoc/>
    // Those under way, or whose clips are being finished, stand in front of what the log has.
    public IReadOnlyList<CameraEvent> Events(EventSelection wanted)
    {
        CameraEvent[] underWay = [.. _underWay.Values.Where(wanted.Takes).OrderByDescending(happened => happened.Number)];
        IReadOnlyList<CameraEvent> known = [.. log.Read(wanted with { IsWanted = wanted.IsWanted is { } isWanted ? happened => isWanted(WithMark(happened)) : null }).Select(WithMark)];
        return underWay.Length == 0 ? known : [.. underWay.Where(running => !known.Any(happened => happened.Number == running.Number)).Concat(known).Take(wanted.Count)];
    }

    /// <inheritdoc/>
    public CameraEvent? Keep(long number, bool kept)
    {
        if (folder is null || log.Find(number) is not { } happened)
            return null;
        folder.Keep(ClipFolder.NameOf(happened.Start, number), kept);
        return WithMark(happened);
    }

    /// <inheritdoc/>
    public bool Delete(long number)
    {
        if (log.Find(number) is not { } happened)
            return false;
        // The line first: what is gone from the list without its files goes with the next clearing, a line without files would stay.
        log.Delete(happened);
        folder?.Remove(ClipFolder.NameOf(happened.Start, number));
        return true;
    }

    /// <inheritdoc/>
    public Func<Stream, CancellationToken, Task>? ClipSoFar(long number) =>
        folder is not null && _underWay.TryGetValue(number, out CameraEvent? running) && folder.PartPath(ClipFolder.NameOf(running.Start, number)) is string part && File.Exists(part)
            ? (target, cancellation) => ClipRemuxer.ToFragmentsAsync(part, target, cancellation)
            : null;

    /// <inheritdoc/>
    public IReadOnlyList<RecordedStretch> Stretches() => folder?.Stretches() ?? [];

    /// <inheritdoc/>
    public Func<Stream, CancellationToken, Task>? Recorded(DateTimeOffset from, TimeSpan length)
    {
        RecordedStretch[] wanted = [.. Stretches().Where(stretch => stretch.Start < from + length && stretch.End > from)];
        if (wanted.Length == 0)
            return null;
        TimeSpan skip = from > wanted[0].Start ? from - wanted[0].Start : TimeSpan.Zero, left = from > wanted[0].Start ? length : length - (wanted[0].Start - from);
        return (target, cancellation) => ClipRemuxer.ToFragmentsAsync([.. wanted.Select(stretch => Path.Combine(folder!.FullPath, stretch.File))], skip, left, target, cancellation);
    }

    private CameraEvent WithMark(CameraEvent happened) =>
        happened.Kind == CameraEventKind.Motion && folder?.IsKept(ClipFolder.NameOf(happened.Start, happened.Number)) == true ? happened with { Kept = true } : happened;
}
