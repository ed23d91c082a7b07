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
    private (int Width, int Height)? _firstSize, _newSize;
    private string? _cut;

    public void Add(string line)
    {
        lock (_lock)
        {
            if (line.Contains("Output #0", StringComparison.Ordinal))
                _inOutput = true;
            if (!_inOutput && line.Contains("Duration: ", StringComparison.Ordinal))
                _hasDuration = !line.Contains("Duration: N/A", StringComparison.Ordinal);
            if (VideoStream().Match(line) is { Success: true } stream)
                AddStream(stream);
            else if (GraphInput().Match(line) is { Success: true } graph)
                AddSize(int.Parse(graph.Groups[1].ValueSpan, CultureInfo.InvariantCulture), int.Parse(graph.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
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

    /// <summary>The size that decoded pictures have now, where it is another one than at first.</summary>
    public (int Width, int Height)? NewSize
    {
        get
        {
            lock (_lock)
                return _newSize;
        }
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

    private void AddStream(Match stream)
    {
        if (!_inOutput)
        {
            if (_inputPixels.Length > 0)
                return;
            _inputPixels = stream.Groups["pixels"].Value;
            Match rate = FramesPerSecond().Match(stream.Value);
            if (rate.Success)
                _rate = double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * (rate.Groups[2].Length > 0 ? 1000 : 1);
        }
        else if (_outputPixels.Length == 0)
        {
            _outputPixels = stream.Groups["pixels"].Value;
            _outputProperties = stream.Groups["properties"].Value;
            _outputSeen.Set();
        }
    }

    private void AddSize(int width, int height)
    {
        if (_firstSize is null)
            _firstSize = (width, height);
        else if (_firstSize != (width, height))
            _newSize = (width, height);
    }

    // "Stream #0:0: Video: rawvideo, 1 reference frame (I420 / 0x30323449), yuv420p(tv, bt709, progressive), 640x360, 25 fps"
    [GeneratedRegex(@"Stream #\d+:\d+.*: Video: .*?, (?<pixels>[a-z][a-z0-9]+)(\((?<properties>[^)]*)\))?, \d+x\d+.*")]
    private static partial Regex VideoStream();

    [GeneratedRegex(@", ([\d.]+)(k?) fps")]
    private static partial Regex FramesPerSecond();

    // The filter graph is set up anew when the decoder's pictures change.
    [GeneratedRegex(@"graph \d+ input from stream.* w:(\d+) h:(\d+) pixfmt:")]
    private static partial Regex GraphInput();

    [GeneratedRegex(@"partial file|File ended prematurely|Truncating packet")]
    private static partial Regex CutFile();

    [GeneratedRegex("^(gray|mono|ya8|ya16)")]
    private static partial Regex GrayInput();
}
