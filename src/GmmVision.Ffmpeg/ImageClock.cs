using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace GmmVision.Ffmpeg;

/// <summary>When the images of a folder were taken, by their EXIF data or their names.</summary>
internal static partial class ImageClock
{
    private const int MostExif = 1 << 18;      // EXIF data lies in front, and is at most 64 KB in JPEG

    /// <summary>The images in order of time, and when each was taken after the first.</summary>
    /// <exception cref="FfmpegException">An image does not tell; the message names it.</exception>
    public static (IReadOnlyList<string> Paths, IReadOnlyList<TimeSpan> Times) Order(IReadOnlyList<string> paths, ImageTimes kind)
    {
        List<(string Path, DateTime Moment)> images = new(paths.Count);
        foreach (string path in paths)
        {
            DateTime? moment = kind == ImageTimes.Exif ? OfExif(path) : OfName(Path.GetFileNameWithoutExtension(path));
            images.Add((path, moment ?? throw new FfmpegException(kind == ImageTimes.Exif
                ? $"'{Path.GetFileName(path)}' has no moment of exposure in its EXIF data: give a frame rate instead, or take the times from the names."
                : $"'{Path.GetFileName(path)}' has no date and time in its name, such as 20261126-083000: give a frame rate instead, or take the times from the EXIF data.")));
        }
        images = [.. images.OrderBy(image => image.Moment)];      // stable: images of the same second stay in the order of their numbers
        return ([.. images.Select(image => image.Path)], [.. images.Select(image => image.Moment - images[0].Moment)]);
    }

    /// <summary>Frames a second that the median interval makes; null where there is none.</summary>
    public static double? FrameRate(IReadOnlyList<TimeSpan> times)
    {
        TimeSpan[] intervals = [.. times.Skip(1).Zip(times, (after, before) => after - before).Where(interval => interval > TimeSpan.Zero).Order()];
        return intervals.Length == 0 ? null : 1 / intervals[intervals.Length / 2].TotalSeconds;
    }

    internal static DateTime? OfName(string name)
    {
        if (Moment().Match(name) is { Success: true } found)
        {
            int[] part = [.. Enumerable.Range(1, 6).Select(i => int.Parse(found.Groups[i].ValueSpan, CultureInfo.InvariantCulture))];
            double fraction = found.Groups[7].Success ? double.Parse("0." + found.Groups[7].Value, CultureInfo.InvariantCulture) : 0;
            return Of(part, fraction);
        }
        return SinceEpoch().Match(name) is { Success: true } seconds
            ? DateTime.UnixEpoch.AddSeconds(long.Parse(seconds.Groups[1].ValueSpan, CultureInfo.InvariantCulture) / (seconds.Groups[1].Length > 10 ? 1000.0 : 1))
            : null;
    }

    // The dates stand as text of a fixed form; of several, as in cameras, the moment of exposure is tag 0x9003 in the
    // EXIF directory, and 0x0132 in the first one is the next best.
    internal static DateTime? OfExif(string path)
    {
        byte[] head;
        try
        {
            using FileStream file = File.OpenRead(path);
            head = new byte[Math.Min(MostExif, file.Length)];
            file.ReadExactly(head);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FfmpegException($"cannot read image '{Path.GetFileName(path)}': {exception.Message}", exception);
        }
        ReadOnlySpan<byte> data = head;
        int at = data.IndexOf("Exif\0\0"u8) is >= 0 and int marker ? marker + 6
            : data.StartsWith("II*\0"u8) || data.StartsWith("MM\0*"u8) ? 0
            : data.IndexOf("eXIf"u8) is >= 0 and int chunk ? chunk + 4
            : data.IndexOf("EXIF"u8) is >= 0 and int riff ? riff + 8
            : -1;
        if (at < 0 || at + 8 > data.Length)
            return null;
        data = data[at..];
        bool little = data[0] == 'I';
        uint first = U32(data[4..], little);
        DateTime? exposed = Entry(data, first, 0x8769, little) is uint exif ? Date(data, exif, 0x9003, 0x9291, little) ?? Date(data, exif, 0x9004, 0x9292, little) : null;
        return exposed ?? Date(data, first, 0x0132, 0, little);
    }

    private static DateTime? Date(ReadOnlySpan<byte> data, uint directory, int tag, int fractionTag, bool little)
    {
        if (Entry(data, directory, tag, little) is not uint place || place + 19L > data.Length)
            return null;
        string text = Encoding.ASCII.GetString(data.Slice((int)place, 19));
        if (ExifDate().Match(text) is not { Success: true } found)
            return null;
        int[] part = [.. Enumerable.Range(1, 6).Select(i => int.Parse(found.Groups[i].ValueSpan, CultureInfo.InvariantCulture))];
        return Of(part, fractionTag == 0 ? 0 : Fraction(data, directory, fractionTag, little));
    }

    // Up to three digits stand in the entry itself.
    private static double Fraction(ReadOnlySpan<byte> data, uint directory, int tag, bool little)
    {
        if (Find(data, directory, tag, little) is not int entry || U32(data[(entry + 4)..], little) > 4)
            return 0;
        string digits = Encoding.ASCII.GetString(data.Slice(entry + 8, 4)).Trim('\0', ' ');
        return double.TryParse("0." + digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double fraction) ? fraction : 0;
    }

    private static uint? Entry(ReadOnlySpan<byte> data, uint directory, int tag, bool little) =>
        Find(data, directory, tag, little) is int entry ? U32(data[(entry + 8)..], little) : null;

    private static int? Find(ReadOnlySpan<byte> data, uint directory, int tag, bool little)
    {
        if (directory + 2L > data.Length)
            return null;
        int entries = U16(data[(int)directory..], little);
        for (int i = 0; i < entries; i++)
        {
            long entry = directory + 2L + 12L * i;
            if (entry + 12 > data.Length)
                return null;
            if (U16(data[(int)entry..], little) == tag)
                return (int)entry;
        }
        return null;
    }

    private static DateTime? Of(int[] part, double fraction)
    {
        (int year, int month, int day, int hour, int minute, int second) = (part[0], part[1], part[2], part[3], part[4], part[5]);
        return year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && hour < 24 && minute < 60 && second < 60
            ? new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).AddSeconds(fraction)
            : null;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    [GeneratedRegex(@"(?<!\d)((?:19|20)\d\d)[-_.]?(\d\d)[-_.]?(\d\d)[-_. T]{0,3}(\d\d)[-_.:hH]?(\d\d)[-_.:mM]?(\d\d)(?:[-_.,](\d{1,6}))?(?!\d)")]
    private static partial Regex Moment();

    [GeneratedRegex(@"(?<!\d)(1\d{9}|1\d{12})(?!\d)")]
    private static partial Regex SinceEpoch();

    [GeneratedRegex(@"^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)")]
    private static partial Regex ExifDate();
}
