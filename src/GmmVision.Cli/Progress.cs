using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace GmmVision.Cli;

/// <summary>Tells on stderr how far a long job is: a bar that rewrites its line on a terminal, a plain line now and then in a pipe.</summary>
/// <remarks>Report may be called once per frame from one thread; it looks at the clock and mostly does nothing.</remarks>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan TerminalPeriod = TimeSpan.FromMilliseconds(200), PipePeriod = TimeSpan.FromSeconds(10);
    private readonly TextWriter _output;
    private readonly bool _isTerminal;
    private readonly string _title, _unit;
    private readonly long? _total;
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _nextReport;
    private bool _lineIsOpen;

    /// <summary>Starts to count.</summary>
    /// <param name="title">What is being done, for example the input's name.</param>
    /// <param name="total">How much there is to do, an estimate; null where unknown.</param>
    /// <param name="unit">What is counted, in the plural.</param>
    public Progress(string title, long? total, string unit = "frames")
        : this(title, total, unit, Console.Error, !Console.IsErrorRedirected)
    {
    }

    internal Progress(string title, long? total, string unit, TextWriter output, bool isTerminal)
    {
        (_title, _total, _unit, _output, _isTerminal) = (title, total, unit, output, isTerminal);
        _nextReport = _start + Ticks(Period);
    }

    private TimeSpan Period => _isTerminal ? TerminalPeriod : PipePeriod;

    /// <summary>Says how much is done by now.</summary>
    public void Report(long done)
    {
        long now = Stopwatch.GetTimestamp();
        if (now < _nextReport)
            return;
        _nextReport = now + Ticks(Period);
        string line = Line(done, Stopwatch.GetElapsedTime(_start, now));
        if (_isTerminal)
            _output.Write($"\r\x1b[K{line}");
        else
            _output.WriteLine(line);
        _lineIsOpen = _isTerminal;
    }

    /// <summary>Clears the bar, so that the next line starts clean; call it before anything else is printed.</summary>
    public void Clear()
    {
        if (_lineIsOpen)
            _output.Write("\r\x1b[K");
        _lineIsOpen = false;
    }

    public void Dispose() => Clear();

    internal string Line(long done, TimeSpan elapsed)
    {
        double rate = done / Math.Max(elapsed.TotalSeconds, 1e-3);
        StringBuilder line = new(_title);
        line.Append(": ");
        if (_total is > 0)
        {
            double part = Math.Min(1, (double)done / _total.Value);
            if (_isTerminal)
            {
                const int Cells = 24;
                int filled = (int)(part * Cells);
                line.Append('[').Append('#', filled).Append('.', Cells - filled).Append("] ");
            }
            line.Append(CultureInfo.InvariantCulture, $"{part:0%}, {done} of {_total} {_unit}");
        }
        else
        {
            line.Append(CultureInfo.InvariantCulture, $"{done} {_unit}");
        }
        line.Append(CultureInfo.InvariantCulture, $", {rate:0.#} a second");
        if (_total is long total && total > done && rate > 0)
            line.Append(", ").Append(TimeLeft(TimeSpan.FromSeconds((total - done) / rate))).Append(" left");
        return line.ToString();
    }

    private static string TimeLeft(TimeSpan left) =>
        left.TotalHours >= 1 ? $"{(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00}" : $"{left.Minutes}:{left.Seconds:00}";

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
