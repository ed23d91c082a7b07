using GmmVision.Imaging;
using GmmVision.Scenes.Still;

namespace GmmVision.Benchmarks.LabeledScenes;

/// <summary>A scene of one situation with exact truth: what is still, what moves behind, who walks, what falls in front.</summary>
internal sealed class LabeledScene
{
    /// <summary>Size and layout.</summary>
    public FrameFormat Format { get; init; } = new(320, 240, PixelLayout.Yuv420);

    /// <summary>Frames a second.</summary>
    public double FrameRate { get; init; } = 15;

    /// <summary>How long it lasts.</summary>
    public required double Seconds { get; init; }

    /// <summary>From when on frames count.</summary>
    public required double ScoredFrom { get; init; }

    /// <summary>What is still, at a time.</summary>
    public required Func<double, Planes> Picture { get; init; }

    /// <summary>Exposure at a time.</summary>
    public Func<double, double> Gain { get; init; } = static _ => 1;

    /// <summary>Light on walkers at a time.</summary>
    public Func<double, double> WalkerGain { get; init; } = static _ => 1;

    /// <summary>Whoever is foreground.</summary>
    public IReadOnlyList<Walker> Walkers { get; init; } = [];

    /// <summary>Draws what moves and is background, before the walkers.</summary>
    public Action<Frame, int>? Behind { get; init; }

    /// <summary>Draws what is in front of all, after the walkers: weather, a flash.</summary>
    public Action<Frame, int>? InFront { get; init; }

    /// <summary>The sensor's noise.</summary>
    public required SensorNoise Noise { get; init; }

    /// <summary>Renders a frame.</summary>
    /// <param name="number">From 0.</param>
    /// <param name="frame">Receives samples, number and time.</param>
    /// <param name="truth">Receives the walkers.</param>
    public void Render(int number, Frame frame, Truth truth)
    {
        double time = number / FrameRate;
        (frame.Number, frame.Time) = (number, TimeSpan.FromSeconds(time));
        truth.Clear();
        Picture(time).Expose(frame, Gain(time));
        Behind?.Invoke(frame, number);
        foreach (Walker walker in Walkers)
            if (walker.IsThere(time))
                walker.Paint(frame, truth, time, WalkerGain(time));
        InFront?.Invoke(frame, number);
        Noise.AddTo(frame, number);
    }
}
