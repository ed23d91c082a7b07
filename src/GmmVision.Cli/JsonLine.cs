using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GmmVision.Cli.Archive;
using GmmVision.Cli.Bench;
using GmmVision.Cli.Commands;
using GmmVision.Cli.Detect;
using GmmVision.Cli.Eval;
using GmmVision.Cli.Segment;
using GmmVision.Cli.Tables;

namespace GmmVision.Cli;

/// <summary>Writes records as JSON, whose schema they are: their members in order, in snake case, nulls left out where a member does not say otherwise.</summary>
internal static class JsonLine
{
    /// <summary>One object on one line.</summary>
    public static string Of<T>(T value, JsonTypeInfo<T> type) => Text(value, type, indented: false);

    /// <summary>One object over many lines, for a file.</summary>
    public static string Indented<T>(T value, JsonTypeInfo<T> type) => Text(value, type, indented: true) + "\n";

    /// <summary>One object on one line, and the line's end.</summary>
    public static void Write<T>(Stream stream, T value, JsonTypeInfo<T> type)
    {
        Write(stream, value, type, indented: false);
        stream.WriteByte((byte)'\n');
    }

    private static string Text<T>(T value, JsonTypeInfo<T> type, bool indented)
    {
        using MemoryStream bytes = new();
        Write(bytes, value, type, indented);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    // The output is a file or a pipe, never a web page: names stay readable.
    private static void Write<T>(Stream stream, T value, JsonTypeInfo<T> type, bool indented)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        JsonSerializer.Serialize(json, value, type);
    }
}

/// <summary>All that the command line writes and reads as JSON; generated, since reflection would cost a tenth of a second at the start.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CameraLine))]
[JsonSerializable(typeof(EventsDocument))]
[JsonSerializable(typeof(EventLine))]
[JsonSerializable(typeof(TrackLine))]
[JsonSerializable(typeof(FinishedLine))]
[JsonSerializable(typeof(FingerprintDocument))]
[JsonSerializable(typeof(FailureDocument))]
[JsonSerializable(typeof(ManifestLine))]
[JsonSerializable(typeof(CollectionDocument))]
[JsonSerializable(typeof(CollectedEventLine))]
[JsonSerializable(typeof(ArchivePageData))]
[JsonSerializable(typeof(FindLine))]
[JsonSerializable(typeof(EvalDocument))]
[JsonSerializable(typeof(SegmentDocument))]
[JsonSerializable(typeof(SharedModelDocument))]
[JsonSerializable(typeof(SegmentedBefore))]
[JsonSerializable(typeof(SegmentedLine))]
[JsonSerializable(typeof(TableLine))]
[JsonSerializable(typeof(BackgroundBenchDocument))]
[JsonSerializable(typeof(PipelineBenchDocument))]
[JsonSerializable(typeof(PeerBenchDocument))]
[JsonSerializable(typeof(MixtureBenchDocument))]
[JsonSerializable(typeof(SegmentBenchDocument))]
internal sealed partial class CliJson : JsonSerializerContext;
