using System.Text.Encodings.Web;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace GmmVision.Cli.Watch;

/// <summary>Changes the cameras in the text of a configuration; comments, order and spacing of everything else stay as they are.</summary>
/// <remarks>JSON is edited as what it is too, YAML in one line; only its comments are not understood.</remarks>
internal static class CameraText
{
    private const string Cameras = "cameras", Source = "source";

    // A URL is easier to read with its &; nothing here goes into HTML.
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text with a camera more, or with another source of one.</summary>
    /// <param name="text">A configuration that can be read.</param>
    /// <param name="path">Its name, for errors.</param>
    /// <param name="name">The camera's.</param>
    /// <param name="source">Its new source.</param>
    /// <exception cref="FormatException">The text is written in a way that is not understood well enough to change it.</exception>
    public static string Set(string text, string path, string name, string source) => Checked(text, path, name, source, () =>
    {
        string value = Quoted(source);
        YamlMappingNode? root = RootOf(text);
        YamlNode? cameras = Find(root, Cameras)?.Value, old = cameras is YamlMappingNode all ? Find(all, name)?.Value : null;
        if (old is YamlMappingNode settings)
            old = Find(settings, Source)?.Value;
        if (old is not null)
            return string.Concat(text.AsSpan(0, (int)old.Start.Index), value, text.AsSpan((int)old.End.Index));
        string line = $"{(root?.Style == MappingStyle.Flow || cameras is YamlMappingNode { Style: MappingStyle.Flow } ? Quoted(name) : name)}: {value}";
        return cameras switch
        {
            YamlMappingNode { Children.Count: > 0 } map => Insert(text, map, line),
            YamlMappingNode empty => text.Insert((int)empty.Start.Index + 1, line),
            not null => text.Insert(LineEnd(text, (int)Find(root, Cameras)!.Value.Key.End.Index), NewLine(text) + "  " + line),      // "cameras:" and nothing
            null when root is { Style: MappingStyle.Flow } => Insert(text, root, $"\"{Cameras}\": {{{line}}}"),
            null when root is not null => Insert(text, root, $"{Cameras}:{NewLine(text)}  {line}"),
            null => (text.Length == 0 || text.EndsWith('\n') ? text : text + NewLine(text)) + $"{Cameras}:{NewLine(text)}  {line}{NewLine(text)}",
        };
    });

    /// <summary>The text without a camera.</summary>
    /// <param name="text">A configuration that can be read and has the camera.</param>
    /// <param name="path">Its name, for errors.</param>
    /// <param name="name">The camera's.</param>
    /// <exception cref="FormatException">As of <see cref="Set"/>.</exception>
    public static string Remove(string text, string path, string name) => Checked(text, path, name, null, () =>
    {
        var map = (YamlMappingNode)Find(RootOf(text), Cameras)!.Value.Value;
        KeyValuePair<YamlNode, YamlNode>[] entries = [.. map.Children];
        int at = Array.FindIndex(entries, entry => NameOf(entry.Key) == name);
        (int start, int end) = map.Style != MappingStyle.Flow ? (LineStart(text, (int)entries[at].Key.Start.Index), AfterLine(text, EndOf(text, entries[at].Value)))
            : at + 1 < entries.Length ? ((int)entries[at].Key.Start.Index, (int)entries[at + 1].Key.Start.Index)
            : (at > 0 ? EndOf(text, entries[at - 1].Value) : (int)entries[at].Key.Start.Index, EndOf(text, entries[at].Value));
        return text.Remove(start, end - start);
    });

    // Behind the last entry, where that is: in a line of its own if the others have one.
    private static string Insert(string text, YamlMappingNode map, string line)
    {
        int first = (int)map.Children.First().Key.Start.Index, end = EndOf(text, map.Children.Last().Value), lineStart = LineStart(text, first);
        string indent = text[lineStart..first];
        bool ownLine = string.IsNullOrWhiteSpace(indent);
        if (map.Style == MappingStyle.Flow)
            return text.Insert(end, ownLine ? $",{NewLine(text)}{indent}{line}" : ", " + line);
        int behind = LineEnd(text, end);
        return text.Insert(behind, NewLine(text) + indent + line);
    }

    // What was understood wrongly must not be written: the new text says what the old one said, but for this camera.
    private static string Checked(string text, string path, string name, string? source, Func<string> edit)
    {
        string changed;
        ConfigMap after;
        try
        {
            changed = edit();
            after = ConfigReader.Parse(changed, path);
        }
        catch (Exception exception) when (exception is UserError or YamlException or InvalidCastException or ArgumentException or InvalidOperationException)
        {
            throw Unclear(path, exception);
        }
        Dictionary<string, string> was = Flatten(ConfigReader.Parse(text, path)), now = Flatten(after);
        string camera = $"/{Cameras}/{name}";
        bool IsOfCamera(string key) => key == camera || key.StartsWith(camera + "/", StringComparison.Ordinal);
        bool isSame = was.Where(pair => !IsOfCamera(pair.Key) && pair.Key != "/" + Cameras).ToHashSet().SetEquals(now.Where(pair => !IsOfCamera(pair.Key) && pair.Key != "/" + Cameras));
        bool isDone = source is null ? !now.Keys.Any(IsOfCamera) : now.GetValueOrDefault(camera) == source || now.GetValueOrDefault($"{camera}/{Source}") == source;
        return isSame && isDone ? changed : throw Unclear(path);
    }

    private static FormatException Unclear(string path, Exception? inner = null) =>
        new($"{Path.GetFileName(path)} is written in a way that cannot be changed from here; change its cameras by hand, they are taken over at once", inner);

    private static Dictionary<string, string> Flatten(ConfigNode node)
    {
        Dictionary<string, string> all = [];
        void Add(string at, ConfigNode part)
        {
            switch (part)
            {
                case ConfigScalar scalar:
                    all[at] = scalar.Text;
                    break;
                case ConfigMap map:
                    foreach (ConfigEntry entry in map.Entries)
                        Add($"{at}/{entry.Key}", entry.Value);
                    break;
                case ConfigList list:
                    for (int i = 0; i < list.Items.Count; i++)
                        Add($"{at}/{i}", list.Items[i]);
                    break;
            }
        }
        Add("", node);
        return all;
    }

    private static YamlMappingNode? RootOf(string text)
    {
        YamlStream stream = [];
        using StringReader reader = new(text);
        stream.Load(reader);
        return stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode as YamlMappingNode;
    }

    private static KeyValuePair<YamlNode, YamlNode>? Find(YamlMappingNode? map, string name)
    {
        if (map is not null)
            foreach (KeyValuePair<YamlNode, YamlNode> entry in map.Children)
                if (NameOf(entry.Key) == name)
                    return entry;
        return null;
    }

    private static string? NameOf(YamlNode key) => (key as YamlScalarNode)?.Value;

    // A block's own mark is where the next thing begins, and that of brackets where they open: the last word in them is asked.
    private static int EndOf(string text, YamlNode node) => node switch
    {
        YamlMappingNode map => (map.Children.Count > 0 ? EndOf(text, map.Children.Last().Value) : (int)map.Start.Index) is var end && map.Style == MappingStyle.Flow ? text.IndexOf('}', end) + 1 : end,
        YamlSequenceNode list => (list.Children.Count > 0 ? EndOf(text, list.Children[^1]) : (int)list.Start.Index) is var end && list.Style == SequenceStyle.Flow ? text.IndexOf(']', end) + 1 : end,
        _ => (int)node.End.Index,
    };

    private static int LineStart(string text, int at) => text.LastIndexOf('\n', Math.Max(0, at - 1)) + 1;

    private static int LineEnd(string text, int at)
    {
        int end = at > 0 && text[at - 1] == '\n' ? at - 1 : text.IndexOf('\n', at);
        end = end < 0 ? text.Length : end;
        return end > 0 && text[end - 1] == '\r' ? end - 1 : end;
    }

    private static int AfterLine(string text, int at) => text.IndexOf('\n', LineEnd(text, at)) is >= 0 and int end ? end + 1 : text.Length;

    private static string NewLine(string text) => text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    private static string Quoted(string text) => JsonSerializer.Serialize(text, Relaxed);
}
