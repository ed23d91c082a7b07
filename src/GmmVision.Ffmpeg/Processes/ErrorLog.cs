using System.Text.RegularExpressions;

namespace GmmVision.Ffmpeg.Processes;

/// <summary>The last lines of a program's error output, and which of them says why it failed. Thread-safe.</summary>
internal sealed partial class ErrorLog(Action<string>? lineRead)
{
    private const int Capacity = 100;

    // ffmpeg says these after the line that tells the reason.
    private static readonly string[] Commonplaces = ["Conversion failed!", "Error while decoding stream", "Error while processing the decoded data", "Error submitting a packet to the muxer",
        "Terminating thread with return code", "Task finished with error code", "Error initializing output stream", "Error opening input files", "Error opening output files", "Nothing was written into output file"];

    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new(Capacity);
    private string? _lastError, _errorBefore;
    private long _errors;

    /// <summary>Lines that ffmpeg marked as errors.</summary>
    public long ErrorCount
    {
        get
        {
            lock (_lock)
                return _errors;
        }
    }

    public void Add(string line)
    {
        line = Password().Replace(line.TrimEnd(), "://***@");
        if (line.Length == 0)
            return;
        Keep(line);
        lineRead?.Invoke(line);
    }

    private void Keep(string line)
    {
        lock (_lock)
        {
            if (_lines.Count == Capacity)
                _lines.Dequeue();
            _lines.Enqueue(line);
            if (!line.Contains("[error]", StringComparison.Ordinal) && !line.Contains("[fatal]", StringComparison.Ordinal))
                return;
            _errors++;
            string text = Tags().Replace(line, "").Trim();
            if (!Array.Exists(Commonplaces, start => text.StartsWith(start, StringComparison.OrdinalIgnoreCase)) && text != _lastError)
                (_errorBefore, _lastError) = (_lastError, text);
        }
    }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return _lines.ToArray();
        }
    }

    /// <summary>The reason in one line: the last two different errors, or the last line of any kind; null where nothing was said.</summary>
    public string? Reason
    {
        get
        {
            lock (_lock)
            {
                if (_lastError is null)
                    return _lines.Count > 0 ? Tags().Replace(_lines.Last(), "").Trim() : null;
                return _errorBefore is null || _lastError.Contains(_errorBefore, StringComparison.Ordinal) ? _lastError : $"{_errorBefore}; {_lastError}";
            }
        }
    }

    /// <summary>Removes a password from a URL, or from every URL in a text.</summary>
    public static string WithoutPassword(string text) => Password().Replace(text, "://***@");

    // "[mov,mp4 @ 0x55d0c6] [error] moov atom not found": neither an address nor a level tells a user anything.
    [GeneratedRegex(@"\[[^\]]* @ 0x[0-9a-f]+\] ?|\[(?:quiet|panic|fatal|error|warning|info|verbose|debug)\] ?|file:(?=/)")]
    private static partial Regex Tags();

    [GeneratedRegex(@"://[^/\s]*@")]
    private static partial Regex Password();
}
