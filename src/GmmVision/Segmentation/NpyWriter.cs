using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace GmmVision.Segmentation;

/// <summary>
/// Writes an array of 32-bit floats in NumPy's .npy format, piece by piece in C order, so that it need not fit in memory.
/// </summary>
/// <remarks>Source: NumPy Enhancement Proposal 1, format version 1.0. Used by one thread at a time; does not close the stream.</remarks>
public sealed class NpyWriter
{
    private readonly Stream _stream;
    private readonly long _total;
    private long _written;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="shape">Length of each axis, the slowest first; none negative.</param>
    public NpyWriter(Stream stream, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _total = 1;
        var axes = new StringBuilder();
        foreach (long length in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(shape));
            _total = checked(_total * length);
            axes.Append(CultureInfo.InvariantCulture, $"{length}, ");
        }
        string tuple = shape.Length > 1 ? axes.ToString(0, axes.Length - 2) : axes.ToString().TrimEnd();     // (3,) but (2, 3)
        string header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({tuple}), }}";
        int padded = (10 + header.Length + 1 + 63) / 64 * 64;      // data begin at a multiple of 64 bytes; the header ends with a newline
        byte[] bytes = new byte[padded];
        bytes[0] = 0x93;
        "NUMPY\u0001"u8.CopyTo(bytes.AsSpan(1));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(padded - 10));
        bytes.AsSpan(10).Fill((byte)' ');
        Encoding.ASCII.GetBytes(header, bytes.AsSpan(10));
        bytes[^1] = (byte)'\n';
        stream.Write(bytes);
    }

    /// <summary>Appends values.</summary>
    /// <exception cref="InvalidOperationException">There would be more values than the shape holds.</exception>
    public void Write(ReadOnlySpan<float> values)
    {
        if (_written + values.Length > _total)
            throw new InvalidOperationException($"The array holds {_total} values; {_written} are written, {values.Length} more do not fit.");
        _written += values.Length;
        if (BitConverter.IsLittleEndian)
        {
            _stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }
        byte[] bytes = new byte[4];
        foreach (float value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            _stream.Write(bytes);
        }
    }

    /// <summary>Makes sure that every value was written.</summary>
    /// <exception cref="InvalidOperationException">Values are missing.</exception>
    public void Complete()
    {
        if (_written != _total)
            throw new InvalidOperationException($"The array holds {_total} values, but only {_written} were written.");
        _stream.Flush();
    }
}
