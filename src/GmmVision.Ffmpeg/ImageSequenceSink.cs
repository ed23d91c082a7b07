using System.Globalization;
using GmmVision.Imaging;

namespace GmmVision.Ffmpeg;

/// <summary>Writes frames or masks as numbered images into a folder: "in000001.png", "in000002.png".</summary>
/// <remarks>
/// PNG or JPEG by extension. Each image has its final name as soon as it is whole, since it is of use by itself;
/// disposing without <see cref="Complete"/> removes those written here. One thread at a time.
/// </remarks>
public sealed class ImageSequenceSink : IFrameSink
{
    private readonly string _folder, _prefix, _extension;
    private readonly int _digits;
    private readonly long _first;
    private readonly JpegWriter _jpeg = new(95);
    private bool _completed, _disposed;

    /// <summary>Creates the folder.</summary>
    /// <param name="folder">Where the images go; what else is in it stays.</param>
    /// <param name="prefix">What stands in front of the number.</param>
    /// <param name="extension">".png", ".jpg" or ".jpeg".</param>
    /// <param name="digits">Digits of the number, 1 to 18.</param>
    /// <param name="first">Number of the first image, from 0.</param>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public ImageSequenceSink(string folder, string prefix = "", string extension = ".png", int digits = 6, long first = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(extension);
        _extension = extension.ToLowerInvariant();
        if (_extension is not (".png" or ".jpg" or ".jpeg"))
            throw new ArgumentException($"Images of '{extension}' cannot be written as a sequence: use .png or .jpg.", nameof(extension));
        Range.Check(digits, 1, 18);
        Range.Check(first >= 0, first, "0 or more");
        if (prefix.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
            throw new ArgumentException($"Prefix '{prefix}' cannot stand in a file name.", nameof(prefix));
        (_folder, _prefix, _digits, _first) = (Path.GetFullPath(folder), prefix, digits, first);
        try
        {
            Directory.CreateDirectory(_folder);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"cannot write images to '{folder}': no permission.", exception);
        }
    }

    /// <summary>Images written so far.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public void Write(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ObjectDisposedException.ThrowIf(_disposed || _completed, this);
        string path = PathOf(Count);
        if (_extension == ".png")
        {
            StillImage.Save(path, frame);
        }
        else
        {
            OutputFile.Write(path, stream => stream.Write(_jpeg.Encode(frame)));
        }
        Count++;
    }

    /// <summary>Appends a mask as a PNG of one bit a pixel, white where set.</summary>
    /// <exception cref="InvalidOperationException">The images are JPEG, which is no format for masks.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Write(Mask mask)
    {
        ObjectDisposedException.ThrowIf(_disposed || _completed, this);
        if (_extension != ".png")
            throw new InvalidOperationException("Masks are written as .png, not as JPEG.");
        StillImage.Save(PathOf(Count), mask);
        Count++;
    }

    /// <inheritdoc/>
    public void Complete() => _completed = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_completed)
            return;
        for (long i = 0; i < Count; i++)
        {
            try
            {
                File.Delete(PathOf(i));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // What cannot be removed stays; the reason for giving up matters more.
            }
        }
    }

    private string PathOf(long index) =>
        Path.Combine(_folder, _prefix + (_first + index).ToString(CultureInfo.InvariantCulture).PadLeft(_digits, '0') + _extension);
}
