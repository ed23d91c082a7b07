using System.CommandLine;
using GmmVision.Cli.Watch;
using GmmVision.Ffmpeg;
using GmmVision.Recording.Cameras;

namespace GmmVision.Cli.Commands;

/// <summary>gmmvision watch: cameras on a page, what moves recorded and told, for months.</summary>
internal static class WatchCommand
{
    private static readonly string[] Protocols =
    [
        "rtsp", "rtsps", "http", "https", "rtmp", "rtmps", "rtmpe", "rtmpt", "rtmpte", "rtmpts", "udp", "udplite", "rtp", "srtp", "srt", "rist",
        "tcp", "tls", "mmsh", "mmst", "sctp", "unix", "ftp", "sftp", "file",
    ];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Command command = new("watch", "Watch cameras: a live page, clips of what moves, and word of it to others.");
        Argument<string[]> sources = new("source")
        {
            Description = "SOURCE or NAME=SOURCE: a URL (rtsp, http, udp, ...), /dev/video0 or camera:0 (see: gmmvision cameras), or a file with --realtime.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string> config = new("--config") { Description = "A YAML or JSON file with the same names, and 'cameras'; what the command line says counts more.", HelpName = "FILE" };
        command.Add(sources);
        command.Add(config);
        List<(WatchOption Option, Option<string[]> Parser)> valued = [];
        foreach (WatchOption option in WatchOptions.All)
        {
            Option<string[]> parser = new("--" + option.Name) { Description = option.Help, HelpName = option.Value, Arity = ArgumentArity.OneOrMore };
            valued.Add((option, parser));
            command.Add(parser);
        }
        List<(WatchOption Option, Option<bool> Parser)> flags = [];
        foreach (WatchOption option in WatchOptions.Flags)
        {
            Option<bool> parser = new("--" + option.Name) { Description = option.Help };
            flags.Add((option, parser));
            command.Add(parser);
        }
        command.SetAction(async (parse, cancellation) =>
        {
            (WatchOption, string)[] given =
            [
                .. valued.SelectMany(pair => (parse.GetValue(pair.Parser) ?? []).Select(text => (pair.Option, text))),
                .. flags.Where(pair => parse.GetValue(pair.Parser)).Select(pair => (pair.Option, "true")),
            ];
            string? file = parse.GetValue(config);
            WatchSetup Read(string? text) => Assemble(file, given, parse.GetValue(sources) ?? [], text);
            WatchSetup setup = Read(null);
            using ConfigurationFile? configuration = file is null ? null : new ConfigurationFile(file, Read);
            return await WatchJob.RunAsync(setup, cancellation, configuration: configuration).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>Puts together what the file and the command line say.</summary>
    /// <param name="config">The file; null for none.</param>
    /// <param name="given">Options of the command line.</param>
    /// <param name="sources">Cameras of the command line.</param>
    /// <param name="text">What stands in the file; null to read it.</param>
    /// <exception cref="UserError">Something is wrong, with its name or its line.</exception>
    internal static WatchSetup Assemble(string? config, IReadOnlyList<(WatchOption Option, string Text)> given, IReadOnlyList<string> sources, string? text = null)
    {
        WatchSetup setup = config is null ? new WatchSetup() : text is null ? WatchConfiguration.Read(config) : WatchConfiguration.From(ConfigReader.Parse(text, config), config);
        if (Environment.GetEnvironmentVariable("GMMVISION_TOKEN") is { Length: > 0 } token && setup.Page is { Token: null })
            setup = setup with { Page = setup.Page with { Token = token } };
        if (given.Any(pair => pair.Option.Name == "keep"))
            setup = setup with { Keep = null };
        List<CameraSetup> cameras = [.. setup.Cameras];
        foreach (string source in sources)
            cameras.Add(CameraOf(source, setup.Common, cameras.Count, sources.Count + setup.Cameras.Count));
        if (given.GroupBy(pair => pair.Option).FirstOrDefault(group => group.Count() > 1 && !group.Key.Repeats) is { } twice)
            throw UserError.Usage($"--{twice.Key.Name} is given {twice.Count()} times; it takes one value");
        foreach ((WatchOption option, string value) in given.OrderBy(pair => pair.Option.Name == "token"))
        {
            try
            {
                if (option.ForAll is { } forAll)
                    setup = forAll(setup, value);
                for (int i = 0; option.ForCamera is { } forCamera && i < cameras.Count; i++)
                    cameras[i] = forCamera(cameras[i], value);
            }
            catch (FormatException exception)
            {
                throw UserError.Usage($"--{option.Name} {exception.Message}", exception);
            }
        }
        if (cameras.Find(camera => camera is { IsFile: true, Loop: false, Realtime: false }) is { } file)
        {
            throw UserError.Usage(File.Exists(file.Source)
                ? $"{file.Source} is a file; add --realtime to play it at its own pace as if it were a camera, or use: gmmvision detect {file.Source}"
                : $"'{file.Source}' is neither a URL, a camera (/dev/video0, camera:0) nor a file that is there");
        }
        foreach (CameraSetup camera in cameras)
            RequireUsableUrl(camera.Source);
        setup = setup with { Cameras = cameras };
        WatchOptions.Validate(setup);
        return setup;
    }

    // What can never be opened is told at once; a camera that only does not answer is waited for.
    private static void RequireUsableUrl(string source)
    {
        if (!FrameSources.IsUrl(source))
            return;
        string scheme = source[..source.IndexOf(':')];
        if (!Protocols.Contains(scheme))
            throw UserError.Usage($"'{FrameSources.NameOf(source)}' has the unknown protocol '{scheme}'; a camera's URL begins with rtsp, http, rtmp, srt, udp, tcp or another protocol of ffmpeg's");
        // Others may listen, with no host, or have one that only ffmpeg understands.
        if (scheme is "rtsp" or "rtsps" or "http" or "https" or "rtmp" or "rtmps" && NetworkAddress.Of(source) is null)
            throw UserError.Usage($"'{FrameSources.NameOf(source)}' names no camera; a URL has the form {scheme}://HOST[:PORT]/PATH");
    }

    private static CameraSetup CameraOf(string source, CameraSetup common, int index, int count)
    {
        // A name is in front of a URL's own "=": letters, digits, - and _ only.
        int equals = source.IndexOf('=');
        bool isNamed = equals > 0 && source.AsSpan(0, equals).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") < 0;
        string name = isNamed ? source[..equals] : count == 1 ? "camera" : $"camera{index + 1}";
        return common with { Name = name, Source = isNamed ? source[(equals + 1)..] : source };
    }
}
