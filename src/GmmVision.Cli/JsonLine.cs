using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace GmmVision.Cli;

/// <summary>Writes JSON without reflection, which would cost a tenth of a second at the start.</summary>
internal static class JsonLine
{
    /// <summary>One object on one line.</summary>
    public static string Of(Action<Utf8JsonWriter> members) => Text(members, indented: false);

    /// <summary>One object over many lines, for a file.</summary>
    public static string Indented(Action<Utf8JsonWriter> members) => Text(members, indented: true) + "\n";

    private static string Text(Action<Utf8JsonWriter> members, bool indented)
    {
        using MemoryStream bytes = new();
        // The output is a file or a pipe, never a web page: names stay readable.
        JsonWriterOptions options = new() { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (Utf8JsonWriter json = new(bytes, options))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
