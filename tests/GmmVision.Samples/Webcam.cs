using System.Globalization;
using GmmVision.OpenCv;
using OpenCvSharp;

namespace GmmVision.Samples;

/// <summary>What moves before a webcam, in a window, until a key is pressed.</summary>
internal static class Webcam
{
    public static void Run(string camera)
    {
        using VideoCapture capture = new(int.Parse(camera, CultureInfo.InvariantCulture));
        using var subtractor = MixtureBackgroundSubtractor.Create(GmmVision.Foreground.Preset.Balanced);
        using Mat picture = new(), mask = new();
        while (capture.Read(picture) && Cv2.WaitKey(1) < 0)
        {
            subtractor.Apply(picture, mask);
            Cv2.ImShow("picture", picture);
            Cv2.ImShow("what moves", mask);
        }
    }
}
