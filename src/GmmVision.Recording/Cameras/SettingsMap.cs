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

    /// <summary>The settings with every value filled in.</summary>
    public static CameraSettings EffectiveOf(CameraSettings settings, ForegroundOptions foreground, MotionOptions motion) => new()
    {
        Preset = settings.Preset ?? "balanced",
        Probability = foreground.Background.ForegroundThreshold,
        History = foreground.Background.History,
        MinArea = settings.MinArea ?? motion.MinArea,
        Threshold = settings.Threshold ?? motion.Threshold,
        ShadowTest = foreground.ShadowTest,
    };

    private static Preset PresetOf(string? name) => Enum.Parse<Preset>(name ?? "balanced", ignoreCase: true);
}
