using System.Globalization;
using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Clips;

namespace GmmVision.Recording.Cameras;

/// <summary>A camera's pipeline, kept to what the page says: by day and by night, with its zones, with what was learnt before. The camera's thread only, but <see cref="Effective"/>.</summary>
/// <param name="setup">The camera.</param>
/// <param name="services">Threads of the model.</param>
/// <param name="tuning">What is to hold.</param>
/// <param name="models">Where the background is kept.</param>
/// <param name="ring">Reaches back as far as clips do; null where there are none.</param>
/// <param name="say">Takes a line for the log.</param>
internal sealed class CameraPipeline(CameraSetup setup, CameraServices services, LiveTuning tuning, ModelStore models, PacketRing? ring, Action<string> say) : IDisposable
{
    private static readonly TimeSpan BrightnessPeriod = TimeSpan.FromSeconds(1);
    private readonly BrightnessSwitch _brightness = new();
    private CameraTuning? _taken;       // what the pipeline works by
    private TimeSpan _nextBrightness;
    private bool _isMasked;             // as was told last
    private CameraSettings _effective = SettingsMap.EffectiveOf(tuning.Now.Active, SettingsMap.ForegroundOf(tuning.Now.Active, services.ModelThreads), SettingsMap.MotionOf(tuning.Now.Active, setup.Motion));      // the page may ask before there is a frame

    /// <summary>The settings that hold, with every value filled in. Any thread.</summary>
    public CameraSettings Effective => Volatile.Read(ref _effective);

    /// <summary>What finds motion; null before the first format.</summary>
    public MotionPipeline? Motion { get; private set; }

    /// <summary>Names of the zones where motion counts; another list when they change.</summary>
    public IReadOnlyList<string> ZoneNames { get; private set; } = [];

    /// <summary>From which score on there is motion.</summary>
    public double Threshold { get; private set; }

    /// <summary>Whether frames of a format can go on where the last ones ended.</summary>
    public bool Fits(FrameFormat format) => Motion?.Detector.Background.Format == format;

    /// <summary>Begins with frames of a format: with the background that was saved, where it fits.</summary>
    public void Begin(FrameFormat format)
    {
        if (Motion is not null)
            say($"the picture is {format.Width}x{format.Height} now, the background is learnt anew");
        Motion?.Dispose();
        Motion = null;
        Configure(format);
    }

    /// <summary>Takes over what was set anew, before a frame is looked at.</summary>
    public void Take(Frame frame)
    {
        if (frame.Time >= _nextBrightness)
        {
            _nextBrightness = frame.Time + BrightnessPeriod;
            LookAtLight(frame);
        }
        TellMask();
        CameraTuning now = tuning.Now;
        if (now.Relearns != _taken!.Relearns)
        {
            Motion!.Detector.Background.Reset();
            Motion.SmartMask?.Clear();
        }
        if (now.Version != _taken.Version)
            Configure(frame.Format);
        else
            _taken = now;
    }

    /// <summary>Throws where zones cannot be used on pictures of a size.</summary>
    /// <exception cref="ArgumentException">The message says which, and why.</exception>
    public static void Validate(IReadOnlyList<CameraZone> zones, int width, int height)
    {
        MotionOptions motion = WithZones(new MotionOptions(), zones, width, height).Validate();
        _ = new MotionFinder(width, height, motion);
        _ = Zone.Union(motion.Privacy, width, height);
    }

    /// <summary>Those zones that can be used on pictures of a size. They were drawn on another one, perhaps: a camera must not be lost for a zone that has no pixel in a smaller picture.</summary>
    internal static IReadOnlyList<CameraZone> Usable(IReadOnlyList<CameraZone> zones, int width, int height, Action<string> say)
    {
        if (Refusal(zones, width, height) is null)
            return zones;
        List<CameraZone> usable = [];
        foreach (CameraZone zone in zones)
        {
            if (Refusal([.. usable, zone], width, height) is string refusal)
                say($"a zone is left out: {refusal}");
            else
                usable.Add(zone);
        }
        return usable;
    }

    private static string? Refusal(IReadOnlyList<CameraZone> zones, int width, int height)
    {
        try
        {
            Validate(zones, width, height);
            return null;
        }
        catch (ArgumentException exception)
        {
            return Trouble.Describe(exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Motion?.Dispose();

    private void LookAtLight(Frame frame)
    {
        CameraProfiles profiles = tuning.Now.Profiles;
        if (profiles.Switching)
            _brightness.Step(BrightnessSwitch.BrightnessOf(frame), frame.Time, profiles.NightBelow, profiles.DayAbove);
        else
            _brightness.Reset();
        if (tuning.Now.IsNight == _brightness.IsNight)
            return;
        say(_brightness.IsNight ? "night settings" : "day settings");
        tuning.Change(now => now.With(_brightness.IsNight));
    }

    private void TellMask()
    {
        MaskedCells? cells = Motion!.SmartMask?.Masked;
        bool isMasked = cells is { Count: > 0 };
        if (isMasked == _isMasked)
            return;
        _isMasked = isMasked;
        say(isMasked ? string.Create(CultureInfo.InvariantCulture, $"the smart mask covers {cells!.Share:0.##%} of the picture: something moves there all the time")
            : "the smart mask covers nothing any more");
    }

    // Other settings for the pipeline, which goes on with what was learnt, and with the event that is under way.
    private void Configure(FrameFormat format)
    {
        CameraTuning now = tuning.Change(now => now.Zones is null ? now with { Zones = [.. setup.Zones.Select(zone => CameraZone.Of(zone.Kind, zone.Zone, format))] } : now);
        CameraSettings settings = now.Active;
        ForegroundOptions foreground = SettingsMap.ForegroundOf(settings, services.ModelThreads);
        MotionOptions motion = WithZones(SettingsMap.MotionOf(settings, setup.Motion), Usable(now.Zones!, format.Width, format.Height, say), format.Width, format.Height);
        PipelineOptions options = new() { Foreground = foreground, Motion = motion.Validate() };
        if (Motion is null)
        {
            Motion = Make(format, options, foreground);
            models.Load(Motion.SmartMask);
        }
        else
            Motion.Change(options);
        Threshold = motion.Threshold;
        ring?.Reach(PacketRing.LengthFor(motion));
        string[] names = [.. motion.Include.Select(zone => zone.Name ?? "")];
        ZoneNames = names.SequenceEqual(ZoneNames) ? ZoneNames : names;
        _taken = now;
        Volatile.Write(ref _effective, SettingsMap.EffectiveOf(settings, foreground, motion));
    }

    private MotionPipeline Make(FrameFormat format, PipelineOptions options, ForegroundOptions foreground)
    {
        using BackgroundModel? loaded = models.Load(format);
        if (loaded is null || loaded.Options.Components != foreground.Background.Components)
            return new MotionPipeline(format, 0, options);
#pragma warning disable CA2000      // the pipeline owns detector and model
        return new MotionPipeline(new ForegroundDetector(loaded.Clone(foreground.Background), 0, foreground), options);
#pragma warning restore CA2000
    }

    private static MotionOptions WithZones(MotionOptions motion, IReadOnlyList<CameraZone> zones, int width, int height) => motion with
    {
        Include = CameraZone.InPixels(zones, ZoneKind.Include, width, height),
        Exclude = CameraZone.InPixels(zones, ZoneKind.Exclude, width, height),
        Privacy = CameraZone.InPixels(zones, ZoneKind.Privacy, width, height),
    };
}
