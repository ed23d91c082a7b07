using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Mixtures;

namespace GmmVision.Samples;

/// <summary>Mixtures of a picture's colours with one component and more, and which of them BIC prefers.</summary>
internal static class Choose
{
    public static void Run(string path)
    {
        SampleSet samples = Colors(StillImage.Load(path));
        ModelSelection selection = ModelSelection.Sweep(samples, new ModelSelectionOptions { MaxComponents = 6, Criterion = ModelCriterion.Bic });
        foreach (ModelCandidate candidate in selection.Candidates)
            Console.WriteLine($"{candidate.Components} components: BIC {candidate.Bic:0}{(candidate == selection.Minimum ? ", the least" : "")}{(candidate == selection.Elbow ? ", the elbow" : "")}");
    }

    /// <summary>One row for each pixel; equal colours are merged, which changes the time and not the result.</summary>
    internal static SampleSet Colors(Frame image)
    {
        byte[] rows = new byte[image.Width * image.Height * 3];
        for (int y = 0; y < image.Height; y++)
            for (int plane = 0; plane < 3; plane++)
                for (int x = 0; x < image.Width; x++)
                    rows[(y * image.Width + x) * 3 + plane] = image.Row(plane, y)[x];
        return SampleSet.Create(rows, features: 3, mergeEqualRows: true);
    }
}
