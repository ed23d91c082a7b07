using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using GmmVision.Imaging;

namespace GmmVision.Background;

public sealed unsafe partial class BackgroundModel
{
    private const int FileVersion = 1;
    private static ReadOnlySpan<byte> Magic => "GMMVISION MODEL\n"u8;

    /// <summary>
    /// Writes all that was learnt, with the settings: magic, version, a JSON header, the state, and a SHA-256 sum of all of it.
    /// A run continued from it gives the same bits as one that was never interrupted. Masks (<see cref="DoNotLearn"/>,
    /// <see cref="RegionOfInterest"/>) are the caller's and not saved.
    /// </summary>
    /// <exception cref="IOException">The stream could not be written.</exception>
    public void Save(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using Lifetime.Lease use = Use();
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(new ModelHeader(Format, Options with { Threads = 0 }, FrameCount, IsEmpty,
            BitConverter.DoubleToInt64Bits(_clock.Halvings), _lastTime.Ticks, _state.ByteCount, BitConverter.DoubleToInt64Bits(_brightness.Level)), ModelHeaderContext.Default.ModelHeader);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Write(Magic);
        Write(BitConverter.GetBytes(FileVersion));
        Write(BitConverter.GetBytes(header.Length));
        Write(header);
        for (long at = 0; at < _state.ByteCount; at += _state.BytesFrom(at).Length)
            Write(_state.BytesFrom(at));
        destination.Write(hash.GetHashAndReset());

        void Write(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            destination.Write(bytes);
        }
    }

    /// <summary>Reads a model that <see cref="Save"/> wrote.</summary>
    /// <param name="source">Where it lies.</param>
    /// <param name="threads">Threads for the loaded model, as <see cref="BackgroundOptions.Threads"/>.</param>
    /// <exception cref="InvalidDataException">It is not such a file, of an unknown version, cut or damaged.</exception>
    public static BackgroundModel Load(Stream source, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var start = new byte[Magic.Length + 8];
        if (source.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.AsSpan().StartsWith(Magic))
            throw new InvalidDataException("This is not a GmmVision background model.");
        hash.AppendData(start);
        int version = BitConverter.ToInt32(start, Magic.Length), headerLength = BitConverter.ToInt32(start, Magic.Length + 4);
        if (version != FileVersion)
            throw new InvalidDataException($"The background model is of version {version}; this program reads version {FileVersion}.");
        if (headerLength is < 2 or > 65536)
            throw new InvalidDataException("The background model is damaged: its header has an impossible length.");
        var headerBytes = new byte[headerLength];
        ReadExactly(headerBytes);
        ModelHeader? header;
        try
        {
            header = JsonSerializer.Deserialize(headerBytes, ModelHeaderContext.Default.ModelHeader);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The background model is damaged: its header cannot be read ({e.Message}).", e);
        }
        BackgroundModel model;
        try
        {
#pragma warning disable CA2000      // disposed below where what follows fails, else returned
            model = new BackgroundModel(header!.Format, header.Options with { Threads = threads });
#pragma warning restore CA2000
        }
        catch (Exception e) when (e is ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException($"The background model is damaged: {e.Message}", e);
        }
        try
        {
            if (header.StateBytes != model._state.ByteCount)
                throw new InvalidDataException($"The background model is damaged: it holds {header.StateBytes} bytes of state where {header.Format} needs {model._state.ByteCount}.");
            for (long at = 0; at < header.StateBytes; at += model._state.BytesFrom(at).Length)
                ReadExactly(model._state.BytesFrom(at));
            var sum = new byte[32];
            if (source.ReadAtLeast(sum, sum.Length, throwOnEndOfStream: false) < sum.Length)
                throw new InvalidDataException("The background model is cut off.");
            if (!sum.AsSpan().SequenceEqual(hash.GetHashAndReset()))
                throw new InvalidDataException("The background model is damaged: its checksum does not match.");
        }
        catch
        {
            model.Dispose();
            throw;
        }
        model.FrameCount = header.FrameCount;
        model.IsEmpty = header.IsEmpty;
        model._clock = new WeightClock(BitConverter.Int64BitsToDouble(header.ClockBits));
        model._lastTime = TimeSpan.FromTicks(header.LastTimeTicks);
        model.SetBrightness(header.BrightnessBits is { } bits ? new Brightness(BitConverter.Int64BitsToDouble(bits)) : Brightness.Unknown);
        return model;

        void ReadExactly(Span<byte> bytes)
        {
            if (source.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                throw new InvalidDataException("The background model is cut off.");
            hash.AppendData(bytes);
        }
    }
}

internal sealed record ModelHeader(FrameFormat Format, BackgroundOptions Options, long FrameCount, bool IsEmpty, long ClockBits, long LastTimeTicks, long StateBytes, long? BrightnessBits = null);

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(ModelHeader))]
internal sealed partial class ModelHeaderContext : JsonSerializerContext;
