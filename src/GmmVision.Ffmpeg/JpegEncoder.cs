using System.Globalization;
using GmmVision.Ffmpeg.Nut;
using GmmVision.Ffmpeg.Processes;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>Turns frames into JPEG images, one after the other, through one ffmpeg that keeps running: milliseconds a frame instead of a process each.</summary>
/// <remarks>Thread-safe: calls wait for each other. Limited range is expanded, as JPEG is full range.</remarks>
public sealed class JpegEncoder : IDisposable
{
    private const string Doing = "cannot encode JPEG";

    private readonly Lock _lock = new();
    private readonly ChildProcess _process;
    private readonly NutReader _reader;
    private bool _opened, _disposed;

    /// <summary>Starts the encoder.</summary>
    /// <param name="format">Size and layout of every frame.</param>
    /// <param name="quality">1 (worst) to 100 (best); 85 by default.</param>
    /// <exception cref="ArgumentException">The quality is out of range.</exception>
    /// <exception cref="FfmpegException">ffmpeg is missing.</exception>
    public JpegEncoder(FrameFormat format, int quality = 85)
    {
        if (quality is < 1 or > 100)
            throw new ArgumentException($"JPEG quality {quality} is out of range: 1 is the worst, 100 the best.", nameof(quality));
        Format = format.Validate();
        int scale = 2 + (100 - quality) * 29 / 99;      // ffmpeg counts from 2, the best, to 31
        string[] arguments = ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+error", "-probesize", "32", "-analyzeduration", "0",
            "-f", "rawvideo", "-pixel_format", PictureWriter.PixelFormat(format.Layout),
            "-video_size", string.Create(CultureInfo.InvariantCulture, $"{format.Width}x{format.Height}"), "-framerate", "25", "-i", "pipe:0",
            "-vf", $"scale=in_range={PictureWriter.RangeName(format)}:out_range=full,format=yuvj420p",
            // One thread: more would hold a frame back each, and a picture must come out before the next goes in.
            "-threads", "1", "-fps_mode", "passthrough", "-c:v", "mjpeg", "-q:v", scale.ToString(CultureInfo.InvariantCulture),
            "-f", "nut", "-write_index", "0", "-flush_packets", "1", "pipe:1"];
        _process = ChildProcess.Start(FfmpegTools.Ffmpeg, arguments, ChildInput.Pipe, largeOutput: true);
        _reader = new NutReader(_process.Output);
    }

    /// <summary>What it encodes.</summary>
    public FrameFormat Format { get; }

    /// <summary>Encodes a frame.</summary>
    /// <returns>A whole JPEG file.</returns>
    /// <exception cref="ArgumentException">The frame is of another format.</exception>
    /// <exception cref="FfmpegException">The encoder ended.</exception>
    public byte[] Encode(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Format != Format)
            throw new ArgumentException($"A frame of {frame.Format} was given to an encoder of {Format}.", nameof(frame));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                PictureWriter.Write(_process.Input, frame);
                _opened = _opened || _reader.TryOpen();
                if (!_opened || !_reader.TryReadHeader(out _))
                    throw new EndOfStreamException();
                byte[] jpeg = new byte[_reader.Remaining];
                _reader.Read(jpeg);
                return jpeg;
            }
            catch (Exception exception) when (exception is IOException and not FfmpegException or InvalidDataException)
            {
                _process.Kill();
                throw _process.Failure(Doing, exception);
            }
        }
    }

    /// <summary>Ends the encoder.</summary>
    public void Dispose()
    {
        lock (_lock)
            _disposed = true;
        _process.Dispose();
    }
}
