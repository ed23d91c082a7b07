using GmmVision.OpenCv;
using OpenCvSharp;

namespace GmmVision.Samples;

/// <summary>A program for OpenCV's MOG2, with the one line changed.</summary>
internal static class Swap
{
    public static void Run(string path)
    {
        using VideoCapture capture = new(path);
        // using var subtractor = BackgroundSubtractorMOG2.Create(history: 500, varThreshold: 16, detectShadows: true);
        using var subtractor = MixtureBackgroundSubtractor.Create(history: 500, varThreshold: 16, detectShadows: true);
        using Mat picture = new(), mask = new(), background = new();
        for (int number = 0; capture.Read(picture); number++)
        {
            subtractor.Apply(picture, mask);
            if (number % 100 == 0)
                Console.WriteLine($"frame {number}: {mask.CountNonZero()} pixels are foreground or shadow");
        }
        subtractor.GetBackgroundImage(background);
        Console.WriteLine($"the background is {background.Width}x{background.Height}");
    }
}
