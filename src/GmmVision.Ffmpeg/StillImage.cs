using System.Globalization;
using GmmVision.Ffmpeg.Processes;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>Loads and saves single images.</summary>
/// <remarks>Thread-safe; each call runs an ffmpeg of its own, except that PNG and JPEG are written without one.</remarks>
public static class StillImage
{
    private const int JpegQuality = 92;      // of the standard's tables; no difference is seen, at a third of the bytes of 98

    /// <summary>Loads an image: PNG, JPEG, BMP, TIFF, WebP and whatever else ffmpeg reads; of a video the first frame.</summary>
    /// <param name="path">A file, or an http(s) URL.</param>
    /// <param name="layout">Planes to load it into. Gray8 is the luma of a colour image.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <remarks>Palettes are looked up, alpha is ignored, the orientation in EXIF data is applied. Grey of more than 8 bits is spread by the part of its range that it uses; colour is rounded.</remarks>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FfmpegException">It is no image, is damaged, or ffmpeg is missing.</exception>
    public static Frame Load(string path, PixelLayout layout = PixelLayout.Rgb, CancellationToken cancellation = default) =>
        Load(path, new SourceOptions { Layout = layout }, cancellation).Image;

    /// <summary>Loads an image and what is transparent in it.</summary>
    /// <param name="path">A file, or an http(s) URL.</param>
    /// <param name="options">Its layout and levels count; null: Rgb, levels chosen.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The image, where it is transparent (null: nowhere), and which sample values became 0 and 255 (null: all of the range).</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FfmpegException">It is no image, is damaged, or ffmpeg is missing.</exception>
    public static (Frame Image, Mask? Transparent, (int Low, int High)? Levels) Load(string path, SourceOptions? options, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = (options ?? new SourceOptions()) with { Threads = 1 };
        options = (options with { Layout = options.Layout ?? PixelLayout.Rgb }).Validate();
        // Palette colours come out exact by way of packed RGB only; JPEG's chroma is interpolated better without it.
        bool jpeg = Path.GetExtension(path).ToLowerInvariant() is ".jpg" or ".jpeg";
        string name = InputName.Of(path), doing = $"cannot read image '{name}'", turn = ImageFileInfo.Upright(ImageFileInfo.Orientation(path));
        SourceInput input = new()
        {
            Name = name,
            Kind = "image",
            Arguments = InputArguments(path),
            FirstFrameOnly = true,
            Filter = turn + (options.Layout == PixelLayout.Rgb && !jpeg ? "format=rgb24" : "null"),
        };
        try
        {
            string pixels = StillImageProbe.PixelFormat(path, cancellation);
            input = FfmpegFrameSource.Deepen(input, options, pixels, doing, cancellation);
            using FfmpegFrameSource source = new(input, options, cancellation);
            var frame = new Frame(source.Format);
            bool complete = source.TryRead(frame, cancellation) && !source.TryRead(new Frame(source.Format), cancellation);
            // A decoder fills what is missing of a damaged image with grey; better none than that.
            if (!complete || source.Warnings.Count > input.Warnings.Count)
                throw new FfmpegException($"cannot read image: {(complete ? source.Warnings[^1] : $"'{name}' holds no whole picture.")}");
            Mask? transparent = StillImageProbe.HasAlpha(pixels) ? StillImageProbe.Transparent(InputArguments(path), turn, name, frame.Width, frame.Height, cancellation) : null;
            return (frame, transparent, source.Levels);
        }
        catch (FfmpegException) when (ImageFileInfo.IsAnimatedWebP(path))
        {
            throw new FfmpegException(FfmpegFrameSource.AnimatedWebP(doing));
        }
    }

    /// <summary>Saves a frame as the format that the file's extension names: .png, .jpg, .jpeg, .bmp, .tif, .tiff or .webp.</summary>
    /// <param name="path">Final name; written under a temporary name first.</param>
    /// <param name="frame">Any layout. Limited range is expanded, as images are full range.</param>
    /// <exception cref="ArgumentException">The extension is none of these.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Save(string path, Frame frame)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(frame);
        string extension = Path.GetExtension(path).ToLowerInvariant();
        switch (extension)
        {
            case ".png":
                OutputFile.Write(path, stream => PngWriter.Write(stream, ForPng(frame)));
                return;
            case ".jpg" or ".jpeg":
                OutputFile.Write(path, stream => stream.Write(new JpegWriter(JpegQuality).Encode(frame)));
                return;
        }
        string[] codec = extension switch
        {
            ".bmp" => ["-c:v", "bmp", "-pix_fmt", "bgr24"],
            ".tif" or ".tiff" => ["-c:v", "tiff", "-pix_fmt", "rgb24"],
            ".webp" => ["-c:v", "libwebp", "-quality", "90"],
            _ => throw new ArgumentException($"cannot write '{path}': '{extension}' is no image format that is known here: use .png, .jpg, .bmp, .tif or .webp."),
        };
        using var file = new OutputFile(path);
        Encode(frame, codec, file.TemporaryPath, $"cannot write image '{path}'");
        file.Complete();
    }

    private static Frame ForPng(Frame frame)
    {
        if (frame.Format.Layout == PixelLayout.Rgb || frame.Format is { Layout: PixelLayout.Gray8, Range: ColorRange.Full })
            return frame;
        Frame converted = new(frame.Format with { Layout = frame.Format.Layout == PixelLayout.Gray8 ? PixelLayout.Gray8 : PixelLayout.Rgb, Range = ColorRange.Full });
        FrameConverter.Convert(frame, converted);
        return converted;
    }

    /// <summary>Saves a mask as a PNG of one bit a pixel, white where set.</summary>
    /// <exception cref="ArgumentException">The extension is not .png.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Save(string path, Mask mask)
    {
        if (!string.Equals(Path.GetExtension(path), ".png", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"cannot write mask '{path}': masks are saved as .png.");
        OutputFile.Write(path, stream => PngWriter.Write(stream, mask));
    }

    /// <summary>Loads a picture whose samples are labels, without any color conversion: ground truth, a segmentation.</summary>
    /// <param name="path">A file. PNG is read as <see cref="PngReader.ReadLabels"/> says; of other formats grey of 16 bits as it is, JPEG's luma, else RGB whose channels are equal.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FfmpegException">It is no image, or damaged.</exception>
    /// <exception cref="InvalidDataException">It is a damaged PNG, or has colors where only grey can be a label.</exception>
    public static LabelImage LoadLabels(string path, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"cannot read labels '{InputName.Of(path)}': no such file.", path);
        try
        {
            using FileStream stream = File.OpenRead(path);
            Span<byte> start = stackalloc byte[8];
            bool isPng = PngReader.IsPng(start[..stream.ReadAtLeast(start, 8, throwOnEndOfStream: false)]);
            stream.Position = 0;
            return isPng ? PngReader.ReadLabels(stream) : DecodeLabels(path, cancellation);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"cannot read labels '{InputName.Of(path)}': {exception.Message}", exception);
        }
    }

    private static LabelImage DecodeLabels(string path, CancellationToken cancellation)
    {
        MediaInfo info = MediaInfo.Read(path, cancellation);
        if (info.PixelFormat.StartsWith("gray16", StringComparison.Ordinal))
            return DecodeGray16(path, info);
        // Luma is what a JPEG holds. Of all else RGB: to grey, ffmpeg would squeeze 255 of RGB and of palettes to 235.
        Frame frame = Load(path, info.Codec is "mjpeg" or "jpegls" ? PixelLayout.Gray8 : PixelLayout.Rgb, cancellation);
        ushort[] values = new ushort[frame.Width * frame.Height];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = frame.Data[i];
            for (int plane = 1; plane < frame.Format.PlaneCount; plane++)
                if (frame.Data[plane * values.Length + i] != values[i])
                    throw new InvalidDataException($"the pixel at ({i % frame.Width}, {i / frame.Width}) is {values[i]}, {frame.Data[values.Length + i]}, {frame.Data[2 * values.Length + i]} in red, green and blue: labels must be grey.");
        }
        return new LabelImage(values, frame.Width, frame.Height);
    }

    private static LabelImage DecodeGray16(string path, MediaInfo info)
    {
        byte[] bytes = FfmpegTools.Run(FfmpegTools.Ffmpeg,
            ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+error", .. InputArguments(path), "-frames:v", "1", "-pix_fmt", "gray16le", "-f", "rawvideo", "pipe:1"],
            $"cannot read image '{InputName.Of(path)}'");
        if (bytes.Length != 2 * info.Width * info.Height)
            throw new FfmpegException($"cannot read image '{InputName.Of(path)}': it holds no picture of {info.Width}x{info.Height} that can be decoded.");
        ushort[] values = new ushort[info.Width * info.Height];
        for (int i = 0; i < values.Length; i++)
            values[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(2 * i));
        return new LabelImage(values, info.Width, info.Height);
    }

    private static string[] InputArguments(string path)
    {
        string input = InputName.ForFfmpeg(path);
        // These characters in an image's name mean a sequence to ffmpeg unless told otherwise.
        return path.AsSpan().IndexOfAny("%*?{") >= 0 && !InputName.IsUrl(path) ? ["-f", "image2", "-pattern_type", "none", "-i", input] : ["-i", input];
    }

    private static void Encode(Frame frame, string[] codec, string path, string doing)
    {
        string size = string.Create(CultureInfo.InvariantCulture, $"{frame.Width}x{frame.Height}");
        string[] arguments = ["-hide_banner", "-nostats", "-nostdin", "-loglevel", "level+error", "-y",
            "-f", "rawvideo", "-pixel_format", PictureWriter.PixelFormat(frame.Format.Layout), "-video_size", size, "-i", "pipe:0",
            "-vf", $"scale=in_range={PictureWriter.RangeName(frame.Format)}:out_range=full", "-frames:v", "1", .. codec, "-f", "image2", "-update", "1", "file:" + path];
        using ChildProcess process = ChildProcess.Start(FfmpegTools.Ffmpeg, arguments, ChildInput.Pipe);
        using LifeWatch watch = new(process);
        watch.Begin();
        IOException? broken = null;
        try
        {
            PictureWriter.Write(process.Input, frame);
            process.Input.Dispose();
        }
        catch (IOException exception)
        {
            broken = exception;      // ffmpeg ended early and says why
        }
        if (process.WaitForExit() != 0 || broken is not null)
            throw watch.Reason is string reason ? new FfmpegException($"{doing}: the encoder {reason}.", broken) : process.Failure(doing, broken);
    }
}
