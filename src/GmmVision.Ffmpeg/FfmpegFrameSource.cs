using System.Globalization;
using GmmVision.Ffmpeg.Nut;
using GmmVision.Ffmpeg.Processes;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>Frames of anything that ffmpeg reads, decoded by a process of its own, with the times of the stream.</summary>
/// <remarks>
/// <para>
/// Pictures arrive as the decoder made them and are read from the pipe straight into the caller's frame. Rotation that
/// the file asks for is applied; alpha is ignored; samples of more than 8 bits and chroma finer than 4:2:0 are converted.
/// </para>
/// <para>
/// A file that is cut delivers every frame that can be decoded, and then the read that would be the end throws an
/// <see cref="IOException"/> that says where it is cut. So does a picture of another size than the first, unless both
/// sides were given in the options. After a throw, and after <see cref="Dispose"/>, reads return false.
/// </para>
/// <para>One thread reads; <see cref="Dispose"/> may be called from any thread and ends a read that is under way.</para>
/// </remarks>
public sealed class FfmpegFrameSource : IFrameSource
{
    private readonly SourceInput _input;
    private readonly SourceOptions _options;
    private readonly StreamReport _report = new();
    private readonly ChildProcess _process;
    private readonly NutReader _reader;
    private readonly List<string> _warnings;
    private readonly string _doing;
    private readonly TimeSpan _offset;       // what to add to the stream's own clock
    private bool _headerRead, _ended;
    private long _pts, _number;
    private TimeSpan _lastTime;
    private volatile bool _disposed;

    /// <summary>Opens a file or URL; <see cref="FrameSources.Open"/> opens everything else too.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FfmpegException">It cannot be decoded, holds no frame, or ffmpeg is missing.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static FfmpegFrameSource OpenFile(string path, SourceOptions? options = null, CancellationToken cancellation = default)
    {
        options = (options ?? new SourceOptions()).Validate();
        return new FfmpegFrameSource(Describe(path, cancellation), options, cancellation);
    }

    internal static SourceInput Describe(string path, CancellationToken cancellation) => new()
    {
        Name = InputName.Of(path),
        Arguments = ["-i", InputName.ForFfmpeg(path)],
        Info = MediaInfo.Read(path, cancellation),
    };

    internal FfmpegFrameSource(SourceInput input, SourceOptions options, CancellationToken cancellation)
    {
        (_input, _options) = (input, options);
        _warnings = [.. input.Warnings];
        _doing = $"cannot read {input.Kind} '{input.Name}'";
        _process = ChildProcess.Start(FfmpegTools.Ffmpeg, Arguments(), input.StandardInputText is null ? input.StandardInput : ChildInput.Pipe, largeOutput: true, _report.Add);
        try
        {
            using CancellationTokenRegistration registration = KillWhen(cancellation);
            if (input.StandardInputText is not null)
                Feed(input.StandardInputText);
            _reader = new NutReader(_process.Output);
            if (!Begin(cancellation))
                throw Empty();
            _report.WaitForOutput();
            Format = new FrameFormat(_reader.Width, _reader.Height, LayoutOf(_reader.FourCc), _report.Range).Validate();
            FrameRate = input.FrameRate ?? input.Info?.FrameRate ?? _report.FrameRate;
            IsLive = input.IsLive || options.Realtime || (input.LiveWithoutDuration && !_report.HasDuration);
            _offset = options.Start ?? -new TimeSpan(_reader.ToTicks(_pts));
            TimeSpan first = _offset + new TimeSpan(_reader.ToTicks(_pts));
            _number = options.Start is null ? 0 : (long)Math.Round(first.TotalSeconds * FrameRate);
            FrameCount = Count();
        }
        catch
        {
            _process.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name => _input.Name;

    /// <inheritdoc/>
    public FrameFormat Format { get; }

    /// <inheritdoc/>
    public double FrameRate { get; }

    /// <inheritdoc/>
    public long? FrameCount { get; }

    /// <inheritdoc/>
    public bool IsLive { get; }

    /// <summary>What ffprobe said; null for what can be opened only once (stdin, cameras, streams).</summary>
    public MediaInfo? Info => _input.Info;

    /// <inheritdoc/>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_warnings)
                return _warnings.ToArray();
        }
    }

    /// <summary>Id of the decoder's process.</summary>
    internal int ProcessId => _process.Id;

    /// <inheritdoc/>
    /// <remarks>Cancelling ends the source: what was read halfway cannot be taken up again.</remarks>
    public bool TryRead(Frame frame, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Format != Format)
            throw new ArgumentException($"A frame of {frame.Format} was given to a source of {Format}.", nameof(frame));
        cancellation.ThrowIfCancellationRequested();
        if (_ended || _disposed)
            return false;

        using CancellationTokenRegistration registration = KillWhen(cancellation);
        try
        {
            if (!_headerRead && !_reader.TryReadHeader(out _pts))
                return End(cancellation);
            _headerRead = false;
            TimeSpan time = _offset + new TimeSpan(_reader.ToTicks(_pts));
            if (time >= _options.End)
                return Stop();
            RequireSameSize(time);
            ReadPicture(frame);
            (frame.Time, frame.Number) = (time, _number);
            _number += _options.Every;
            _lastTime = time;
            return true;
        }
        catch (EndOfStreamException exception)
        {
            _ended = true;
            if (_disposed)
                return false;
            cancellation.ThrowIfCancellationRequested();
            throw _process.Failure($"{_doing}: broken off within frame {_number}", exception);
        }
        catch (InvalidDataException exception)
        {
            Stop();
            throw new FfmpegException($"{_doing}: {exception.Message} at frame {_number}.", exception);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or IOException and not FfmpegException && _disposed)
        {
            return false;
        }
    }

    /// <summary>Ends the decoder and waits until it is gone.</summary>
    public void Dispose()
    {
        _disposed = true;
        _process.Dispose();
    }

    private List<string> Arguments()
    {
        List<string> arguments = ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+verbose"];
        if (_options.Threads > 0)
            arguments.AddRange(["-threads", Invariant(_options.Threads)]);
        if (_options.Realtime && !_input.IsLive)
            arguments.Add("-re");
        if (_options.Start is TimeSpan start)
            arguments.AddRange(["-ss", (start + (_input.Info?.StartOffset ?? TimeSpan.Zero)).TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture)]);
        arguments.AddRange(_input.Arguments);
        // Without autoscale a picture of a new size arrives in its own size instead of being bent to the old one unseen;
        // the stream's own time base keeps the times of a variable frame rate, of which passthrough neither drops nor doubles any.
        arguments.AddRange(["-map", "0:V:0", "-vf", Filters(), "-autoscale", "0", "-fps_mode", "passthrough", "-enc_time_base", _input.TimeBase,
            .. _input.FirstFrameOnly ? (string[])["-frames:v", "1"] : [], "-c:v", "rawvideo", "-f", "nut", "-write_index", "0", "-flush_packets", _input.IsLive || _options.Realtime ? "1" : "-1", "pipe:1"]);
        return arguments;
    }

    private string Filters()
    {
        var filters = new List<string>();
        if (_options.Every > 1)
            filters.Add($"select=not(mod(n\\,{Invariant(_options.Every)}))");
        if (_options.Width is not null || _options.Height is not null)
            filters.Add($"scale={Invariant(_options.Width ?? -1)}:{Invariant(_options.Height ?? -1)}:flags=area");
        if (_input.Filter is not null)
            filters.Add(_input.Filter);
        // ffmpeg takes the format nearest to the decoder's: none of these converts what is 8-bit 4:2:0 or grey already.
        filters.Add(_options.Layout switch
        {
            PixelLayout.Yuv420 => "format=yuv420p|yuvj420p",
            PixelLayout.Rgb => "format=gbrp",
            PixelLayout.Gray8 => "format=yuv420p|yuvj420p|yuv422p|yuvj422p|yuv444p|yuvj444p|gray,extractplanes=y",
            _ => "format=yuv420p|yuvj420p|gray",
        });
        return string.Join(',', filters);
    }

    private static string Invariant(int value) => value.ToString(CultureInfo.InvariantCulture);

    private CancellationTokenRegistration KillWhen(CancellationToken cancellation) =>
        cancellation.UnsafeRegister(static process => ((ChildProcess)process!).Kill(), _process);

    private void Feed(string text)
    {
        try
        {
            using var writer = new StreamWriter(_process.Input);
            writer.Write(text);
        }
        catch (IOException)
        {
            // ffmpeg ended early; its messages, read next, say why.
        }
    }

    private bool Begin(CancellationToken cancellation)
    {
        try
        {
            return _headerRead = _reader.TryOpen() && _reader.TryReadHeader(out _pts);
        }
        catch (EndOfStreamException)
        {
            return false;
        }
        finally
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private FfmpegException Empty()
    {
        if (_process.WaitForExit() != 0)
            return _process.Failure(_doing);
        if (_options.Start is TimeSpan start)
        {
            string length = _input.Info?.Duration is TimeSpan duration ? $" (it is {duration.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s long)" : "";
            return new FfmpegException($"{_doing}: there is no frame at or after {start.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s{length}: give an earlier start.");
        }
        string? reason = _process.Log.ErrorCount > 0 ? _process.Log.Reason : null;
        return new FfmpegException($"{_doing}: it holds no frame that can be decoded{(reason is null ? "." : ": " + reason)}", 0, _process.Log.Lines);
    }

    private static PixelLayout LayoutOf(uint fourCc) =>
        fourCc == NutFormat.Yuv420 ? PixelLayout.Yuv420
        : fourCc == NutFormat.Gray ? PixelLayout.Gray8
        : fourCc == NutFormat.PlanarRgb ? PixelLayout.Rgb
        : throw new InvalidDataException($"ffmpeg delivers pictures of the unknown layout {fourCc:x8}");

    private long? Count()
    {
        if ((_input.FrameCount ?? _input.Info?.FrameCount) is not long all || FrameRate <= 0 || IsLive)
            return null;
        double first = _options.Start?.TotalSeconds * FrameRate ?? 0;
        double last = Math.Min(all, _options.End?.TotalSeconds * FrameRate ?? all);
        return Math.Max(1, (long)Math.Ceiling((last - first) / _options.Every));
    }

    private void ReadPicture(Frame frame)
    {
        // ffmpeg's planar RGB is G, B, R.
        for (int i = 0; i < Format.PlaneCount; i++)
        {
            int plane = Format.Layout == PixelLayout.Rgb ? (i + 1) % 3 : i;
            if (frame.IsContiguous && Format.Layout != PixelLayout.Rgb)
            {
                _reader.Read(frame.Data);
                return;
            }
            if (frame.IsContiguous)
            {
                _reader.Read(frame.Data.Slice(plane * Format.PixelCount, Format.PixelCount));
                continue;
            }
            for (int y = 0; y < Format.PlaneHeight(plane); y++)
                _reader.Read(frame.Row(plane, y));
        }
    }

    private void RequireSameSize(TimeSpan time)
    {
        // A new size of as many bytes (turned by 90 degrees) is known only from ffmpeg's messages, which may be some frames ahead.
        bool otherBytes = _reader.Remaining != Format.ByteCount;
        if (otherBytes)
            SpinWait.SpinUntil(() => _report.NewSize is not null, 1000);
        (int Width, int Height)? size = _report.NewSize;
        bool fixedSize = _options is { Width: not null, Height: not null };
        bool turned = size is (int width, int height) && !fixedSize && new FrameFormat(width, height, Format.Layout).ByteCount == Format.ByteCount;
        if (!otherBytes && !turned)
            return;
        Stop();
        string now = size is null ? "" : $" to {size.Value.Width}x{size.Value.Height}";
        throw new FfmpegException($"{_doing} beyond frame {_number} at {time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s: "
            + $"the picture size changes from {Format.Width}x{Format.Height}{now}; scale to a fixed width and height, or read what follows by a start time of its own.");
    }

    private bool Stop()
    {
        _ended = true;
        _process.Kill();
        return false;
    }

    private bool End(CancellationToken cancellation)
    {
        _ended = true;
        if (_disposed)
            return false;
        int exitCode = _process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        if (_disposed)
            return false;
        if (exitCode != 0)
            throw _process.Failure($"{_doing} beyond frame {_number}");
        if (IsCut() is string cut)
            throw new FfmpegException($"'{Name}' is cut: {cut}; what it holds up to there was read.", exitCode, _process.Log.Lines);
        if (_process.Log.ErrorCount is > 0 and long errors)
        {
            lock (_warnings)
                _warnings.Add($"'{Name}' is damaged: ffmpeg reported {errors} {(errors == 1 ? "error" : "errors")}: {_process.Log.Reason}");
        }
        return false;
    }

    private string? IsCut()
    {
        if (IsLive)
            return null;
        string end = $"it ends with frame {_number - _options.Every} at {_lastTime.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s";
        if (_input.Info is { DurationIsStated: true, Duration: TimeSpan stated, FrameRate: > 0 } info)
        {
            // Headers are off by a little in whole files too; a cut that small is not worth a failed job.
            TimeSpan missing = stated - _lastTime - TimeSpan.FromSeconds(_options.Every / info.FrameRate);
            if (missing > TimeSpan.FromSeconds(Math.Max(1, 0.02 * stated.TotalSeconds)) || (_report.SaysCut && missing > TimeSpan.Zero))
                return $"{end}, its header promises {stated.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s";
        }
        return _report.SaysCut ? end : null;
    }
}
