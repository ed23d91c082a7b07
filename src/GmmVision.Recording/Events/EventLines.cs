using System.Buffers.Text;
using System.Text.Json;

namespace GmmVision.Recording.Events;

/// <summary>Reads the lines of an event log.</summary>
internal static class EventLines
{
    /// <summary>The whole lines of a file, without their ends.</summary>
    /// <param name="file">The file.</param>
    /// <param name="from">Where to begin.</param>
    /// <returns>Each with where the next one begins.</returns>
    public static IEnumerable<(byte[] Line, long Next)> Of(Stream file, long from)
    {
        file.Position = from;
        byte[] buffer = new byte[1 << 16];
        using MemoryStream line = new();
        long position = from;
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            int start = 0;
            for (int end; (end = Array.IndexOf(buffer, (byte)'\n', start, read - start)) >= 0; start = end + 1)
            {
                line.Write(buffer, start, end - start);
                yield return (line.ToArray(), position + end + 1);
                line.SetLength(0);
            }
            line.Write(buffer, start, read - start);
            position += read;
        }
    }

    /// <summary>The number in a line as it is written here, where it stands near the front; null where the line has to be read as a whole.</summary>
    public static long? NumberOf(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> front = line[..Math.Min(line.Length, 200)];
        if (!front.StartsWith("{\"version\":1,\"kind\":\""u8) || line[^1] != (byte)'}')
            return null;
        int at = front.IndexOf(",\"number\":"u8);
        return at >= 0 && Utf8Parser.TryParse(front[(at + ",\"number\":".Length)..], out long number, out int digits) && digits is > 0 and < 19 && number >= 0 ? number : null;
    }

    /// <summary>The event of a line; null where it is something else.</summary>
    public static CameraEvent? TryParse(ReadOnlySpan<byte> line)
    {
        try
        {
            return CameraEvent.FromJson(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
