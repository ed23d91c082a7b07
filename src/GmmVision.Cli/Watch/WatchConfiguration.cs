using GmmVision.Recording;
using GmmVision.Recording.Cameras;

namespace GmmVision.Cli.Watch;

/// <summary>Turns a configuration file into a <see cref="WatchSetup"/>: the names of the command line, and "cameras".</summary>
/// <remarks>
/// <code>
/// output: /var/lib/gmmvision
/// keep: [30d, 50GB]
/// min-area: 0.002                 # for every camera
/// cameras:
///   front: rtsp://192.168.1.20/stream1
///   back:
///     source: /dev/video0
///     zone: ["door:100,200 300,200 300,470 100,470"]
///     night: [min-area=0.01]
/// </code>
/// </remarks>
internal static class WatchConfiguration
{
    private const string Cameras = "cameras", Source = "source";

    /// <summary>Reads the file.</summary>
    /// <exception cref="UserError">A name is unknown or a value wrong; with the file and the line in front.</exception>
    public static WatchSetup Read(string path) => From(ConfigReader.Read(path), path);

    /// <summary>Turns what was read into a setup.</summary>
    public static WatchSetup From(ConfigMap root, string path)
    {
        WatchSetup setup = new();
        CameraSetup common = setup.Common;
        ConfigEntry? cameras = null;
        // "listen: off" and "token" touch each other, so the order of the file must not matter.
        foreach (ConfigEntry entry in root.Entries.OrderBy(entry => entry.Key == "token"))
        {
            if (entry.Key == Cameras)
                cameras = entry;
            else if (Find(entry, path) is { ForAll: { } forAll } option)
                Apply(option, entry, path, text => setup = forAll(setup, text));
            else
                common = ForCamera(common, entry, path);
        }
        RequireTogether(common, root, path, 1);
        return setup with { Cameras = cameras is null ? [] : ReadCameras(cameras, common, path), Common = common };
    }

    private static CameraSetup[] ReadCameras(ConfigEntry entry, CameraSetup common, string path)
    {
        if (entry.Value is ConfigScalar { Text: "" })
            return [];
        if (entry.Value is not ConfigMap map)
            throw ConfigReader.At(path, entry.Line, $"'{Cameras}' holds a camera a line: 'name: source'.");
        return [.. map.Entries.Select(camera => ReadCamera(camera, common with { Name = camera.Key }, path))];
    }

    private static CameraSetup ReadCamera(ConfigEntry entry, CameraSetup camera, string path)
    {
        switch (entry.Value)
        {
            case ConfigScalar { Text.Length: > 0 } source:
                return camera with { Source = source.Text };
            case ConfigMap map:
                foreach (ConfigEntry value in map.Entries)
                {
                    if (value.Key == Source)
                        camera = camera with { Source = value.Value is ConfigScalar { Text.Length: > 0 } text ? text.Text : throw ConfigReader.At(path, value.Line, $"'{Source}' needs a URL, a device or a file.") };
                    else
                        camera = ForCamera(camera, value, path);
                }
                RequireTogether(camera, map, path, entry.Line);
                return camera.Source.Length > 0 ? camera : throw ConfigReader.At(path, entry.Line, $"the camera '{entry.Key}' has no '{Source}'.");
            default:
                throw ConfigReader.At(path, entry.Line, $"the camera '{entry.Key}' needs a source, or a list of 'name: value' lines with one.");
        }
    }

    // Ranges that only hold together: told at the line of the setting that the message names.
    private static void RequireTogether(CameraSetup camera, ConfigMap map, string path, int line)
    {
        try
        {
            _ = camera.Motion.Validate();
        }
        catch (ArgumentException exception)
        {
            string message = Trouble.Describe(exception);
            ConfigEntry? entry = map.Entries.FirstOrDefault(entry => message.StartsWith(entry.Key + " ", StringComparison.Ordinal)) ?? map.Entries.FirstOrDefault(entry => message.Contains(entry.Key, StringComparison.Ordinal));
            throw ConfigReader.At(path, entry?.Line ?? line, message);
        }
    }

    private static CameraSetup ForCamera(CameraSetup camera, ConfigEntry entry, string path)
    {
        WatchOption option = Find(entry, path);
        if (option.ForCamera is not { } set)
            throw ConfigReader.At(path, entry.Line, $"'{entry.Key}' is for the whole program; write it outside '{Cameras}'.");
        Apply(option, entry, path, text => camera = set(camera, text));
        return camera;
    }

    private static WatchOption Find(ConfigEntry entry, string path)
    {
        WatchOption? option = WatchOptions.All.Concat(WatchOptions.Flags).FirstOrDefault(option => option.Name == entry.Key);
        if (option is not null)
            return option;
        string[] names = [.. WatchOptions.All.Concat(WatchOptions.Flags).Select(known => known.Name), Cameras];
        string? near = names.Where(name => name.Replace("-", "", StringComparison.Ordinal).Equals(entry.Key.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(entry.Key, StringComparison.Ordinal) || entry.Key.StartsWith(name, StringComparison.Ordinal)).FirstOrDefault();
        throw ConfigReader.At(path, entry.Line, near is null
            ? $"there is no setting '{entry.Key}'; the names are those of the command line (gmmvision watch --help), and '{Cameras}'."
            : $"there is no setting '{entry.Key}'; is '{near}' meant?");
    }

    private static void Apply(WatchOption option, ConfigEntry entry, string path, Action<string> set)
    {
        IReadOnlyList<ConfigNode> values = entry.Value switch
        {
            ConfigList list when option.Repeats => list.Items,
            ConfigMap map when option.Name == "night" => [.. map.Entries.Select(pair => new ConfigScalar(pair.Line, $"{pair.Key}={(pair.Value as ConfigScalar)?.Text}"))],
            ConfigScalar scalar => [scalar],
            _ => throw ConfigReader.At(path, entry.Line, option.Repeats ? $"'{entry.Key}' needs a value, or a list of values." : $"'{entry.Key}' needs one value."),
        };
        foreach (ConfigNode value in values)
        {
            if (value is not ConfigScalar scalar)
                throw ConfigReader.At(path, value.Line, $"'{entry.Key}' needs plain values in its list.");
            try
            {
                set(scalar.Text);
            }
            catch (Exception exception) when (exception is FormatException or ArgumentException)
            {
                throw ConfigReader.At(path, value.Line, $"{entry.Key} {exception.Message.TrimEnd('.')}.");
            }
        }
    }
}
