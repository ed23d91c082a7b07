using System.Buffers.Binary;

namespace GmmVision.Imaging;

/// <summary>The rows of a PNG, after inflating: undoes filters and interlacing and takes one number of each pixel.</summary>
internal sealed class PngRows(PngHeader header, Stream inflated)
{
    // Where the first pixel of each of Adam7's passes lies and how far apart the others are.
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
    private static readonly (int X, int Y, int StepX, int StepY)[] Plain = [(0, 0, 1, 1)];

    private byte[] _row = [], _above = [];

    /// <summary>Reads all of them.</summary>
    /// <param name="values">Receives a number a pixel: an index as it is, grey of under 8 bits stretched to 8, all else as it is.</param>
    /// <exception cref="EndOfStreamException">Rows are missing.</exception>
    /// <exception cref="InvalidDataException">The data is damaged, or a pixel of RGB is no grey.</exception>
    public void Read(Span<ushort> values)
    {
        foreach ((int x, int y, int stepX, int stepY) in header.IsInterlaced ? Adam7 : Plain)
        {
            int width = (header.Width - x + stepX - 1) / stepX;
            if (width <= 0)
                continue;
            _row = new byte[header.RowBytes(width)];
            _above = new byte[_row.Length];
            for (int line = y; line < header.Height; line += stepY)
            {
                ReadRow();
                for (int i = 0; i < width; i++)
                    values[line * header.Width + x + i * stepX] = Pixel(i, x + i * stepX, line);
                (_row, _above) = (_above, _row);
            }
        }
        _ = inflated.ReadByte();      // the stream compares its checksum only when it is asked beyond its end
    }

    private void ReadRow()
    {
        int filter = inflated.ReadByte();
        inflated.ReadExactly(_row);
        int back = header.PixelBytes;
        for (int i = 0; filter != 0 && i < _row.Length; i++)
        {
            int left = i < back ? 0 : _row[i - back], up = _above[i], upLeft = i < back ? 0 : _above[i - back];
            _row[i] += (byte)(filter switch
            {
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => Nearest(left, up, upLeft),
                _ => throw new InvalidDataException($"the PNG is damaged: a row has filter {filter}; there are 0 to 4."),
            });
        }
    }

    // Of the three the one closest to left + up - upLeft (Paeth's predictor); earlier ones win ties.
    private static int Nearest(int left, int up, int upLeft)
    {
        int toLeft = Math.Abs(up - upLeft), toUp = Math.Abs(left - upLeft), toUpLeft = Math.Abs(left + up - 2 * upLeft);
        return toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft;
    }

    private ushort Pixel(int i, int x, int y)
    {
        if (header.Bits < 8)
        {
            int most = (1 << header.Bits) - 1, bit = i * header.Bits;
            int sample = _row[bit >> 3] >> 8 - header.Bits - (bit & 7) & most;
            return (ushort)(header.IsPalette ? sample : sample * 255 / most);
        }
        int first = i * header.Samples;
        ushort value = Sample(first);
        if (header.Samples >= 3 && (Sample(first + 1) != value || Sample(first + 2) != value))
            throw new InvalidDataException($"the pixel at ({x}, {y}) is {value}, {Sample(first + 1)}, {Sample(first + 2)} in red, green and blue: labels must be grey or of a palette.");
        return value;
    }

    private ushort Sample(int index) => header.Bits == 8 ? _row[index] : BinaryPrimitives.ReadUInt16BigEndian(_row.AsSpan(2 * index));
}
