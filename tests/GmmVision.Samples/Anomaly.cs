using GmmVision.Ffmpeg;
using GmmVision.Mixtures;

namespace GmmVision.Samples;

/// <summary>How improbable some colours are under a mixture of a picture's own: below the threshold, something that the picture does not have.</summary>
internal static class Anomaly
{
    public static void Run(string path)
    {
        SampleSet samples = Choose.Colors(StillImage.Load(path));
        GaussianMixture mixture = GaussianMixture.Fit(samples, components: 5, new MixtureOptions { Restarts = 3 });
        double threshold = mixture.AnomalyThreshold(samples, quantile: 0.001);      // one pixel of a thousand lies below
        (string Name, double[] Color)[] colors = [("mid grey", [0.5, 0.5, 0.5]), ("pure magenta", [1, 0, 1]), ("pure green", [0, 1, 0])];
        foreach ((string name, double[] color) in colors)
        {
            double[] logDensity = new double[1];
            mixture.ScoreSamples(color, logDensity);
            Console.WriteLine($"{name}: log-density {logDensity[0]:0.0}, {(logDensity[0] < threshold ? "an anomaly" : "as the picture has it")} (threshold {threshold:0.0})");
        }
    }
}
