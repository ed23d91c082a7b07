using System.Globalization;
using GmmVision.Ffmpeg.Nut;
using GmmVision.Ffmpeg.Processes;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>Encodes frames or masks into a video file.</summary>
/// <remarks>
/// The times of the frames are kept (a variable frame rate stays one) in .mp4, .mov and .mkv, to the millisecond in the
/// last; .avi knows only a fixed rate, into which frames are doubled or dropped. A frame that is not later than the one
/// before follows it at once. The file gets its name in <see cref="Complete"/>; until then it has a temporary one beside
/// it. One thread at a time.
/// </remarks>
public sealed class VideoSink : IFrameSink
{
    private readonly FrameFormat _format;
    private readonly OutputFile _file;
    private readonly ChildProcess _process;
    private readonly LifeWatch _watch;
    private readonly NutWriter _writer;
    private readonly string _doing;
    private readonly double _frameRate;
    private Frame? _maskFrame;
    private long _lastPts = -1, _firstPts = -1;
    private bool _completed, _disposed;

    /// <summary>Starts the encoder.</summary>
    /// <param name="path">Name of the file; its extension chooses the container. Its folder is created.</param>
    /// <param name="format">Size and layout of every frame; for masks Gray8 of their size.</param>
    /// <param name="options">How to encode; null for all defaults.</param>
    /// <param name="hurry">Once cancelled, the encoder has to end soon: it is killed when it does nothing for a second, or has not ended in eight. What was written until then may still be completed.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="IOException">The folder cannot be created, or ffmpeg is missing.</exception>
    public VideoSink(string path, FrameFormat format, VideoSinkOptions? options = null, CancellationToken hurry = default)
        : this(path, format, options, hurry, idle: null)
    {
    }

    /// <param name="path">Name of the file.</param>
    /// <param name="format">Of every frame.</param>
    /// <param name="options">How to encode.</param>
    /// <param name="hurry">Once cancelled, the encoder has to end soon.</param>
    /// <param name="idle">How long the encoder may do nothing while it is waited for; null: a minute.</param>
    internal VideoSink(string path, FrameFormat format, VideoSinkOptions? options, CancellationToken hurry, TimeSpan? idle)
    {
        options = (options ?? new VideoSinkOptions()).Validate();
        _format = format.Validate();
        _frameRate = options.FrameRate;
        _doing = $"cannot write video '{path}'";
        string ffmpeg = FfmpegTools.Ffmpeg;
        _file = new OutputFile(path);
        _process = ChildProcess.Start(ffmpeg, Arguments(options), ChildInput.Pipe);
        _watch = new LifeWatch(_process, hurry, idle);
        _watch.Begin();
        try
        {
            _writer = new NutWriter(_process.Input, format);
        }
        catch (IOException exception)
        {
            FfmpegException failure = Failure(exception);
            Dispose();
            throw failure;
        }
        _watch.End();
    }

    /// <summary>Frames written so far.</summary>
    public long FrameCount { get; private set; }

    /// <summary>Id of the encoder's process.</summary>
    internal int ProcessId => _process.Id;

    /// <inheritdoc/>
    public void Write(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Format != _format)
            throw new ArgumentException($"A frame of {frame.Format} was given to a video of {_format}.", nameof(frame));
        ObjectDisposedException.ThrowIf(_disposed || _completed, this);
        long pts = (long)Math.Round(frame.Time.Ticks * (double)NutWriter.TimeBase / TimeSpan.TicksPerSecond);
        if (_firstPts < 0)
            _firstPts = pts;
        // The file begins at 0; a time that stands still or runs backwards would stop the encoder.
        pts = Math.Max(pts - _firstPts, _lastPts + 1);
        _watch.Begin();
        try
        {
            _writer.WriteHeader(pts, _format.ByteCount);
            PictureWriter.Write(_process.Input, frame);
        }
        catch (IOException exception)
        {
            throw Failure(exception);
        }
        _watch.End();
        _lastPts = pts;
        FrameCount++;
    }

    /// <summary>Appends a mask, white where set.</summary>
    /// <param name="mask">Of the size of the video, which is Gray8.</param>
    /// <param name="time">When it is shown.</param>
    /// <exception cref="ArgumentException">The sizes differ, or the video is not Gray8.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Write(Mask mask, TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (_format.Layout != PixelLayout.Gray8)
            throw new ArgumentException($"A mask was given to a video of {_format}: masks need Gray8.", nameof(mask));
        _maskFrame ??= new Frame(_format);
        mask.CopyTo(_maskFrame);
        _maskFrame.Time = time;
        Write(_maskFrame);
    }

    /// <inheritdoc/>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_completed)
            return;
        if (FrameCount == 0)
            throw new IOException($"{_doing}: no frame was given.");
        IOException? broken = null;
        _watch.Begin();
        try
        {
            _process.Input.Dispose();
        }
        catch (IOException exception)
        {
            broken = exception;
        }
        // A full disk may show only when the last bytes are written, and ffmpeg does not always count that as failure.
        if (_process.WaitForExit() != 0 || broken is not null || _process.Log.ErrorCount > 0)
            throw Failure(broken);
        _watch.End();
        _file.Complete();
        _completed = true;
    }

    private FfmpegException Failure(Exception? inner)
    {
        FfmpegException failure = _process.Failure(_doing, inner);
        return _watch.Reason is string reason ? new FfmpegException($"{_doing}: the encoder {reason}.", failure) : failure;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _watch.Dispose();
        _process.Dispose();
        _file.Dispose();
    }

    private List<string> Arguments(VideoSinkOptions options)
    {
        string extension = Path.GetExtension(_file.FinalPath).ToLowerInvariant();
        bool avi = extension == ".avi";
        VideoCodec codec = options.Codec ?? (_format.Layout == PixelLayout.Gray8 && extension is ".mkv" or ".avi" ? VideoCodec.Ffv1 : VideoCodec.H264);
        string rate = options.FrameRate.ToString(CultureInfo.InvariantCulture);
        List<string> arguments = ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+error", "-y",
            "-r", rate, "-f", "nut", "-i", "pipe:0"];
        // "-r" in front of an input replaces its times, so it is only for the container that has none.
        if (!avi)
            arguments.RemoveRange(arguments.IndexOf("-r"), 2);
        arguments.AddRange(["-map", "0:v:0", "-vf", Filters(codec)]);
        arguments.AddRange(avi ? ["-fps_mode", "cfr", "-r", rate] : ["-fps_mode", "passthrough", "-enc_time_base", "-1"]);
        if (options.Threads > 0)
            arguments.AddRange(["-threads", options.Threads.ToString(CultureInfo.InvariantCulture)]);
        arguments.AddRange(codec == VideoCodec.H264
            ? ["-c:v", "libx264", "-preset", options.Speed, "-crf", options.Quality.ToString(CultureInfo.InvariantCulture), .. ColorTags()]
            : ["-c:v", "ffv1", "-level", "3", "-g", "1", "-color_range", _format.Range == ColorRange.Full ? "pc" : "tv"]);
        if (extension is ".mp4" or ".mov" or ".m4v")
            arguments.AddRange(["-movflags", "+faststart"]);
        arguments.Add("file:" + _file.TemporaryPath);
        return arguments;
    }

    private string Filters(VideoCodec codec)
    {
        if (codec == VideoCodec.Ffv1)
            return _format.Layout == PixelLayout.Rgb ? "format=bgr0" : "null";
        var filters = new List<string>();
        if (_format.Layout == PixelLayout.Rgb)
            filters.Add("scale=in_range=full:out_range=limited:out_color_matrix=bt709");
        else if (_format.Range == ColorRange.Full)
            filters.Add("scale=in_range=full:out_range=limited");
        // 4:2:0 in H.264 has even sides only.
        if (_format.Width % 2 != 0 || _format.Height % 2 != 0)
            filters.Add("pad=ceil(iw/2)*2:ceil(ih/2)*2");
        filters.Add("format=yuv420p");
        return string.Join(',', filters);
    }

    private string[] ColorTags() => _format.Layout == PixelLayout.Rgb
        ? ["-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
        : ["-color_range", "tv"];
}
