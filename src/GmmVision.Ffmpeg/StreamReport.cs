using System.Globalization;
using System.Text.RegularExpressions;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>
/// What ffmpeg tells about its streams on its error output while it runs: pixel formats, frame rate, a new picture
/// size, a cut file. Lines are added by the thread that reads them; everything else may be asked from any thread.
/// </summary>
internal sealed partial class StreamReport
{
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _outputSeen = new();
    private bool _inOutput, _hasDuration;
    private string _inputPixels = "", _outputPixels = "", _outputProperties = "";
    private double _rate;
    private readonly Queue<ShownSize> _sizes = new();
    private (int Width, int Height)? _unscaled;
    private string? _cut;

    public void Add(string line)
    {
        lock (_lock)
        {
            if (line.Contains("Output #0", StringComparison.Ordinal))
                _inOutput = true;
            if (!_inOutput && line.Contains("Duration: ", StringComparison.Ordinal))
                _hasDuration = !line.Contains("Duration: N/A", StringComparison.Ordinal);
            if (line.Contains("Stream #", StringComparison.Ordinal) && line.IndexOf(": Video: ", StringComparison.Ordinal) is > 0 and int at)
                AddStream(line[(at + ": Video: ".Length)..]);
            else if (Scaled().Match(line) is { Success: true } scaled)
                _unscaled = (Number(scaled, 1), Number(scaled, 2));
            else if (Shown().Match(line) is { Success: true } shown)
                AddSize(shown);
            else if (CutFile().IsMatch(line))
                _cut = line;
        }
    }

    /// <summary>Waits until ffmpeg has described what it writes, which it does before it writes the first byte.</summary>
    public void WaitForOutput() => _outputSeen.Wait(TimeSpan.FromSeconds(5));

    /// <summary>Frames a second of the input, 0 where not said.</summary>
    public double FrameRate
    {
        get
        {
            lock (_lock)
                return _rate;
        }
    }

    /// <summary>Whether the input says how long it is.</summary>
    public bool HasDuration
    {
        get
        {
            lock (_lock)
                return _hasDuration;
        }
    }

    /// <summary>Whether the container ended before its time.</summary>
    public bool SaysCut
    {
        get
        {
            lock (_lock)
                return _cut is not null;
        }
    }

    /// <summary>The size of the pictures from a coded stamp on, in order: the first is what the stream begins with. Null where nothing was said yet.</summary>
    public ShownSize? NextSize
    {
        get
        {
            lock (_lock)
                return _sizes.TryPeek(out ShownSize size) ? size : null;
        }
    }

    /// <summary>Forgets <see cref="NextSize"/>.</summary>
    public void TakeSize()
    {
        lock (_lock)
            _sizes.TryDequeue(out _);
    }

    /// <summary>Meaning of the sample values that ffmpeg writes.</summary>
    public ColorRange Range
    {
        get
        {
            lock (_lock)
            {
                if (_outputProperties.Contains("pc", StringComparison.Ordinal) || _outputPixels.StartsWith("yuvj", StringComparison.Ordinal) || _outputPixels == "gbrp")
                    return ColorRange.Full;
                if (_outputProperties.Contains("tv", StringComparison.Ordinal))
                    return ColorRange.Limited;
                // Untagged grey is full, as every grey image is; but luma taken out of untagged colour is limited like the colour.
                return _outputPixels == "gray" && GrayInput().IsMatch(_inputPixels) ? ColorRange.Full : ColorRange.Limited;
            }
        }
    }

    private void AddStream(string description)
    {
        string[] parts = Parts(description);
        int size = Array.FindIndex(parts, 1, part => Size().IsMatch(part));
        Match pixels = Pixels().Match(parts.ElementAtOrDefault(size - 1) ?? "");
        if (!_inOutput)
        {
            if (_inputPixels.Length > 0)
                return;
            _inputPixels = pixels.Groups[1].Value;
            double average = Rate(parts, " fps"), lowest = Rate(parts, " tbr");
            // A header's tick is no rate: no camera takes hundreds of frames a second where the stamps tell of far fewer.
            _rate = average > 4 * lowest && lowest > 0 ? lowest : average;
        }
        else if (_outputPixels.Length == 0)
        {
            _outputPixels = pixels.Groups[1].Value;
            _outputProperties = pixels.Groups[2].Value;
            _outputSeen.Set();      // whatever it says: nobody needs to wait for more
        }
    }

    // The commas outside of brackets, which may nest: "yuv420p(tv, top coded first (swapped), left)".
    private static string[] Parts(string description)
    {
        List<string> parts = [];
        int depth = 0, start = 0;
        for (int i = 0; i < description.Length; i++)
        {
            depth += description[i] switch { '(' or '[' => 1, ')' or ']' => -1, _ => 0 };
            if (depth == 0 && description[i] == ',')
            {
                parts.Add(description[start..i].Trim());
                start = i + 1;
            }
        }
        return [.. parts, description[start..].Trim()];
    }

    private static double Rate(string[] parts, string unit)
    {
        string text = Array.Find(parts, part => part.EndsWith(unit, StringComparison.Ordinal)) is string part ? part[..^unit.Length] : "";
        double factor = text.EndsWith('k') ? 1000 : 1;
        return double.TryParse(text.TrimEnd('k'), CultureInfo.InvariantCulture, out double rate) ? rate * factor : 0;
    }

    private void AddSize(Match shown)
    {
        if (!long.TryParse(shown.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out long stamp))
            return;
        int width = Number(shown, 2), height = Number(shown, 3);
        _sizes.Enqueue(new ShownSize(stamp, width, height, _unscaled?.Width ?? width, _unscaled?.Height ?? height));
    }

    private static int Number(Match match, int group) => int.TryParse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture, out int number) ? number : 0;

    // "rawvideo, 1 reference frame (I420 / 0x30323449), yuv420p(tv, bt709, progressive), 640x360, 25 fps"
    [GeneratedRegex(@"^([a-z][a-z0-9]+)(?:\((.*)\))?$")]
    private static partial Regex Pixels();

    [GeneratedRegex(@"^\d+x\d+( |$)")]
    private static partial Regex Size();

    // The filter graph is set up anew when the decoder's pictures change, and shows the first of each.
    [GeneratedRegex(@"showinfo.* n: *0 pts: *(-?\d+) .* s:(\d+)x(\d+) ")]
    private static partial Regex Shown();

    // Told whenever the scaler is set up anew, in front of the first picture that it makes.
    [GeneratedRegex(@"^\[" + WorkingHeight.ScaleName + @" .* w:(\d+) h:(\d+) .*-> w:\d")]
    private static partial Regex Scaled();

    [GeneratedRegex(@"partial file|File ended prematurely|Truncating packet")]
    private static partial Regex CutFile();

    [GeneratedRegex("^(gray|mono|ya8|ya16)")]
    private static partial Regex GrayInput();
}

/// <summary>The size of the pictures from one on.</summary>
/// <param name="Stamp">The coded time stamp of the first.</param>
/// <param name="Width">As they arrive.</param>
/// <param name="Height">As they arrive.</param>
/// <param name="OwnWidth">Before they were scaled.</param>
/// <param name="OwnHeight">Before they were scaled.</param>
internal readonly record struct ShownSize(long Stamp, int Width, int Height, int OwnWidth, int OwnHeight);
