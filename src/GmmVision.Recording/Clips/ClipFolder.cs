using System.Globalization;
using System.Text.RegularExpressions;
using GmmVision.Ffmpeg;
using GmmVision.Recording.Events;

namespace GmmVision.Recording.Clips;

/// <summary>
/// A camera's folder: clips and thumbnails named by the event's time and number, the event log, the model, the settings.
/// </summary>
/// <remarks>
/// A clip is written as NAME.part.ts, which plays however short it was cut, and becomes NAME.mp4 when its event is over.
/// What a kill has left as .part.ts becomes one at the next start.
/// </remarks>
public sealed partial class ClipFolder
{
    private const string PartEnding = ".part.ts", StretchEnding = ".ts", ClipEnding = ".mp4", ThumbnailEnding = ".jpg", KeptEnding = ".kept";
    private const int TimeLength = 16;      // of 20261120T160512Z
    private const string TimeForm = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>Makes the folder where it is missing.</summary>
    /// <exception cref="IOException">It cannot be made or written.</exception>
    public ClipFolder(string path)
    {
        FullPath = Path.GetFullPath(path);
        Directory.CreateDirectory(FullPath);
        string probe = Path.Combine(FullPath, $".{Environment.ProcessId}.tmp");
        File.WriteAllText(probe, "");      // finds out now what an event would find out too late
        File.Delete(probe);
    }

    /// <summary>Where it lies.</summary>
    public string FullPath { get; }

    /// <summary>events.jsonl</summary>
    public string LogPath => Path.Combine(FullPath, "events.jsonl");

    /// <summary>The learned background.</summary>
    public string ModelPath => Path.Combine(FullPath, "model.gmm");

    /// <summary>Where something always moves, as the smart mask has learnt it.</summary>
    public string SmartMaskPath => Path.Combine(FullPath, "smart-mask.png");

    /// <summary>What was set on the page.</summary>
    public string SettingsPath => Path.Combine(FullPath, "settings.json");

    /// <summary>An event's name: 20261120T160512Z-000012.</summary>
    public static string NameOf(DateTimeOffset start, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{start.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)}-{number:000000}");

    /// <summary>Whether a file name is that of a clip or a thumbnail: nothing else of the folder is shown or removed.</summary>
    public static bool IsRecording(string fileName) => RecordingName().IsMatch(fileName) && IsPossible(fileName);

    /// <summary>Files that have the form of recordings, but a date or number that cannot be: somebody else's, left alone.</summary>
    public int ForeignFiles() => Directory.EnumerateFiles(FullPath).Select(Path.GetFileName).Count(name => LikeARecording().IsMatch(name!) && !IsPossible(name!));

    private static bool IsPossible(string name) =>
        DateTimeOffset.TryParseExact(name.AsSpan(0, TimeLength), TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
        && (name.Length == TimeLength || name[TimeLength] == '.' || IsPossibleNumber(name));

    private static bool IsPossibleNumber(string name) =>
        long.TryParse(name.AsSpan(TimeLength + 1, name.AsSpan(TimeLength + 1).IndexOf('.') is >= 0 and int end ? end : name.Length - TimeLength - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
        && number <= CameraEvent.MaxNumber;

    /// <summary>Where the packets of an event go while it lasts.</summary>
    public string PartPath(string name) => Path.Combine(FullPath, name + PartEnding);

    /// <summary>The clip.</summary>
    public string ClipPath(string name) => Path.Combine(FullPath, name + ClipEnding);

    /// <summary>The picture at the peak.</summary>
    public string ThumbnailPath(string name) => Path.Combine(FullPath, name + ThumbnailEnding);

    /// <summary>Whether somebody wants an event's files to stay, whatever is removed for age or size: an empty file NAME.kept says so, which a hand can make as well.</summary>
    /// <param name="fileName">Of the clip or thumbnail, or the event's name.</param>
    public bool IsKept(string fileName) => File.Exists(KeptPath(NameIn(fileName)));

    /// <summary>Says so, or no longer.</summary>
    public void Keep(string name, bool kept)
    {
        if (kept)
            File.WriteAllBytes(KeptPath(name), []);
        else
            File.Delete(KeptPath(name));
    }

    /// <summary>Removes an event's clip, thumbnail and mark.</summary>
    public void Remove(string name)
    {
        foreach (string ending in (string[])[ClipEnding, ".ts", ThumbnailEnding, KeptEnding])
            File.Delete(Path.Combine(FullPath, name + ending));
    }

    private string KeptPath(string name) => Path.Combine(FullPath, name + KeptEnding);

    private static string NameIn(string fileName) => fileName.IndexOf('.', StringComparison.Ordinal) is >= 0 and int end ? fileName[..end] : fileName;

    /// <summary>Makes the clip of a finished part and removes the part.</summary>
    /// <returns>The clip's file name: .mp4, or .ts where ffmpeg could not make one, so that nothing is lost. Where ffmpeg was ended by a signal the part stays, and becomes that clip at the next start.</returns>
    public string Finish(string name, CancellationToken cancellation = default)
    {
        string part = PartPath(name);
        try
        {
            ClipRemuxer.ToMp4(part, ClipPath(name), cancellation);
            File.Delete(part);
            return name + ClipEnding;
        }
        catch (FfmpegException exception) when (exception.ExitCode >= 128)
        {
            return name + ClipEnding;
        }
        catch (FfmpegException)
        {
            File.Move(part, Path.Combine(FullPath, name + ".ts"), overwrite: true);
            return name + ".ts";
        }
    }

    /// <summary>Opens the event log, finishes what a kill left, and tells what was found.</summary>
    /// <exception cref="IOException">The log cannot be used, or something not be finished.</exception>
    internal EventLog OpenLog(string camera, Action<string> say)
    {
        EventLog log = EventLog.Open(LogPath);
        try
        {
            Recover(log, camera, say);
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    private void Recover(EventLog log, string camera, Action<string> say)
    {
        if (log.TornBytes > 0)
            say($"cut off {log.TornBytes} bytes of a torn last line of events.jsonl");
        if (log.ForeignLines > 0)
            say($"events.jsonl has {log.ForeignLines} lines that are no events; they are left alone");
        if (ForeignFiles() is > 0 and int foreign)
            say($"{foreign} {(foreign == 1 ? "file has" : "files have")} the name of a recording with a date or number that cannot be: left alone, as not from here");
        if (Recover(log, camera) is > 0 and int recovered)
            say($"finished {recovered} clips that an earlier run had to leave");
    }

    /// <summary>Finishes what a kill left: parts become clips, events without a line get one, temporary files go.</summary>
    /// <returns>How many clips were finished.</returns>
    public int Recover(EventLog log, string camera)
    {
        foreach (string file in Directory.EnumerateFiles(FullPath).Where(file => TemporaryName().IsMatch(Path.GetFileName(file))))
            File.Delete(file);
        int finished = 0;
        HashSet<string?> known = [.. log.Recent(int.MaxValue).Select(happened => Path.GetFileNameWithoutExtension(happened.Clip))];
        foreach (string part in Directory.EnumerateFiles(FullPath, "*" + PartEnding).Order(StringComparer.Ordinal).ToArray())
        {
            string name = Path.GetFileName(part)[..^PartEnding.Length];
            if (PartName().Match(name) is not { Success: true } match || !IsPossible(name))
                continue;
            if (!match.Groups[2].Success)
            {
                FinishStretch(name);
                continue;
            }
            if (new FileInfo(part).Length == 0)
            {
                File.Delete(part);
                continue;
            }
            DateTimeOffset end = File.GetLastWriteTimeUtc(part);
            string clip = Finish(name);
            finished++;
            if (known.Contains(name))
                continue;
            long number = long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
            // Its line was written, but the disk had no room for the clip.
            if (log.Find(number) is { } told)
            {
                if (told.Clip is null)
                    log.Append(told with { Clip = clip, ClipEnd = end });
                continue;
            }
            DateTimeOffset start = DateTimeOffset.ParseExact(match.Groups[1].Value, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            log.Append(new CameraEvent
            {
                Kind = CameraEventKind.Motion,
                Camera = camera,
                Number = number,
                Start = start,
                End = end,
                Duration = Math.Max(0, (end - start).TotalSeconds),
                Clip = clip,
                ClipEnd = end,
                Interrupted = true,
                Thumbnail = File.Exists(ThumbnailPath(name)) ? name + ThumbnailEnding : null,
            });
        }
        return finished;
    }

    /// <summary>Stretches of continuous recording, oldest first; the last may still be written.</summary>
    public IReadOnlyList<RecordedStretch> Stretches() =>
        [.. new DirectoryInfo(FullPath).EnumerateFiles("*.ts").Where(file => StretchFile().IsMatch(file.Name) && IsPossible(file.Name)).OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => new RecordedStretch(file.Name, TimeOf(file.Name), file.LastWriteTimeUtc, file.Length, file.Name.EndsWith(PartEnding, StringComparison.Ordinal)))];

    /// <summary>The name of a stretch that begins now: of the second, or of the next one that is free.</summary>
    internal string NewStretch(DateTimeOffset start)
    {
        while (true)
        {
            string name = start.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture);
            if (!File.Exists(PartPath(name)) && !File.Exists(Path.Combine(FullPath, name + StretchEnding)))
                return name;
            start += TimeSpan.FromSeconds(1);
        }
    }

    /// <summary>A stretch is over: gives it its name, or removes it where nothing came.</summary>
    internal void FinishStretch(string name)
    {
        string part = PartPath(name);
        if (new FileInfo(part) is { Exists: true, Length: > 0 })
            File.Move(part, Path.Combine(FullPath, name + StretchEnding), overwrite: true);
        else
            File.Delete(part);
    }

    /// <summary>Clips, thumbnails and stretches of continuous recording that are over, oldest first.</summary>
    public IEnumerable<FileInfo> Recordings() => new DirectoryInfo(FullPath).EnumerateFiles().Where(file => IsRecording(file.Name)).OrderBy(file => file.Name, StringComparer.Ordinal);

    /// <summary>When the event of a recording began.</summary>
    public static DateTimeOffset TimeOf(string fileName) =>
        DateTimeOffset.ParseExact(fileName.AsSpan(0, TimeLength), TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    [GeneratedRegex(@"^\d{8}T\d{6}Z(?:-\d{6,}\.(?:mp4|ts|jpg)|\.ts)\z")]
    private static partial Regex RecordingName();

    [GeneratedRegex(@"^\d{8}T\d{6}Z(?:-\d{6,}\.(?:mp4|ts|jpg|part\.ts)|(?:\.part)?\.ts)\z")]
    private static partial Regex LikeARecording();

    [GeneratedRegex(@"^\d{8}T\d{6}Z(?:\.part)?\.ts\z")]
    private static partial Regex StretchFile();

    [GeneratedRegex(@"^(\d{8}T\d{6}Z)(?:-(\d{6,}))?\z")]
    private static partial Regex PartName();

    [GeneratedRegex(@"^(?:\d{8}T\d{6}Z-\d{6,}\.tmp\.(?:mp4|jpg)|(?:model|settings|events)\.[a-z]+\.tmp|\.\d+\.tmp|\.(?:\d{8}T\d{6}Z-\d{6,}|model|settings|events)\.[0-9a-f]{8}\.partial\.[a-z0-9]+)\z")]
    private static partial Regex TemporaryName();
}
