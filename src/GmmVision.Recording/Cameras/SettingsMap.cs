using GmmVision.Foreground;
using GmmVision.Motion;

namespace GmmVision.Recording.Cameras;

/// <summary>From the page's settings to the pipeline's options and back.</summary>
internal static class SettingsMap
{
    /// <summary>The options that the settings ask for; what they leave open is the preset's.</summary>
    public static ForegroundOptions ForegroundOf(CameraSettings settings, int threads)
    {
        ForegroundOptions options = ForegroundOptions.For(PresetOf(settings.Preset));
        double threshold = settings.Probability ?? options.Background.ForegroundThreshold;
        return options with
        {
            ShadowTest = settings.ShadowTest ?? options.ShadowTest,
            Background = options.Background with
            {
                History = settings.History ?? options.Background.History,
                TimeConstant = settings.History is null ? options.Background.TimeConstant : null,
                ForegroundThreshold = threshold,
                Threads = threads,
            },
        };
    }

    /// <summary>How motion becomes events by the settings; what they leave open is the camera's.</summary>
    public static MotionOptions MotionOf(CameraSettings settings, MotionOptions motion) => motion with
    {
        MinArea = settings.MinArea ?? motion.MinArea,
        Threshold = settings.Threshold ?? motion.Threshold,
        SmartMask = settings.SmartMask == 0 ? null : TimeOf(settings.SmartMask) ?? motion.SmartMask,
        MinDuration = TimeOf(settings.MinDuration) ?? motion.MinDuration,
        MergeWindow = TimeOf(settings.MergeWindow) ?? motion.MergeWindow,
        PreRoll = TimeOf(settings.PreRoll) ?? motion.PreRoll,
        PostRoll = TimeOf(settings.PostRoll) ?? motion.PostRoll,
    };

    /// <summary>Throws where settings do not go together, or not with what the camera's configuration says (a smallest region above its largest): the camera's thread must not find that out.</summary>
    /// <exception cref="FormatException">The message says what, and what is allowed.</exception>
    public static void Validate(CameraProfiles profiles, MotionOptions motion)
    {
        ProfileReader.Validate(profiles);
        foreach (CameraSettings settings in (CameraSettings[])[profiles.Active(isNight: false), profiles.Active(isNight: true)])
        {
            try
            {
                _ = MotionOf(settings, motion).Validate();
                _ = ForegroundOf(settings, threads: 1).Validate();
            }
            catch (ArgumentException exception)
            {
                throw new FormatException(Trouble.Describe(exception), exception);
            }
        }
    }

    /// <summary>The settings with every value filled in.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="foreground">What <see cref="ForegroundOf"/> made of them.</param>
    /// <param name="motion">What <see cref="MotionOf"/> made of them.</param>
    public static CameraSettings EffectiveOf(CameraSettings settings, ForegroundOptions foreground, MotionOptions motion) => new()
    {
        Preset = settings.Preset ?? "balanced",
        Probability = foreground.Background.ForegroundThreshold,
        History = foreground.Background.History,
        MinArea = motion.MinArea,
        Threshold = motion.Threshold,
        ShadowTest = foreground.ShadowTest,
        SmartMask = motion.SmartMask?.TotalSeconds ?? 0,
        MinDuration = motion.MinDuration.TotalSeconds,
        MergeWindow = motion.MergeWindow.TotalSeconds,
        PreRoll = motion.PreRoll.TotalSeconds,
        PostRoll = motion.PostRoll.TotalSeconds,
    };

    private static TimeSpan? TimeOf(double? seconds) => seconds is double value ? TimeSpan.FromSeconds(value) : null;

    private static Preset PresetOf(string? name) => Enum.Parse<Preset>(name ?? "balanced", ignoreCase: true);
}
