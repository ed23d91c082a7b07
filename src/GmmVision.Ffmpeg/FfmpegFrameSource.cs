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
    private readonly PacketListener? _packets;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(40), LongestWaitForFirst = TimeSpan.FromSeconds(50), LongestSearch = TimeSpan.FromMinutes(30);

    private readonly List<string> _warnings;
    private readonly string _doing;
    private StreamReport _report = null!;      // these four begin anew with every attempt to seek
    private ChildProcess _process = null!;
    private NutReader _reader = null!;
    private ReadWatch? _watch;
    private StampCode _stamps;
    private FrameClock _clock = null!;
    private TimeSpan _offset;       // what to add to the stream's own clock
    private bool _headerRead, _ended, _paused;
    private ShownSize? _newSize;
    private long _number, _read, _coded;
    private TimeSpan _time, _lastTime;
    private volatile bool _disposed;

    /// <summary>Opens a file or URL; <see cref="FrameSources.Open"/> opens everything else too.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FfmpegException">It cannot be decoded, holds no frame, or ffmpeg is missing.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static FfmpegFrameSource OpenFile(string path, SourceOptions? options = null, CancellationToken cancellation = default)
    {
        options = (options ?? new SourceOptions()).Validate();
        return new FfmpegFrameSource(Describe(path, options, cancellation), options, cancellation);
    }

    internal static SourceInput Describe(string path, SourceOptions options, CancellationToken cancellation)
    {
        string doing = $"cannot read video '{InputName.Of(path)}'";
        MediaInfo info;
        try
        {
            info = MediaInfo.Read(path, options.Stream, cancellation);
        }
        catch (FfmpegException) when (ImageFileInfo.IsAnimatedWebP(path))
        {
            throw new FfmpegException(AnimatedWebP(doing));
        }
        List<string> notes = [];
        string[] rate = [];
        if (info.HasNoTimes && options.FrameRate is double given)
        {
            rate = ["-r", Fraction(given)];
        }
        else if (info.HasNoTimes)
        {
            notes.Add($"'{InputName.Of(path)}' is a bare stream without times: taken as {info.FrameRate.ToString("0.###", CultureInfo.InvariantCulture)} frames a second; give a frame rate (fps) if it is another.");
        }
        else if (options.FrameRate is not null)
        {
            notes.Add($"'{InputName.Of(path)}' has times of its own: the frame rate given is not used.");
        }
        return Deepen(new SourceInput
        {
            Name = InputName.Of(path),
            Arguments = [.. rate, "-i", InputName.ForFfmpeg(path)],
            Map = $"0:{info.StreamIndex.ToString(CultureInfo.InvariantCulture)}",
            Path = InputName.IsUrl(path) ? null : path,
            Info = info,
            FrameRate = rate.Length > 0 ? options.FrameRate : null,
            Filter = ImageFileInfo.Upright(ImageFileInfo.Orientation(path)) is { Length: > 0 } turn ? turn.TrimEnd(',') : null,
            Warnings = notes,
        }, options, info.PixelFormat, doing, cancellation);
    }

    /// <summary>Chooses the levels of samples with more than 8 bits, and notes them.</summary>
    internal static SourceInput Deepen(SourceInput input, SourceOptions options, string pixelFormat, string doing, CancellationToken cancellation)
    {
        int bits = DeepSamples.Bits(pixelFormat);
        if (options.Levels is (int low, int high))
        {
            if (high >= 1 << bits)
                throw new ArgumentException($"Levels {low}:{high} are out of range: samples of '{input.Name}' have {bits} bits, 0 to {(1 << bits) - 1}.");
            return input with { Levels = options.Levels, PixelFormat = pixelFormat };
        }
        if (bits <= 8 || DeepSamples.Measure(input.Arguments, input.Map, pixelFormat, input.StandardInputText, doing, cancellation) is not { } levels)
            return input;
        string note = $"'{input.Name}' has samples of {bits} bits: {levels.Low} to {levels.High}, chosen by its first frames, become the 256 levels that are looked at; give other levels (low:high) if these do not fit.";
        return input with { Levels = levels, PixelFormat = pixelFormat, Warnings = [.. input.Warnings, note] };
    }

    /// <summary>A rate as ffmpeg reads it exactly: slow ones as one frame in so many seconds.</summary>
    internal static string Fraction(double rate) => rate >= 1 || Math.Abs(1 / rate - Math.Round(1 / rate)) > 1e-6
        ? rate.ToString("0.#########", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"1/{Math.Round(1 / rate)}");

    internal static string AnimatedWebP(string doing) => $"{doing}: it is an animated WebP, which this ffmpeg cannot decode: convert it to GIF, APNG or a video first.";

    internal FfmpegFrameSource(SourceInput input, SourceOptions options, CancellationToken cancellation)
    {
        (_input, _options) = (input, options);
        if (options.Packets is not null && !input.IsLive && !options.Realtime && !input.LiveWithoutDuration)
            throw new ArgumentException($"'{input.Name}' is a file that is not played at its own pace: packets beside its frames can be taken of what is live only.");
        _warnings = [.. input.Warnings];
        _doing = $"cannot read {input.Kind} '{input.Name}'";
        IReadOnlyList<TimeSpan?> seeks = SeekPlan.For(input, options);
        _packets = options.Packets is null ? null : new PacketListener();
        try
        {
            bool found = false;
            for (int i = 0; !found; i++)
            {
                if (i == seeks.Count)
                    throw Empty(cancellation);
                found = TryBegin(seeks[i], i == seeks.Count - 1, cancellation);
            }
            _report.WaitForOutput();
            Format = new FrameFormat(_reader.Width, _reader.Height, LayoutOf(_reader.FourCc), _report.Range).Validate();
            OwnFormat = _report.NextSize is { } shown ? Format with { Width = shown.OwnWidth, Height = shown.OwnHeight } : Format;
            _report.TakeSize();
            FrameRate = KnownFrameRate();
            IsLive = input.IsLive || options.Realtime || (input.LiveWithoutDuration && !_report.HasDuration);
            FrameCount = Count();
        }
        catch
        {
            _process?.Dispose();
            _packets?.Dispose();
            throw;
        }
        finally
        {
            _watch?.Dispose();
            _watch = null;
        }
        if (input.Info is not null || input.Kind == "folder")
            _watch = new ReadWatch(LongestWait, _process.Kill);
    }

    /// <inheritdoc/>
    public string Name => _input.Name;

    /// <inheritdoc/>
    /// <remarks>Another one after <see cref="Continue"/>.</remarks>
    public FrameFormat Format { get; private set; }

    /// <inheritdoc/>
    /// <remarks>Another one after <see cref="Continue"/>.</remarks>
    public FrameFormat OwnFormat { get; private set; }

    /// <summary>Which sample values became 0 and 255; null where all of the range did.</summary>
    public (int Low, int High)? Levels => _input.Levels;

    /// <summary>Number of the stream in the file; null where it is not a file.</summary>
    public int? Stream => _input.Info?.StreamIndex;

    /// <summary>Whether the stream's clock was set, so that times of frames are no longer those in the file.</summary>
    public bool IsMended => _clock.WasSet;

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
                return [.. _warnings, .. _clock.Notes.Select(note => $"'{Name}': {note}")];
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
        if (_ended || _paused || _disposed)
            return false;

        using CancellationTokenRegistration registration = KillWhen(cancellation);
        _watch?.Begin();
        try
        {
            if (!_headerRead && !TryReadTime())
                return End(cancellation);
            if (_time >= _options.End)
                return Stop();
            _headerRead = true;
            RequireSameSize(_time);
            _headerRead = false;
            ReadPicture(frame);
            (frame.Time, frame.Number) = (_time, _number);
            _number += _options.Every;
            _lastTime = _time;
            return true;
        }
        catch (EndOfStreamException exception)
        {
            _ended = true;
            if (_disposed)
                return false;
            cancellation.ThrowIfCancellationRequested();
            throw _watch?.HasEnded == true ? Stuck() : _process.Failure($"{_doing}: broken off within frame {_number}", exception);
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
        finally
        {
            _watch?.End();
        }
    }

    /// <summary>Goes on behind a <see cref="PictureSizeException"/>: <see cref="Format"/> then is the new one, and so must be the frames to read.</summary>
    /// <exception cref="InvalidOperationException">The size has not changed.</exception>
    public void Continue()
    {
        if (!_paused || _newSize is not ShownSize size)
            throw new InvalidOperationException("The size of the pictures has not changed: read on.");
        Format = (Format with { Width = size.Width, Height = size.Height }).Validate();
        OwnFormat = Format with { Width = size.OwnWidth, Height = size.OwnHeight };
        (_paused, _newSize) = (false, null);
    }

    /// <summary>Ends the decoder and waits until it is gone.</summary>
    public void Dispose()
    {
        _disposed = true;
        _watch?.Dispose();
        _process.Dispose();
        _packets?.Dispose();
    }

    private double KnownFrameRate() => _input.FrameRate ?? _input.Info?.FrameRate ?? _report.FrameRate;

    // One attempt: whether the first frame to deliver is what was asked for.
    private bool TryBegin(TimeSpan? seek, bool isLast, CancellationToken cancellation)
    {
        _watch?.Dispose();
        _process?.Dispose();
        TimeSpan shift = _input.Info?.StartOffset ?? TimeSpan.Zero;
        StreamReport report = new();
        _report = report;
        ChildInput standardInput = _input.StandardInputText is null ? _input.StandardInput : ChildInput.Pipe;
        _process = ChildProcess.Start(FfmpegTools.Ffmpeg, FfmpegCommand.Arguments(_input, _options, seek + shift, _packets?.Url), standardInput, largeOutput: true, report.Add);
        _packets?.Forward(_process.Id, Name, _options.Packets!.Sink);
        _reader = new NutReader(_process.Output);
        (_stamps, _clock, _read) = (default, new FrameClock((_input.FrameRate ?? _input.Info?.FrameRate ?? 0) / _options.Every, _input.Times is null && !_options.KeyFramesOnly), 0);
        using CancellationTokenRegistration registration = KillWhen(cancellation);
        if (_input.Info is not null || _input.FirstFrameOnly || _input.Kind == "folder")
        {
            _watch = new ReadWatch(_options.Start is null ? LongestWaitForFirst : LongestSearch, _process.Kill);
            _watch.Begin();
        }
        if (_input.StandardInputText is not null)
            _process.Feed(_input.StandardInputText);
        try
        {
            // Without a seek times count from the first frame; with one ffmpeg counts from where it was sent, unless it keeps the file's clock.
            _offset = seek is null ? TimeSpan.Zero : _input.Info is { ClockMayRestart: true } info ? -info.StreamStart : seek.Value;
            if (!_reader.TryOpen() || !TryReadTime())
                return false;
            if (seek is null)
            {
                _offset = -_time;
                _time = TimeSpan.Zero;
            }
            _headerRead = true;
            double rate = _input.FrameRate ?? _input.Info?.FrameRate ?? 0;
            TimeSpan start = _options.Start ?? TimeSpan.Zero, late = TimeSpan.FromSeconds(seek == start && rate > 0 ? 1.5 / rate : 0);
            if (!isLast && _time > start + late)
                return false;
            _number = seek is null ? 0 : (long)Math.Round(_time.TotalSeconds * rate);
            while (_time < start)
            {
                _number += _options.Every;
                if (!TryReadTime())
                    return _headerRead = false;
            }
            return true;
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

    private bool TryReadTime()
    {
        if (!_reader.TryReadHeader(out long pts))
            return false;
        _coded = _reader.ToTicks(pts);
        TimeSpan stamp = _stamps.Decode(_coded);
        if (_input.Times is { } times)
            stamp = times[(int)Math.Min(times.Count - 1, _read * _options.Every)];
        _read++;
        _time = _offset + _clock.Next(stamp, _number);
        return true;
    }

    private FfmpegException Stuck() => new($"{_doing} beyond frame {_number}: ffmpeg has delivered nothing for {_watch!.Limit.TotalSeconds:0} s.");

    private CancellationTokenRegistration KillWhen(CancellationToken cancellation) =>
        cancellation.UnsafeRegister(static process => ((ChildProcess)process!).Kill(), _process);

    private FfmpegException Empty(CancellationToken cancellation)
    {
        if (_watch?.HasEnded == true)
            return Stuck();
        using CancellationTokenRegistration registration = KillWhen(cancellation);
        int exitCode = _process.WaitForEnd();
        cancellation.ThrowIfCancellationRequested();
        if (exitCode != 0)
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
        // A new size of as many bytes (turned by 90 degrees) is known only from ffmpeg's messages, which come before its first picture.
        bool otherBytes = _reader.Remaining != Format.ByteCount;
        if (otherBytes)
            SpinWait.SpinUntil(() => _report.NextSize is not null, 1000);
        if (_report.NextSize is not ShownSize next)
        {
            if (!otherBytes)
                return;
            Stop();
            throw new FfmpegException($"{_doing} beyond frame {_number} at {Seconds(time)} s: a picture of {_reader.Remaining} bytes came where {Format.ByteCount} were due.");
        }
        bool fits = new FrameFormat(next.Width, next.Height, Format.Layout).ByteCount == _reader.Remaining;
        if (fits ? !otherBytes && _coded < next.Stamp : !otherBytes)
            return;
        _report.TakeSize();
        if ((next.OwnWidth, next.OwnHeight) == (OwnFormat.Width, OwnFormat.Height) && !otherBytes)
            return;
        if (!fits)
        {
            RequireSameSize(time);      // an older message; a newer one fits
            return;
        }
        (_paused, _newSize) = (true, next);
        throw new PictureSizeException($"{_doing} beyond frame {_number} at {Seconds(time)} s: "
            + $"the picture size changes from {OwnFormat.Width}x{OwnFormat.Height} to {next.OwnWidth}x{next.OwnHeight}; scale to a fixed width and height, or read what follows by a start time of its own.");
    }

    /// <summary>The picture at a time, decoded anew and not scaled. Reading on is not disturbed; may be called from several threads at once.</summary>
    /// <param name="time">Of a frame, on this source's clock.</param>
    /// <param name="threads">Of the decoder, which begins at the key frame in front: 1, or 0 for one a core where nothing else runs.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The first frame at or after that time; null where the source can be read only once, its clock was set, or there is none.</returns>
    /// <exception cref="FfmpegException">It cannot be decoded.</exception>
    public Frame? PictureAt(TimeSpan time, int threads = 1, CancellationToken cancellation = default)
    {
        if (!CanReadAgain || IsMended)
            return null;
        SourceOptions options = _options with { Start = TimeSpan.FromTicks(Math.Max(0, time.Ticks - TimeSpan.TicksPerMillisecond)), End = null, Every = 1, WorkingHeight = WorkingHeight.Full, Width = null, Height = null, Threads = threads, KeyFramesOnly = false };
        using FfmpegFrameSource again = Again(options, cancellation);
        Frame picture = new(again.Format);
        return again.TryRead(picture, cancellation) ? picture : null;
    }

    /// <summary>Whether the file is a bare stream of pictures, which have no times.</summary>
    public bool HasNoTimes => _input.Info?.HasNoTimes == true;

    /// <summary>Whether the file may have been joined from several, so that its clock can start again.</summary>
    public bool ClockMayRestart => _input.Info?.ClockMayRestart == true;

    /// <summary>Whether <see cref="Again"/> can: the input is a file, and no pipe, camera or stream.</summary>
    public bool CanReadAgain => _input.Path is not null;

    /// <summary>Opens the same file once more, without asking ffprobe again; the two are independent. May be called from several threads at once.</summary>
    /// <param name="options">What of it to read; the stream and the levels stay those that were chosen.</param>
    /// <param name="cancellation">Ends the wait for the first frame.</param>
    /// <exception cref="FfmpegException">There is no such frame, or it cannot be decoded.</exception>
    /// <exception cref="InvalidOperationException">It can be read only once.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public FfmpegFrameSource Again(SourceOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return CanReadAgain
            ? new FfmpegFrameSource(_input, options.Validate() with { Levels = _input.Levels }, cancellation)
            : throw new InvalidOperationException($"'{Name}' can be read only once.");
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

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
        int exitCode = _process.WaitForEnd();
        cancellation.ThrowIfCancellationRequested();
        if (_disposed)
            return false;
        if (_watch?.HasEnded == true)
            throw Stuck();
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
        string end = _options.KeyFramesOnly ? $"its last key frame is at {Seconds(_lastTime)} s" : $"it ends with frame {_number - _options.Every} at {Seconds(_lastTime)} s";
        if (_input.Info is not { Duration: TimeSpan stated, FrameRate: > 0 } info)
            return _report.SaysCut ? end : null;
        // A long last frame, sound or subtitles that go on: nothing is missing where every frame came, or the file is as long as it should be.
        if (_options is { Start: null, Every: 1 } && info.StatedFrames is long frames && _read >= frames)
            return null;
        bool? isWhole = _input.Path is string path ? ContainerEnd.IsWhole(path, info.Container) : null;
        if (isWhole == true)
            return null;
        // Where only key frames come, how late the last one is tells nothing.
        if (_options.KeyFramesOnly)
            return _report.SaysCut || isWhole == false ? end : null;
        TimeSpan missing = stated - _lastTime - TimeSpan.FromSeconds(_options.Every / info.FrameRate);
        // Headers are off by a little in whole files too; a cut that small is not worth a failed job.
        if (info.DurationIsStated && (missing > TimeSpan.FromSeconds(Math.Max(1, 0.02 * stated.TotalSeconds)) || ((_report.SaysCut || isWhole == false) && missing > TimeSpan.FromSeconds(1 / info.FrameRate))))
            return $"{end}, its header promises {Seconds(stated)} s";
        return _report.SaysCut ? end : null;
    }
}
