using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GmmVision.Ffmpeg;

namespace GmmVision.Recording.Events;

/// <summary>The files of an event log: the one that is written, and beside it those of earlier months, <c>events-2026-10.jsonl</c>. Reads them without a lock; thread-safe but for <see cref="RemoveBefore"/>.</summary>
/// <param name="path">Of the file that is written.</param>
internal sealed partial class EventFiles(string path)
{
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
    private readonly string _stem = Path.GetFileNameWithoutExtension(path), _extension = Path.GetExtension(path);

    /// <summary>Those of earlier months, the oldest first.</summary>
    public IReadOnlyList<string> Earlier =>
    [
        .. Directory.EnumerateFiles(_folder, $"{_stem}-*{_extension}")
            .Select(file => (File: file, Match: MonthName().Match(Path.GetFileNameWithoutExtension(file)[(_stem.Length + 1)..])))
            .Where(each => each.Match.Success)
            .OrderBy(each => each.Match.Groups[1].Value, StringComparer.Ordinal).ThenBy(each => each.Match.Groups[2].Success ? int.Parse(each.Match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : 1)
            .Select(each => each.File),
    ];

    /// <summary>A name that is free for the entries up to a month.</summary>
    public string NameFor(DateTimeOffset month)
    {
        string name = Path.Combine(_folder, $"{_stem}-{month.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture)}"), free = name + _extension;
        for (int number = 2; File.Exists(free); number++)
            free = $"{name}-{number}{_extension}";
        return free;
    }

    /// <summary>The last lines of a file, of at most so many bytes.</summary>
    public static IReadOnlyList<byte[]> Tail(string file, int bytes)
    {
        using FileStream stream = OpenToRead(file);
        long from = Math.Max(0, stream.Length - bytes);
        IEnumerable<byte[]> lines = EventLines.Of(stream, from).Select(each => each.Line);
        return [.. from > 0 ? lines.Skip(1) : lines];      // the first of them is torn
    }

    /// <summary>The events that are wanted, newest first, of all files.</summary>
    public IReadOnlyList<CameraEvent> Read(EventSelection wanted)
    {
        List<CameraEvent> found = [];
        HashSet<long> deleted = [];
        HashSet<(long, DateTimeOffset)> seen = [];
        foreach (string file in Earlier.Append(path).Reverse())
        {
            if (found.Count >= wanted.Count)
                break;
            using FileStream? stream = OpenIfThere(file);
            if (stream is not null)
            {
                // What is deleted says so further on, so that has to be known first; and of a month's lines only the last are ever held.
                foreach ((byte[] line, _) in EventLines.Of(stream, 0))
                {
                    if (IsDeletion(line) && EventLines.NumberOf(line) is long number)
                        deleted.Add(number);
                }
                Queue<byte[]> last = new();
                foreach ((byte[] line, _) in EventLines.Of(stream, 0))
                {
                    if (IsDeletion(line) || (deleted.Count > 0 && EventLines.NumberOf(line) is long number && deleted.Contains(number)) || (StartOf(line) is { } start && wanted.IsOutside(start))
                        || (!wanted.IsByStart && (EventLines.TryParse(line) is not { } happened || !wanted.Takes(happened))))
                        continue;
                    last.Enqueue(line);
                    if (last.Count > wanted.Count - found.Count)
                        last.Dequeue();
                }
                // A later line for the same event takes the place of the earlier one.
                found.AddRange(last.Reverse().Select(line => EventLines.TryParse(line)).OfType<CameraEvent>().Where(happened => happened.Kind != CameraEventKind.Motion || seen.Add((happened.Number, happened.Start))));
            }
        }
        return found;
    }

    /// <summary>A motion event of a number that is not deleted; null where there is none.</summary>
    public CameraEvent? Find(long number)
    {
        CameraEvent? found = null;
        foreach (string file in Earlier.Append(path))
        {
            using FileStream? stream = OpenIfThere(file);
            if (stream is not null)
            {
                foreach ((byte[] line, _) in EventLines.Of(stream, 0))
                {
                    if (EventLines.NumberOf(line) == number && EventLines.TryParse(line) is { } happened)
                        found = happened.Kind == CameraEventKind.Motion ? happened : happened.Kind == CameraEventKind.Deleted ? null : found;
                }
            }
        }
        return found;
    }

    /// <summary>Drops what began before a time from the files of earlier months; a file of which nothing is left goes.</summary>
    /// <returns>How many lines were dropped, and whether all of the files were that old.</returns>
    public (int Removed, bool IsAll) RemoveBefore(DateTimeOffset time, Predicate<CameraEvent>? isKept)
    {
        int removed = 0;
        foreach (string file in Earlier)
        {
            int here;
            long keepFrom, length;
            byte[] kept;
            using (FileStream stream = OpenToRead(file))
            {
                (here, keepFrom, kept) = OldLines(stream, time, isKept);
                length = stream.Length;
                if (here > 0 && (keepFrom < length || kept.Length > 0))
                    Rewrite(stream, keepFrom, kept);
            }
            if (here > 0 && keepFrom == length && kept.Length == 0)
                File.Delete(file);
            removed += here;
            if (keepFrom < length)
                return (removed, false);
        }
        return (removed, true);
    }

    /// <summary>The lines in front of a file that began before a time: how many are to go, where the others begin, and those among the old ones that stay.</summary>
    public static (int Removed, long KeepFrom, byte[] Kept) OldLines(FileStream file, DateTimeOffset time, Predicate<CameraEvent>? isKept)
    {
        long keepFrom = 0;
        int removed = 0;
        using MemoryStream kept = new();
        // Lines are in order of their ends, so the old ones are in front.
        foreach ((byte[] line, long next) in EventLines.Of(file, 0))
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
        return (removed, keepFrom, kept.ToArray());
    }

    /// <summary>Puts what is kept in front of a file's rest, through a copy beside it: a kill in between leaves either the old lines (the copy is removed at the next start) or the new ones, never a mixture, because a rename is one step.</summary>
    public static void Rewrite(FileStream file, long keepFrom, byte[] kept) => OutputFile.Write(file.Name, copy =>
    {
        copy.Write(kept);
        file.Position = keepFrom;
        file.CopyTo(copy);
    }, isDurable: true);

    private static bool IsDeletion(ReadOnlySpan<byte> line) => line.StartsWith("{\"version\":1,\"kind\":\"deleted\""u8);

    // Where it stands near the front, as it is written here; else the line has to be read as a whole.
    private static DateTimeOffset? StartOf(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> front = line[..Math.Min(line.Length, 300)];
        int at = front.IndexOf("\"start\":\""u8);
        if (at >= 0 && front[(at + 9)..] is var rest && rest.IndexOf((byte)'"') is > 0 and var end
            && DateTimeOffset.TryParse(Encoding.ASCII.GetString(rest[..end]), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset start))
            return start;
        return EventLines.TryParse(line)?.Start;
    }

    private static FileStream OpenToRead(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);

    // A file may be renamed or removed for its age since it was listed.
    private static FileStream? OpenIfThere(string file)
    {
        try
        {
            return OpenToRead(file);
        }
        catch (IOException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^(\d{4}-\d{2})(?:-(\d{1,6}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex MonthName();
}
