using System.Text;

namespace GmmVision.Recording.Events;

/// <summary>A file of events, one line of JSON each, that holds whole lines only, whatever ended the program.</summary>
/// <remarks>
/// Where it has grown over 4 MB its lines go to a file of their own, events-2026-10.jsonl, when a month begins; they are
/// found there all the same, and removed when it is their time. A line is written in one piece and flushed to the disk
/// before <see cref="Append"/> returns; events are rare. A last line that a kill tore is cut off when the file is opened
/// next. Thread-safe.
/// </remarks>
public sealed class EventLog : IDisposable
{
    private const long LeastToDivide = 4 << 20;
    private const int KeptInMemory = 2000;
    private const int TailBytes = 2 << 20;      // as many entries as are kept in memory have, and a half more
    private const int LastBytes = 1 << 16;      // enough to know a file's last number
    private readonly long _leastToDivide;
    private readonly Lock _lock = new();
    private readonly FileStream? _claim;
    private readonly string _path;
    private readonly EventFiles? _files;
    private FileStream? _file;
    private bool _isDisposed, _hasEarlier;      // files of earlier months
    private readonly RecentEvents _recent = new(KeptInMemory);

    // What sets a clock by less is a time server at work.
    private static readonly TimeSpan LeastJump = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock;
    private readonly ClockWatch _watch;
    private string? _jump;      // what an entry has to say before the next one
    private readonly Queue<string> _unwritten = new();      // lines that a full disk did not take, the oldest first

    private EventLog(FileStream? file, FileStream? claim, TimeProvider? clock, long leastToDivide = LeastToDivide)
    {
        (_file, _claim, _clock, _leastToDivide) = (file, claim, clock ?? TimeProvider.System, leastToDivide);
        _path = file?.Name ?? "";
        _files = file is null ? null : new EventFiles(_path);
        _watch = new ClockWatch(_clock, LeastJump);
    }

    /// <summary>A log that lives in memory only.</summary>
    public static EventLog InMemory() => new(null, null, null);

    /// <summary>Opens or makes the file, and repairs its end.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="clock">The system's unless given.</param>
    /// <exception cref="IOException">It cannot be written, or another process has it open.</exception>
    public static EventLog Open(string path, TimeProvider? clock = null) => Open(path, clock, LeastToDivide);

    internal static EventLog Open(string path, TimeProvider? clock, long leastToDivide)
    {
        // A file of its own says that somebody writes here: the log itself must stay readable for others.
#pragma warning disable CA2000      // the log owns both files, or they are closed below
        FileStream claim = new(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
#pragma warning restore CA2000
        EventLog log;
        try
        {
#pragma warning disable CA2000      // the log owns it
            log = new EventLog(OpenFile(path), claim, clock, leastToDivide);
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
    public long LastNumber => _recent.LastNumber;

    /// <summary>Lines in the middle of the file that are no events: somebody else wrote there. They are left alone.</summary>
    public int ForeignLines { get; private set; }

    /// <summary>Bytes of a torn last line that were cut off.</summary>
    public int TornBytes { get; private set; }

    /// <summary>Adds a line; in front of it another where the system's clock was set since the last one, since the order of lines is that of events, whatever their times say.</summary>
    /// <exception cref="IOException">It could not be written; nothing of it is left in the file, but it is in memory, and is written in front of the next entry that can be.</exception>
    public void Append(CameraEvent happened)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
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
        DateTimeOffset? before = _recent.Newest?.Start;
        _recent.Remember(happened);
        if (_file is null)
            return;
        _unwritten.Enqueue(happened.ToJson() + "\n");
        if (_unwritten.Count > KeptInMemory)
            _unwritten.Dequeue();
        OpenAgain();
        if (before is { } last && _file.Length >= _leastToDivide && (last.UtcDateTime.Year, last.UtcDateTime.Month) != (happened.Start.UtcDateTime.Year, happened.Start.UtcDateTime.Month))
            BeginFile(last);
        while (_unwritten.TryPeek(out string? line))
        {
            WriteLine(line);
            _unwritten.Dequeue();
        }
    }

    private void WriteLine(string line)
    {
        long end = _file!.Length;
        try
        {
            _file.Position = end;
            _file.Write(Encoding.UTF8.GetBytes(line));
            _file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            _file.SetLength(end);
            throw;
        }
    }

    // Where it was renamed or rewritten, and the new one could not be opened.
    private void OpenAgain()
    {
        if (!_file!.CanWrite)
            _file = OpenFile(_path);
    }

    // Where it cannot be renamed (somebody reads it, on Windows) it goes on to grow, and is tried again.
    private void BeginFile(DateTimeOffset last)
    {
        _file!.Dispose();
        try
        {
            File.Move(_path, _files!.NameFor(last));
            _hasEarlier = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
        _file = OpenFile(_path);
    }

    /// <summary>The events that are wanted, newest first, of those in memory and, where these do not reach, of all files; no entry waits for that.</summary>
    public IReadOnlyList<CameraEvent> Read(EventSelection wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        (bool isAll, IReadOnlyList<CameraEvent> recent) = (false, []);
        lock (_lock)
            (isAll, recent) = (IsAllInMemory || (_recent.Oldest is { } oldest && wanted.IsTooOld(oldest.Start)), [.. _recent.Newer.Where(wanted.Takes).Take(wanted.Count)]);
        return isAll || recent.Count >= wanted.Count ? recent : _files!.Read(wanted);
    }

    /// <summary>The newest events in memory that began before a time, newest first.</summary>
    public IReadOnlyList<CameraEvent> Recent(int count, DateTimeOffset? before = null)
    {
        lock (_lock)
            return [.. _recent.Newer.Where(happened => before is null || happened.Start < before).Take(count)];
    }

    /// <summary>A motion event; null where there is none of this number.</summary>
    public CameraEvent? Find(long number)
    {
        lock (_lock)
        {
            if (_recent.Find(number) is { } found)
                return found;
            if (IsAllInMemory)
                return null;
        }
        return _files!.Find(number);
    }

    private bool IsAllInMemory => _files is null || (_recent.Count < KeptInMemory && !_hasEarlier);

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
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _recent.RemoveBefore(time, isKept);
            if (_file is null)
                return 0;
            OpenAgain();
            (int removed, bool isAll) = _files!.RemoveBefore(time, isKept);
            if (!isAll)
                return removed;
            (int here, long keepFrom, byte[] kept) = EventFiles.OldLines(_file, time, isKept);
            if (here > 0)
            {
                EventFiles.Rewrite(_file, keepFrom, kept);
                _file.Dispose();
                _file = OpenFile(_path);
            }
            return removed + here;
        }
    }

    /// <summary>Closes the log.</summary>
    public void Dispose()
    {
        lock (_lock)
            _isDisposed = true;
        _file?.Dispose();
        _claim?.Dispose();
    }

    private static FileStream OpenFile(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.OpenOrCreate,
        Access = FileAccess.ReadWrite,
        Share = FileShare.Read,
        BufferSize = 0,      // a line that a full disk does not take must not wait in a buffer
    });

    private void ReadAll()
    {
        // Of the lines of years only the last are kept; of all others it is enough to know their numbers, which needs no reading of each.
        Queue<byte[]> last = new(KeptInMemory + 1);
        long end = 0;
        IReadOnlyList<string> earlier = _files!.Earlier;
        _hasEarlier = earlier.Count > 0;
        foreach (string file in earlier.SkipLast(1))
            foreach (byte[] line in EventFiles.Tail(file, LastBytes))
                Pass(line);
        IEnumerable<byte[]> month = earlier.TakeLast(1).SelectMany(file => EventFiles.Tail(file, TailBytes));
        foreach ((byte[] line, long next) in month.Select(line => (line, 0L)).Concat(EventLines.Of(_file!, 0)))
        {
            end = next;
            last.Enqueue(line);
            if (last.Count > KeptInMemory)
                Pass(last.Dequeue());
        }
        foreach (byte[] line in last)
        {
            if (EventLines.TryParse(line) is { } happened)
                _recent.Remember(happened);
            else if (line.Length > 0)
                ForeignLines++;
        }
        if (_recent.Newest is { } newest && newest.Start - _clock.GetUtcNow() is { } ahead && ahead > LeastJump)
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
            _recent.Pass(number);
        else if (EventLines.TryParse(line) is { } happened)
            _recent.Pass(happened.Number);
        else if (line.Length > 0)
            ForeignLines++;
    }
}
