using System.Buffers.Binary;
using System.Text;
using GmmVision.Segmentation;
using Xunit;

namespace GmmVision.Tests.Segmentation;

public class NpyWriterTests
{
    [Fact]
    public void The_file_is_what_the_format_prescribes()
    {
        var stream = new MemoryStream();
        var writer = new NpyWriter(stream, 2, 3);
        writer.Write([1, 2, 3]);
        writer.Write([4, 5, -0.5f]);
        writer.Complete();
        byte[] bytes = stream.ToArray();
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0], bytes[..8]);
        int header = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        Assert.Equal(0, (10 + header) % 64);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", Encoding.ASCII.GetString(bytes, 10, header).TrimEnd());
        Assert.Equal((byte)'\n', bytes[10 + header - 1]);
        Assert.Equal([1f, 2, 3, 4, 5, -0.5f], Enumerable.Range(0, 6).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(10 + header + 4 * i))));
        Assert.Equal(10 + header + 24, bytes.Length);
    }

    [Fact]
    public void One_axis_is_written_as_a_tuple_of_one()
    {
        var stream = new MemoryStream();
        _ = new NpyWriter(stream, 7);
        Assert.Contains("'shape': (7,), }", Encoding.ASCII.GetString(stream.ToArray()));
    }

    [Fact]
    public void Too_many_and_too_few_values_are_refused()
    {
        var writer = new NpyWriter(new MemoryStream(), 2, 2);
        writer.Write([1, 2, 3]);
        Assert.Throws<InvalidOperationException>(() => writer.Write([4, 5]));
        Assert.Throws<InvalidOperationException>(writer.Complete);
        writer.Write([4]);
        writer.Complete();
    }
}
