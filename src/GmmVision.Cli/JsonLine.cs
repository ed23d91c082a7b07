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

    private static string Text<T>(T value, JsonTypeInfo<T> type, bool indented)
    {
        using MemoryStream bytes = new();
        // The output is a file or a pipe, never a web page: names stay readable.
        JsonWriterOptions options = new() { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (Utf8JsonWriter json = new(bytes, options))
            JsonSerializer.Serialize(json, value, type);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}

/// <summary>All that the command line writes and reads as JSON; generated, since reflection would cost a tenth of a second at the start.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
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
