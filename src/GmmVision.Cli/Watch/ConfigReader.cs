using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace GmmVision.Cli.Watch;

/// <summary>Reads a YAML or JSON file (told apart by its name) into <see cref="ConfigNode"/>s.</summary>
internal static class ConfigReader
{
    private const int DeepestLevel = 16;
    private const long LargestFile = 4 << 20;

    /// <summary>Reads the file.</summary>
    /// <exception cref="UserError">It cannot be read, or is not what its name says; with its line.</exception>
    public static ConfigMap Read(string path)
    {
        string text;
        try
        {
            FileInfo file = new(path);
            if (file.Exists && file.Length > LargestFile)
                throw UserError.Usage($"--config {path} is {file.Length} bytes large; a configuration has at most {LargestFile}.");
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UserError.Usage($"--config {path} cannot be read: {exception.Message}", exception);
        }
        return Parse(text, path);
    }

    /// <summary>Parses the text of a file of that name.</summary>
    public static ConfigMap Parse(string text, string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".json" => ParseJson(text, path),
        ".yaml" or ".yml" => ParseYaml(text, path),
        string other => throw UserError.Usage($"--config {path} ends in '{other}'; a configuration is a .yaml, .yml or .json file."),
    };

    /// <summary>An error at a line of the file.</summary>
    public static UserError At(string path, int line, string message) => UserError.Usage($"{path}:{line}: {message}");

    private static ConfigMap ParseYaml(string text, string path)
    {
        using StringReader reader = new(text);
        Parser parser = new(reader);
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return new ConfigMap(1, []);
            parser.Consume<DocumentStart>();
            ConfigNode root = ReadYaml(parser, path, 0);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out _))
                throw At(path, (int)parser.Current!.Start.Line, "a configuration is one YAML document; remove what follows '---' or '...'.");
            return AsMap(root, path);
        }
        catch (YamlException exception)
        {
            throw At(path, (int)Math.Max(1, exception.Start.Line), $"this is not YAML: {exception.Message}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or IndexOutOfRangeException)      // YamlDotNet stumbles over some broken text
        {
            throw At(path, (int)Math.Max(1, parser.Current?.End.Line ?? 1), "this is not YAML from here on (a bracket or quote that is not closed?)");
        }
    }

    private static ConfigMap AsMap(ConfigNode root, string path) => root switch
    {
        ConfigMap map => map,
        ConfigScalar { Text: "" } => new ConfigMap(root.Line, []),
        _ => throw At(path, root.Line, "a configuration is a list of 'name: value' lines."),
    };

    private static ConfigNode ReadYaml(Parser parser, string path, int depth)
    {
        ParsingEvent start = parser.Current!;
        int line = (int)start.Start.Line;
        if (depth > DeepestLevel)
            throw At(path, line, $"values are nested deeper than {DeepestLevel} levels.");
        switch (start)
        {
            case Scalar scalar:
                parser.MoveNext();
                return new ConfigScalar(line, scalar.IsPlainImplicit && scalar.Value is "~" or "null" ? "" : scalar.Value);
            case SequenceStart:
                parser.MoveNext();
                List<ConfigNode> items = [];
                while (!parser.TryConsume<SequenceEnd>(out _))
                    items.Add(ReadYaml(parser, path, depth + 1));
                return new ConfigList(line, items);
            case MappingStart:
                parser.MoveNext();
                List<ConfigEntry> entries = [];
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    int keyLine = (int)parser.Current!.Start.Line;
                    if (!parser.TryConsume<Scalar>(out Scalar? key))
                        throw At(path, keyLine, "a name must be a word.");
                    Add(entries, new ConfigEntry(keyLine, key.Value, ReadYaml(parser, path, depth + 1)), path);
                }
                return new ConfigMap(line, entries);
            default:
                throw At(path, line, "anchors and aliases (&, *) are not supported; write the value out.");
        }
    }

    private static ConfigMap ParseJson(string text, string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Utf8JsonReader reader = new(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = DeepestLevel });
        LineCounter lines = new(bytes);
        try
        {
            reader.Read();
            ConfigNode root = ReadJson(ref reader, lines, path);
            reader.Read();
            return AsMap(root, path);
        }
        catch (JsonException exception)
        {
            throw At(path, (int)(exception.LineNumber ?? 0) + 1, $"this is not JSON: {exception.Message.Split(" LineNumber:")[0]}");
        }
        catch (InvalidOperationException)      // half of a surrogate pair: "\uD800"
        {
            throw At(path, lines.At(reader.TokenStartIndex), "this text holds a character that is none.");
        }
    }

    private static ConfigNode ReadJson(ref Utf8JsonReader reader, LineCounter lines, string path)
    {
        int line = lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                List<ConfigNode> items = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(ReadJson(ref reader, lines, path));
                return new ConfigList(line, items);
            case JsonTokenType.StartObject:
                List<ConfigEntry> entries = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    int keyLine = lines.At(reader.TokenStartIndex);
                    string key = reader.GetString()!;
                    reader.Read();
                    Add(entries, new ConfigEntry(keyLine, key, ReadJson(ref reader, lines, path)), path);
                }
                return new ConfigMap(line, entries);
            case JsonTokenType.String:
                return new ConfigScalar(line, reader.GetString()!);
            case JsonTokenType.Null:
                return new ConfigScalar(line, "");
            default:      // numbers and truth values, as written
                return new ConfigScalar(line, Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    private static void Add(List<ConfigEntry> entries, ConfigEntry entry, string path)
    {
        if (entries.Find(other => other.Key == entry.Key) is ConfigEntry first)
            throw At(path, entry.Line, $"'{entry.Key}' stands here a second time; the first is in line {first.Line}.");
        entries.Add(entry);
    }

    private sealed class LineCounter(byte[] text)
    {
        private long _position;
        private int _line = 1;

        public int At(long position)
        {
            for (; _position < position; _position++)
                if (text[_position] == '\n')
                    _line++;
            return _line;
        }
    }
}
