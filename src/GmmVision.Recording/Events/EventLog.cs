using System.Text;
using GmmVision.Ffmpeg;

namespace GmmVision.Recording.Events;

/// <summary>A file of events, one line of JSON each, that holds whole lines only, whatever ended the program.</summary>
/// <remarks>
/// A line is written in one piece and flushed to the disk before <see cref="Append"/> returns; events are rare. A last
/// line that a kill tore is cut off when the file is opened next. Thread-safe.
/// </remarks>
public sealed class EventLog : IDisposable
{
    private const int KeptInMemory = 2000;
    private readonly Lock _lock = new();
    private readonly FileStream? _claim;
    private FileStream? _file;
    private readonly LinkedList<CameraEvent> _recent = new();      // newest first

    // What sets a clock by less is a time server at work.
    private static readonly TimeSpan LeastJump = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock;
    private readonly ClockWatch _watch;
    private string? _jump;      // what an entry has to say before the next one

    private EventLog(FileStream? file, FileStream? claim, TimeProvider? clock)
    {
        (_file, _claim, _clock) = (file, claim, clock ?? TimeProvider.System);
        _watch = new ClockWatch(_clock, LeastJump);
    }

    /// <summary>A log that lives in memory only.</summary>
    public static EventLog InMemory() => new(null, null, null);

    /// <summary>Opens or makes the file, and repairs its end.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="clock">The system's unless given.</param>
    /// <exception cref="IOException">It cannot be written, or another process has it open.</exception>
    public static EventLog Open(string path, TimeProvider? clock = null)
    {
        // A file of its own says that somebody writes here: the log itself must stay readable for others.
#pragma warning disable CA2000      // the log owns both files, or they are closed below
        FileStream claim = new(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
#pragma warning restore CA2000
        EventLog log;
        try
        {
#pragma warning disable CA2000      // the log owns it
            log = new EventLog(OpenFile(path), claim, clock);
#pragma warning restore CA2000
        }
        catch
        {
            claim.Dispose();
            throw;
        }
        try
        {
            log.ReadAll();
        }
        catch
        {
            log.Dispose();
            throw;
        }
        return log;
    }

    /// <summary>The highest number of a motion event so far.</summary>
    public long LastNumber { get; private set; }

    /// <summary>Lines in the middle of the file that are no events: somebody else wrote there. They are left alone.</summary>
    public int ForeignLines { get; private set; }

    /// <summary>Bytes of a torn last line that were cut off.</summary>
    public int TornBytes { get; private set; }

    /// <summary>Adds a line; in front of it another where the system's clock was set since the last one, since the order of lines is that of events, whatever their times say.</summary>
    /// <exception cref="IOException">It could not be written; nothing of it is left in the file, but it is in memory.</exception>
    public void Append(CameraEvent happened)
    {
        lock (_lock)
        {
            if (_watch.Look() is TimeSpan jump)
                _jump = $"the clock was set {ClockWatch.Text(jump)}, or the machine slept";
            if (_jump is string told)
            {
                _jump = null;
                Write(new CameraEvent { Kind = CameraEventKind.ClockSet, Camera = happened.Camera, Start = _clock.GetUtcNow(), Message = told });
            }
            Write(happened);
        }
    }

    private void Write(CameraEvent happened)
    {
        Remember(happened);
        if (_file is null)
            return;
        long end = _file.Length;
        try
        {
            _file.Position = end;
            _file.Write(Encoding.UTF8.GetBytes(happened.ToJson() + "\n"));
            _file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            _file.SetLength(end);
            throw;
        }
    }

    /// <summary>The newest events that began before a time, newest first.</summary>
    public IReadOnlyList<CameraEvent> Recent(int count, DateTimeOffset? before = null)
    {
        lock (_lock)
            return [.. _recent.Where(happened => before is null || happened.Start < before).Take(count)];
    }

    /// <summary>A motion event that is remembered; null where there is none of this number.</summary>
    public CameraEvent? Find(long number)
    {
        lock (_lock)
            return _recent.FirstOrDefault(happened => happened.Kind == CameraEventKind.Motion && happened.Number == number);
    }

    /// <summary>Takes a motion event out of the list: a line says that it is deleted, for lines are never changed.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Delete(CameraEvent happened) =>
        Append(new CameraEvent { Kind = CameraEventKind.Deleted, Camera = happened.Camera, Number = happened.Number, Start = _clock.GetUtcNow() });

    /// <summary>Drops the lines of events that began before a time.</summary>
    /// <param name="time">The time.</param>
    /// <param name="isKept">Events whose lines stay whatever their age; null: none.</param>
    /// <returns>How many were dropped.</returns>
    public int RemoveBefore(DateTimeOffset time, Predicate<CameraEvent>? isKept = null)
    {
        lock (_lock)
        {
            for (LinkedListNode<CameraEvent>? node = _recent.Last; node is not null && node.Value.Start < time;)
            {
                LinkedListNode<CameraEvent>? newer = node.Previous;
                if (isKept?.Invoke(node.Value) != true)
                    _recent.Remove(node);
                node = newer;
            }
            if (_file is null)
                return 0;
            // Lines are in order of their ends, so the old ones are in front.
            _file.Position = 0;
            long keepFrom = 0;
            int removed = 0;
            using MemoryStream kept = new();
            foreach ((byte[] line, long next) in EventLines.Of(_file!))
            {
                if (EventLines.TryParse(line) is not { } happened || happened.Start >= time)
                    break;
                keepFrom = next;
                if (isKept?.Invoke(happened) != true)
                {
                    removed++;
                    continue;
                }
                kept.Write(line);
                kept.WriteByte((byte)'\n');
            }
            if (removed > 0)
                CutFront(keepFrom, kept.ToArray());
            return removed;
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _claim?.Dispose();
    }

    // The file is rewritten in place through a copy beside it: a kill in between leaves either the old lines (the copy is
    // removed at the next start) or the new ones, never a mixture, because a rename is one step.
    private void CutFront(long keepFrom, byte[] kept)
    {
        string path = _file!.Name;
        byte[] rest = new byte[_file.Length - keepFrom];
        _file.Position = keepFrom;
        _file.ReadExactly(rest);
        OutputFile.Write(path, copy =>
        {
            copy.Write(kept);
            copy.Write(rest);
        }, isDurable: true);
        _file.Dispose();
        _file = OpenFile(path);
    }

    private static FileStream OpenFile(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = FileShare.Read,
        BufferSize = 1 << 16,
    });

    private void ReadAll()
    {
        // Of the lines of years only the last are kept; of all others it is enough to know their numbers, which needs no reading of each.
        Queue<byte[]> last = new(KeptInMemory + 1);
        long end = 0;
        foreach ((byte[] line, long next) in EventLines.Of(_file!))
        {
            end = next;
            last.Enqueue(line);
            if (last.Count > KeptInMemory)
                Pass(last.Dequeue());
        }
        foreach (byte[] line in last)
        {
            if (EventLines.TryParse(line) is { } happened)
                Remember(happened);
            else if (line.Length > 0)
                ForeignLines++;
        }
        if (_recent.First?.Value is { } newest && newest.Start - _clock.GetUtcNow() is { } ahead && ahead > LeastJump)
            _jump = $"the clock is {ClockWatch.Text(-ahead).Replace(" back", "", StringComparison.Ordinal)} behind the entry before";
        TornBytes = (int)(_file!.Length - end);
        if (TornBytes > 0)
        {
            _file.SetLength(end);
            _file.Flush(flushToDisk: true);
        }
    }

    private void Pass(ReadOnlySpan<byte> line)
    {
        if (EventLines.NumberOf(line) is long number)
            LastNumber = Math.Max(LastNumber, number);
        else if (EventLines.TryParse(line) is { } happened)
            LastNumber = Math.Max(LastNumber, happened.Number);
        else if (line.Length > 0)
            ForeignLines++;
    }

    private void Remember(CameraEvent happened)
    {
        if (happened.Kind == CameraEventKind.Deleted)
        {
            if (_recent.FirstOrDefault(one => one.Kind == CameraEventKind.Motion && one.Number == happened.Number) is { } deleted)
                _recent.Remove(deleted);
            return;
        }
        _recent.AddFirst(happened);
        if (_recent.Count > KeptInMemory)
            _recent.RemoveLast();
        LastNumber = Math.Max(LastNumber, happened.Number);
    }
}
