using GmmVision.Imaging;
using GmmVision.Scenes.Still;

namespace GmmVision.Benchmarks.Blindness;

/// <summary>A still scene with walkers, whose picture as a whole is disturbed once. Any frame can be rendered at any time.</summary>
internal sealed class DisturbedScene
{
    /// <summary>Pixels in a row.</summary>
    public const int Width = 320;

    /// <summary>Rows.</summary>
    public const int Height = 240;

    private readonly Dictionary<Walker, int> _seen = [];

    /// <summary>When the disturbance begins, in seconds of the scene.</summary>
    public required double Start { get; init; }

    /// <summary>When it is over: from now on only what it left behind differs from before.</summary>
    public required double End { get; init; }

    /// <summary>Whether the scene can be seen all through the disturbance, so that blindness within it counts too.</summary>
    public bool IsGradual { get; init; }

    /// <summary>How long the camera sent nothing at <see cref="Start"/>, in seconds.</summary>
    public double Gap { get; init; }

    /// <summary>The still scene until <see cref="Start"/>.</summary>
    public required Planes Before { get; init; }

    /// <summary>The still scene from then on.</summary>
    public required Planes After { get; init; }

    /// <summary>What the camera sees in place of the scene between start and end; null: the scene.</summary>
    public Planes? Cover { get; init; }

    /// <summary>Exposure of the picture at a time.</summary>
    public Func<double, double> Gain { get; init; } = static _ => 1;

    /// <summary>How much light falls on walkers, where that differs from <see cref="Gain"/>.</summary>
    public Func<double, double>? WalkerGain { get; init; }

    /// <summary>Whether the camera sees no color at a time.</summary>
    public Func<double, bool> IsGray { get; init; } = static _ => false;

    /// <summary>What passes close by; null for nothing.</summary>
    public Panel? Truck { get; init; }

    /// <summary>Column of its left edge at a time.</summary>
    public Func<double, int> TruckLeft { get; init; } = static _ => int.MinValue;

    /// <summary>Who walks through.</summary>
    public IReadOnlyList<Walker> Walkers { get; set; } = [];

    /// <summary>The sensor's noise.</summary>
    public required SensorNoise Noise { get; init; }

    /// <summary>Whether the truck hides the scene.</summary>
    public bool HasTruck(double time) => Truck is not null && time >= Start && time < End;

    /// <summary>The still scene at a time.</summary>
    public Planes PictureAt(double time) => time < Start ? Before : After;

    /// <summary>Light on walkers at a time. Whoever is outside by night carries a light or stands near one, so is never quite dark.</summary>
    public double LightOn(double time) => Math.Max(0.35, (WalkerGain ?? Gain)(time));

    /// <summary>Renders a frame.</summary>
    /// <param name="number">Decides the noise.</param>
    /// <param name="time">Seconds of the scene, not counting the gap.</param>
    /// <param name="frame">Receives the samples; its time and number are the caller's.</param>
    /// <param name="truth">Receives where walkers and truck are.</param>
    /// <returns>Whether there is a walker who can be seen well: half of one in the picture, and half of that distinct.</returns>
    public bool Render(int number, double time, Frame frame, Truth truth)
    {
        truth.Clear();
        bool visible = false;
        if (Cover is not null && time >= Start && time < End)
            Cover.Expose(frame);
        else
        {
            PictureAt(time).Expose(frame, Gain(time));
            int half = 0, all = 0;
            foreach (Walker walker in Walkers)
            {
                if (!walker.IsThere(time))
                    continue;
                int seen = walker.Paint(frame, truth, time, LightOn(time), IsGray(time));
                int whole = _seen[walker] = Math.Max(seen, _seen.GetValueOrDefault(walker, 1));
                half += seen > 0.5 * Math.Min(whole, walker.WholeArea) ? seen : 0;
                all += seen;
            }
            visible = half > 0.5 * all && truth.Distinct.Count() > 0.5 * all;
            if (HasTruck(time))
            {
                Truck!.Paint(frame, truth, TruckLeft(time));
                visible = false;
            }
        }
        Noise.AddTo(frame, number);
        return visible;
    }
}
