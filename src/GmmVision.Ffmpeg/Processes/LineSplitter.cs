using System.Text;

namespace GmmVision.Ffmpeg.Processes;

/// <summary>Cuts bytes of UTF-8 into lines; of a line that does not end only the beginning is kept.</summary>
/// <param name="line">Gets each line.</param>
internal sealed class LineSplitter(Action<string> line)
{
    /// <summary>Bytes of a line that are kept.</summary>
    public const int Longest = 4096;

    private readonly byte[] _line = new byte[Longest];
    private int _length;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            ReadOnlySpan<byte> part = end < 0 ? bytes : bytes[..end];
            part = part[..Math.Min(part.Length, Longest - _length)];
            part.CopyTo(_line.AsSpan(_length));
            _length += part.Length;
            if (end < 0)
                return;
            Complete();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Hands out what is left at the end.</summary>
    public void Complete()
    {
        if (_length > 0)
            line(Encoding.UTF8.GetString(_line, 0, _length));
        _length = 0;
    }
}
