using GmmVision.Imaging;
using GmmVision.Scenes.Actors;

namespace GmmVision.Scenes;

/// <summary>What a rendered scene is to show. By default people and cars on a street under a perfect camera; every difficulty is switched on by its own option.</summary>
public sealed record SceneOptions
{
    /// <summary>Pixels in a row, 1 to 8192.</summary>
    public int Width { get; init; } = 640;

    /// <summary>Rows, 1 to 8192.</summary>
    public int Height { get; init; } = 360;

    /// <summary>Planes of the frames.</summary>
    public PixelLayout Layout { get; init; } = PixelLayout.Yuv420;

    /// <summary>Meaning of the sample values of Gray8 and Yuv420; Rgb is always 0 to 255.</summary>
    public ColorRange Range { get; init; } = ColorRange.Limited;

    /// <summary>Frames a second, over 0 to 1000.</summary>
    public double FrameRate { get; init; } = 25;

    /// <summary>Frames of the scene, at least 1.</summary>
    public int FrameCount { get; init; } = 750;

    /// <summary>Chooses the texture, the noise, and who passes when.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What passes through; null for groups of people and cars with quiet between them, chosen by the seed; an empty list for nothing.</summary>
    public IReadOnlyList<ActorScript>? Actors { get; init; }

    /// <summary>Sensor noise: the standard deviation of a mid-grey pixel in grey levels, 0 to 50. Its variance is half read noise, half proportional to the light (shot noise).</summary>
    public double Noise { get; init; }

    /// <summary>How far leaves and twigs swing in gusts, in pixels at 640x360, 0 to 20.</summary>
    public double FoliageSway { get; init; }

    /// <summary>Part of the light that moving objects keep from the ground, 0 to 0.9.</summary>
    public double Shadows { get; init; }

    /// <summary>Slow change of the light up and down, as a part of it, 0 to 0.5.</summary>
    public double LightDrift { get; init; }

    /// <summary>Second at which the light changes from one frame to the next; null for never.</summary>
    public double? LightSwitchAt { get; init; }

    /// <summary>The light after the switch as a multiple of that before it, 0.2 to 3.</summary>
    public double LightSwitchGain { get; init; } = 0.6;

    /// <summary>Trembling of the camera: standard deviation of its shift in pixels at 640x360, 0 to 10, in each direction.</summary>
    public double CameraJitter { get; init; }

    /// <summary>Whether one car drives into the scene, stops, and stays. It remains foreground, but its motion ends where it stands.</summary>
    public bool StoppedObject { get; init; }

    /// <summary>Seconds at the beginning during which no frame is empty: a stream of people and cars, some of them in the first frame; 0 for an empty start.</summary>
    public double BusyStart { get; init; }

    /// <summary>The scene of media/street.mp4: three passages with quiet between them, under a real camera on a breezy day.</summary>
    public static SceneOptions Street { get; } = new()
    {
        FrameCount = 825,
        Noise = 3,
        FoliageSway = 3,
        Shadows = 0.45,
        LightDrift = 0.06,
        Actors =
        [
            new(ActorKind.Car, Lane.NearLane, 3.6, 7.5) { Look = 0 },
            new(ActorKind.Runner, Lane.FarPavement, 4, 3.6) { Look = 3, FromLeft = false },
            new(ActorKind.Walker, Lane.NearPavement, 13.3, 1.8) { Look = 2, StopAt = 0.42, StopFor = 4.4 },
            new(ActorKind.Van, Lane.FarLane, 14, 6.5) { Look = 1, FromLeft = false, StopAt = 0.6, StopFor = 5.7 },
            new(ActorKind.Cyclist, Lane.NearLane, 28.5, 4.2) { Look = 0 },
            new(ActorKind.Car, Lane.FarLane, 28.8, 6.5) { Look = 5, FromLeft = false, StopAt = 0.55, StopFor = 0.3 },
        ],
    };

    /// <summary>Size and layout of the frames.</summary>
    public FrameFormat Format => new(Width, Height, Layout, Range);

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it, and what is allowed.</exception>
    public void Validate()
    {
        Require(Width is >= 1 and <= 8192, nameof(Width), Width, "1 to 8192 pixels");
        Require(Height is >= 1 and <= 8192, nameof(Height), Height, "1 to 8192 pixels");
        Require(FrameRate is > 0 and <= 1000, nameof(FrameRate), FrameRate, "over 0 to 1000 frames a second");
        Require(FrameCount >= 1, nameof(FrameCount), FrameCount, "1 or more");
        Require(Noise is >= 0 and <= 50, nameof(Noise), Noise, "0 to 50 grey levels");
        Require(FoliageSway is >= 0 and <= 20, nameof(FoliageSway), FoliageSway, "0 to 20 pixels");
        Require(Shadows is >= 0 and <= 0.9, nameof(Shadows), Shadows, "0 to 0.9 of the light");
        Require(LightDrift is >= 0 and <= 0.5, nameof(LightDrift), LightDrift, "0 to 0.5 of the light");
        Require(LightSwitchAt is null or >= 0, nameof(LightSwitchAt), LightSwitchAt ?? 0, "0 seconds or later, or null for never");
        Require(LightSwitchGain is >= 0.2 and <= 3, nameof(LightSwitchGain), LightSwitchGain, "0.2 to 3 times the light");
        Require(CameraJitter is >= 0 and <= 10, nameof(CameraJitter), CameraJitter, "0 to 10 pixels");
        Require(BusyStart is >= 0 and <= 86400, nameof(BusyStart), BusyStart, "0 to 86400 seconds");
        foreach (ActorScript actor in Actors ?? [])
            actor.Validate();
        _ = Format.Validate();
    }

    private static void Require(bool isInRange, string name, double value, string allowed)
    {
        if (!isInRange)
            throw new ArgumentException($"The scene's {name} is {value}; it must be {allowed}.");
    }
}
