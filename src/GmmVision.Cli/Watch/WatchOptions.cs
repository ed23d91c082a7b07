using System.Globalization;
using GmmVision.Motion;
using GmmVision.Recording.Cameras;
using GmmVision.Recording.Clips;
using GmmVision.Recording.Mqtt;
using GmmVision.Web;

namespace GmmVision.Cli.Watch;

/// <summary>All of watch's options, once: the command line and the configuration file are made from this list.</summary>
/// <remarks>A setter throws <see cref="FormatException"/> with "needs ..., not '...'"; who calls it puts the name or the line in front.</remarks>
internal static class WatchOptions
{
    // What stands until --mqtt is read, whatever the order.
    private static readonly MqttOptions NoBroker = new(new Uri("mqtt://none.invalid"));

    /// <summary>In the order of the help.</summary>
    public static IReadOnlyList<WatchOption> All { get; } =
    [
        new("output", "DIR", "Where clips, events, the learned background and settings are kept, a folder for each camera (without it nothing is kept).", ForAll: (setup, text) => setup with { Output = text.Length > 0 ? text : throw new FormatException("needs a folder") }),
        new("keep", "DAYS|GB", "Remove the oldest clips: 30d keeps thirty days, 50GB keeps that much; both may be given.", Repeats: true, ForAll: (setup, text) => setup with { Keep = RetentionRule.Parse(text) is var rule && setup.Keep is { } other ? other.And(rule) : RetentionRule.Parse(text) }),
        new("listen", "HOST:PORT", "Where the page is served; 127.0.0.1:8080 unless given, 'off' for no page.", ForAll: (setup, text) => setup with { Page = text == "off" ? null : Checked((setup.Page ?? new()) with { Listen = text }, setup.Page?.Token) }),
        new("token", "TEXT", "What visitors must show; needed where --listen lets others connect (or in GMMVISION_TOKEN).", ForAll: (setup, text) => setup with { Page = setup.Page is null ? null : Checked(setup.Page with { Token = text }, text) }),
        new("webhook", "URL", "Post each event as JSON to this URL; may be given again.", Repeats: true, ForAll: (setup, text) => setup with { Webhooks = [.. setup.Webhooks, UrlOf(text, "http", "https")] }),
        new("webhook-picture", "on|off", "Send the event's picture with it, as multipart/form-data with the parts event (JSON) and picture (JPEG); off unless given.", ForAll: (setup, text) => setup with { WebhookPicture = Truth(text) }),
        new("exec", "COMMAND", "Run this command through the shell for each event, with GMMVISION_EVENT, GMMVISION_CAMERA, ... in its environment.", ForAll: (setup, text) => setup with { Exec = text.Trim().Length > 0 ? text : throw new FormatException("needs a command") }),
        new("mqtt", "URL", "Tell this MQTT broker (mqtt://user:password@host, or mqtts:// with TLS) of motion, zones, events and pictures, and take settings from it; Home Assistant finds the cameras by itself.", ForAll: (setup, text) => setup with { Mqtt = Checked((setup.Mqtt ?? NoBroker) with { Broker = UrlOf(text, "mqtt", "mqtts") }) }),
        new("mqtt-prefix", "TOPIC", "What its topics begin with; gmmvision unless given.", ForAll: (setup, text) => setup with { Mqtt = Checked((setup.Mqtt ?? NoBroker) with { Prefix = text }) }),
        new("mqtt-discovery", "TOPIC|off", "What topics of Home Assistant's discovery begin with; homeassistant unless given.", ForAll: (setup, text) => setup with { Mqtt = Checked((setup.Mqtt ?? NoBroker) with { Discovery = text == "off" ? null : text }) }),
        new("mqtt-ca", "FILE", "Certificates (PEM) that the broker's must be signed by, for mqtts://, in place of the system's.", ForAll: (setup, text) => setup with { Mqtt = (setup.Mqtt ?? NoBroker) with { CertificateAuthority = text } }),
        new("amqp", "URI", "Publish each event to this message broker (amqp://user:password@host).", ForAll: (setup, text) => setup with { Amqp = UrlOf(text, "amqp", "amqps") }),
        new("amqp-exchange", "NAME", "The topic exchange of --amqp; amq.topic unless given, which RabbitMQ's MQTT plugin serves too.", ForAll: (setup, text) => setup with { AmqpExchange = text.Length is > 0 and <= 127 ? text : throw new FormatException("needs a name of 1 to 127 characters") }),

        new("preset", "fast|balanced|accurate", "How masks are made; balanced unless given.", ForCamera: DaySetting("preset")),
        new("probability", "P", "A pixel is foreground when the background would look like it with less than this probability (1e-12 to 0.5).", ForCamera: DaySetting("probability")),
        new("history", "FRAMES", "Frames that the background looks back on (2 to 1000000).", ForCamera: DaySetting("history")),
        new("min-area", "PART", "Smallest region that counts as motion, as a part of the picture (0 to 1, or per cent: 0.5%); under 0.0003 only what goes along a path, down to 0.00005.", ForCamera: DaySetting("min-area")),
        new("max-area", "PART", "Largest region that counts as motion when it appears at once, as a light does, as a part of the picture (0 to 1, or per cent).", ForCamera: (camera, text) => camera with { Motion = camera.Motion with { MaxArea = Part(text) } }),
        new("threshold", "SCORE", "Least score of a frame with motion: the part of the watched area that moves (0 to 1, or per cent).", ForCamera: DaySetting("threshold")),
        new("shadow-test", "on|off", "Whether shadows are taken out of what moves; as the preset does unless given.", ForCamera: DaySetting("shadow-test")),
        new("smart-mask", "TIME", "What has moved for this time in one place, or a quarter of the time and more for longer, as a screen or a tree in the wind does, is told no more until it has come to rest; off unless given, 1 s to 24 h, longer than people stay.", ForCamera: (camera, text) => camera with { Motion = camera.Motion with { SmartMask = text == "off" ? null : Time(text) } }),
        new("night", "NAME=VALUE", "A setting by night, such as min-area=0.01, chosen by the picture's brightness; may be given again.", Repeats: true, ForCamera: NightSetting),
        new("night-below", "BRIGHTNESS", "Night begins when the mean brightness stays below this (0 to 255); 50 unless given.", ForCamera: (camera, text) => camera with { Profiles = camera.Profiles with { NightBelow = Number(text, 0, 255) } }),
        new("day-above", "BRIGHTNESS", "Day begins when it stays above this; 70 unless given.", ForCamera: (camera, text) => camera with { Profiles = camera.Profiles with { DayAbove = Number(text, 0, 255) } }),
        new("zone", "POLYGON", "Where motion counts, in pixels: \"x,y x,y x,y\", with an optional name: in front, and its own limits behind that, as in \"door[threshold=5%,min-duration=2,min-area=0.1%]:x,y ...\"; may be given again.", Repeats: true, ForCamera: ZoneOf(ZoneKind.Include)),
        new("exclude", "POLYGON", "Where motion does not count; may be given again.", Repeats: true, ForCamera: ZoneOf(ZoneKind.Exclude)),
        new("privacy", "POLYGON", "What is black on the page and in clips (there as the box around it); may be given again.", Repeats: true, ForCamera: ZoneOf(ZoneKind.Privacy)),
        new("min-duration", "TIME", "Motion that lasts shorter is noise; 0.2 s unless given.", ForCamera: (camera, text) => camera with { Motion = camera.Motion with { MinDuration = Time(text) } }),
        new("merge-window", "TIME", "Motion this soon after an event belongs to it; 2 s unless given.", ForCamera: (camera, text) => camera with { Motion = camera.Motion with { MergeWindow = Time(text) } }),
        new("max-duration", "TIME", "An event that lasts longer is divided, and the next one says which it goes on with; 10 minutes unless given, or never.", ForCamera: (camera, text) => camera with { Motion = camera.Motion with { MaxDuration = text == "never" ? null : Time(text) } }),
        new("pre-roll", "TIME", "How much of what came before an event its clip shows; 1.5 s unless given.", ForCamera: (camera, text) => camera with { Motion = camera.Motion with { PreRoll = Time(text) } }),
        new("post-roll", "TIME", "How much of what came after; 2 s unless given.", ForCamera: (camera, text) => camera with { Motion = camera.Motion with { PostRoll = Time(text) } }),
        new("record", "auto|encode|always|off", "Clips of the camera's own packets where they can be kept (auto), encoded anew (encode), as auto and all that the camera sends besides, a file an hour (always), or none.", ForCamera: (camera, text) => camera with { Record = Word<RecordMode>(text) }),
        new("reader", "ffmpeg|opencv|auto", "What decodes: ffmpeg, or OpenCV in this process (events and pictures, no clips and no sound); auto takes ffmpeg where it is.", ForCamera: (camera, text) => camera with { Opener = Readers.OpenerOf(Word<Reader>(text)) }),
        new("size", "WxH", "Size to ask of a webcam, or to scale a stream to.", ForCamera: (camera, text) => camera with { Size = SizeOf(text) }),
        new("detect-height", "ROWS|full|auto", "Look for motion in a picture scaled down to at most this height, or to a whole fraction under 720 rows (auto), which costs so much less; the page shows it too, zones given in pixels mean its pixels, copied clips keep the camera's size.", ForCamera: (camera, text) => camera with { DetectHeight = Rows(text) }),
        new("frame-rate", "FPS", "Frames a second to ask of a webcam.", ForCamera: (camera, text) => camera with { FrameRate = Number(text, 0.1, 1000) }),
        new("stall", "TIME", "After so long without a picture a camera counts as lost; 10 s unless given.", ForCamera: (camera, text) => camera with { Stall = Time(text) is var time && time >= TimeSpan.FromSeconds(1) ? time : throw new FormatException($"needs 1 s or more, not '{text}'") }),
    ];

    /// <summary>Options that take no value.</summary>
    public static IReadOnlyList<WatchOption> Flags { get; } =
    [
        new("realtime", "", "Play files at their own pace, as cameras would come; files cannot be watched without.", ForCamera: (camera, text) => camera with { Realtime = Truth(text) }),
        new("sound", "", "Keep the camera's sound in clips; without it they are silent, as the law wants it in many places.", ForCamera: (camera, text) => camera with { Sound = Truth(text) }),
        new("loop", "", "Begin files again at their end, for ever.", ForCamera: (camera, text) => camera with { Loop = Truth(text) }),
    ];

    /// <summary>Checks everything that concerns more than one value.</summary>
    /// <exception cref="UserError">Something does not go together.</exception>
    public static void Validate(WatchSetup setup)
    {
        if (setup.Cameras.Count == 0)
            throw UserError.Usage("give at least one camera: a URL, /dev/video0 or camera:0 (see: gmmvision cameras), or a file with --realtime");
        foreach (CameraSetup camera in setup.Cameras)
        {
            if (camera.Name.Length is 0 or > 64 || camera.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
                throw UserError.Usage($"the camera name '{camera.Name}' cannot be used: 1 to 64 letters, digits, - and _");
            if (setup.Cameras.Count(other => string.Equals(other.Name, camera.Name, StringComparison.OrdinalIgnoreCase)) > 1)
                throw UserError.Usage($"there are two cameras named '{camera.Name}'; write NAME=SOURCE to tell them apart");
            if (camera is { Size: not null, DetectHeight.IsFull: false } && !Ffmpeg.FrameSources.IsCamera(camera.Source))
                throw UserError.Usage($"camera {camera.Name} has a size and a detect-height; both say how large the picture is, give one");
            if (camera.Opener is not null && (camera.Record is RecordMode.Encode or RecordMode.Always ? $"record {camera.Record.ToString().ToLowerInvariant()}" : camera.Sound ? "sound" : null) is { } wish)
                throw Readers.NeedsFfmpeg(camera.Source, wish);
            _ = camera.Motion.Validate();
            try
            {
                SettingsMap.Validate(camera.Profiles, camera.Motion);
            }
            catch (FormatException exception)
            {
                throw UserError.Usage($"camera {camera.Name}: {exception.Message}", exception);
            }
        }
        if (setup.Output is null && setup.Keep is not null)
            throw UserError.Usage("--keep says what to keep of the recordings, and needs --output DIR");
        _ = setup.Page?.Validate();
        if (setup.Mqtt?.Broker == NoBroker.Broker)
            throw UserError.Usage("--mqtt-prefix, --mqtt-discovery and --mqtt-ca say how a broker is told, and need --mqtt URL");
        _ = setup.Mqtt?.Validate();
    }

    // At once, so that the message can name the line; the certificates belong to an address that may come later.
    private static MqttOptions Checked(MqttOptions mqtt)
    {
        try
        {
            _ = (mqtt with { CertificateAuthority = null }).Validate();
            return mqtt;
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"cannot be used: {exception.Message}", exception);
        }
    }

    // At once, so that the message can name the line; whether a token is missing is known when all is read.
    private static LiveServerOptions Checked(LiveServerOptions page, string? token)
    {
        try
        {
            _ = (page with { Token = token ?? new string('-', LiveServerOptions.ShortestToken) }).Validate();
            return page;
        }
        catch (ArgumentException exception)
        {
            throw new FormatException(exception.Message[(exception.Message.IndexOf(' ', StringComparison.Ordinal) + 1)..].TrimEnd('.'), exception);
        }
    }

    private static Func<CameraSetup, string, CameraSetup> DaySetting(string name) => (camera, text) =>
        camera with { Profiles = camera.Profiles with { Day = Named(camera.Profiles.Day, name, text) } };

    private static CameraSetup NightSetting(CameraSetup camera, string text)
    {
        int equals = text.IndexOf('=');
        if (equals <= 0)
            throw new FormatException($"needs NAME=VALUE such as min-area=0.01, not '{text}'");
        CameraSettings night = camera.Profiles.Night.With(text[..equals].Trim(), text[(equals + 1)..].Trim());
        return camera with { Profiles = camera.Profiles with { Night = night, Switching = true } };
    }

    // The message of With names the setting; here the caller does.
    private static CameraSettings Named(CameraSettings settings, string name, string text)
    {
        try
        {
            return settings.With(name, text);
        }
        catch (FormatException exception) when (exception.Message.StartsWith(name + " ", StringComparison.Ordinal))
        {
            throw new FormatException(exception.Message[(name.Length + 1)..], exception);
        }
    }

    private static Func<CameraSetup, string, CameraSetup> ZoneOf(ZoneKind kind) => (camera, text) => camera with { Zones = [.. camera.Zones, (kind, Zone.Parse(text) is var zone && (kind == ZoneKind.Include || zone.Limits == ZoneLimits.None) ? zone : throw new FormatException($"takes no limits such as [{zone.Limits.ToText()}]: they say what motion must be like where it counts"))] };

    private static double Part(string text) =>
        CameraSettings.TryParsePart(text, out double part) ? part : throw new FormatException($"needs a number from 0 to 1, or 0% to 100%, not '{text}'");

    private static double Number(string text, double least, double most) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most ? value
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"needs a number from {least} to {most}, not '{text}'"));

    private static TimeSpan Time(string text) =>
        OptionOf.TryParseTime(text, out TimeSpan time) ? time : throw new FormatException($"needs a time such as 1.5 (seconds), 5m or 0:30, not '{text}'");

    private static T Word<T>(string text)
        where T : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out T value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]) ? value
        : throw new FormatException($"needs one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}, not '{text}'");

    private static bool Truth(string text) => text.ToLowerInvariant() switch
    {
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        _ => throw new FormatException($"needs true or false, not '{text}'"),
    };

    private static (int Width, int Height) SizeOf(string text)
    {
        string[] sides = text.Split('x');
        const int Max = Imaging.FrameFormat.MaxSide;
        return sides.Length == 2 && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out int width) && int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out int height)
            && width is >= 1 and <= Max && height is >= 1 and <= Max ? (width, height)
            : throw new FormatException($"needs a size such as 1280x720 with sides from 1 to {Max}, not '{text}'");
    }

    private static Ffmpeg.WorkingHeight Rows(string text) => Ffmpeg.WorkingHeight.TryParse(text, out Ffmpeg.WorkingHeight height)
        ? height
        : throw new FormatException($"needs a whole number of rows from {Ffmpeg.WorkingHeight.LeastRows} to {Imaging.FrameFormat.MaxSide}, full or auto, not '{text}'");

    private static Uri UrlOf(string text, params string[] schemes) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && schemes.Contains(url.Scheme) && url.Host.Length > 0 ? url
        : throw new FormatException($"needs a URL that begins with {string.Join(" or ", schemes.Select(scheme => scheme + "://"))}, not '{text}'");
}
