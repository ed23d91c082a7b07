using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.OpenCv;
using GmmVision.Recording.Cameras;

namespace GmmVision.Cli;

/// <summary>By what inputs are decoded.</summary>
internal enum Reader
{
    /// <summary>By ffmpeg where it is, by OpenCV where it is not.</summary>
    Auto,

    /// <summary>By the ffmpeg executable.</summary>
    Ffmpeg,

    /// <summary>By OpenCV, in this process.</summary>
    OpenCv,
}

/// <summary>Opens inputs and writes pictures by whichever of the two is asked for, or is there.</summary>
internal static class Readers
{
    /// <summary>Opens what a user names as input.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="UserError">OpenCV is asked for, and missing, or something that it cannot do.</exception>
    /// <exception cref="IOException">It cannot be opened; the message says why.</exception>
    public static IFrameSource Open(Reader reader, string input, SourceOptions options, CancellationToken cancellation)
    {
        if (!IsOpenCv(reader))
            return FrameSources.Open(input, options, cancellation);
        Require();
        RequireWithoutFfmpeg(input, options.Validate());
        return OpenByOpenCv(input, options, cancellation);
    }

    /// <summary>What opens the cameras of a watch in place of ffmpeg; null for ffmpeg.</summary>
    /// <exception cref="UserError">OpenCV is asked for, and missing.</exception>
    public static SourceOpener? OpenerOf(Reader reader)
    {
        if (!IsOpenCv(reader))
            return null;
        Require();
        return OpenCvCameras;
    }

    // One, so that cameras with it are the same when a configuration is read again.
    private static readonly SourceOpener OpenCvCameras = new("OpenCV", OpenByOpenCv);

    private static IFrameSource OpenByOpenCv(string input, SourceOptions options, CancellationToken cancellation)
    {
        CaptureOptions capture = new()
        {
            Start = options.Start,
            End = options.End,
            Every = options.Every,
            Scale = size => Scaled(size, options),
            CameraSize = options.CaptureSize is (int width, int height) ? new OpenCvSharp.Size(width, height) : null,
            CameraRate = options.FrameRate,
            Timeout = options.Timeout,
        };
        if (CameraNumber(input) is int camera)
            return OpenCvFrameSource.OpenCamera(camera, capture);
        return FrameSources.IsCamera(input) ? throw NeedsFfmpeg(input, "a camera's name") : OpenCvFrameSource.Open(input, capture, cancellation);
    }

    /// <summary>Loads a picture, as <see cref="StillImage.Load(string, SourceOptions, CancellationToken)"/> does.</summary>
    public static (Frame Image, Mask? Transparent, (int Low, int High)? Levels) LoadPicture(Reader reader, string path, (int Low, int High)? levels, CancellationToken cancellation)
    {
        if (!IsOpenCv(reader) && !(reader == Reader.Auto && IsPlainPng(path) && NativeLibraryCheck.Problem is null))
            return StillImage.Load(path, new SourceOptions { Layout = PixelLayout.Rgb, Levels = levels }, cancellation);
        Require();
        return OpenCvPictures.Load(path, levels);
    }

    /// <summary>Whether a file is a whole PNG of samples of at most 8 bits, of which both readers give the same samples; OpenCV without a process of its own. What is damaged ffmpeg explains better.</summary>
    private static bool IsPlainPng(string path)
    {
        try
        {
            // Depth of samples at 24, behind the signature, the first chunk's length and name, width and height.
            return path.EndsWith(".png", StringComparison.OrdinalIgnoreCase) && File.Exists(path) && File.ReadAllBytes(path) is { Length: > 24 } file && file[24] <= 8 && PngReader.IsWhole(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;      // the reader says what is wrong
        }
    }

    /// <summary>Saves a picture; without ffmpeg by OpenCV, whoever read the input.</summary>
    public static void SavePicture(string path, Frame frame)
    {
        if (IsOpenCv(Reader.Auto))
            OutputFile.Write(path, stream => stream.Write(OpenCvPictures.Encode(Path.GetExtension(path), frame)));
        else
            StillImage.Save(path, frame);
    }

    /// <summary>Whether OpenCV is what reads. Where neither is there it is ffmpeg, whose absence is then told.</summary>
    public static bool IsOpenCv(Reader reader) => reader == Reader.OpenCv || (reader == Reader.Auto && !FfmpegTools.IsAvailable && !FfmpegTools.IsNamed && NativeLibraryCheck.Problem is null);

    private static void Require()
    {
        if (NativeLibraryCheck.Problem is string problem)
            throw new UserError($"cannot read by OpenCV: {problem}");
    }

    private static void RequireWithoutFfmpeg(string input, SourceOptions options)
    {
        string? what = input == "-" ? "standard input" : Directory.Exists(input) ? "a folder of images"
            : options.Stream is not null ? "--stream" : options.Deinterlace ? "--deinterlace" : options.Times != ImageTimes.Rate ? "--times"
            : options.FrameRate is not null ? "--fps" : options.Levels is not null ? "--levels" : null;
        if (what is not null)
            throw NeedsFfmpeg(input, what);
    }

    /// <summary>What is told where OpenCV reads and something was asked for that it cannot do.</summary>
    public static UserError NeedsFfmpeg(string input, string what) => UserError.Usage(
        $"'{FrameSources.NameOf(input)}': {what} needs ffmpeg, and this is read by OpenCV: {(FfmpegTools.IsAvailable ? "use --reader ffmpeg" : "install ffmpeg (https://ffmpeg.org/download.html)")}, or leave it out.");

    private static OpenCvSharp.Size Scaled(OpenCvSharp.Size own, SourceOptions options)
    {
        (int width, int height) = options.WorkingHeight.Of(own.Width, own.Height);
        return (options.Width, options.Height) switch
        {
            (null, null) => new OpenCvSharp.Size(width, height),
            (int w, null) => new OpenCvSharp.Size(w, Math.Max(1, (int)Math.Round((double)own.Height * w / own.Width))),
            (null, int h) => new OpenCvSharp.Size(Math.Max(1, (int)Math.Round((double)own.Width * h / own.Height)), h),
            (int w, int h) => new OpenCvSharp.Size(w, h),
        };
    }

    private static int? CameraNumber(string input)
    {
        foreach (string prefix in (string[])["camera:", "/dev/video"])
            if (input.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(input.AsSpan(prefix.Length), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number))
                return number;
        return null;
    }
}
