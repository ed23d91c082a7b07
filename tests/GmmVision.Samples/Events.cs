using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Motion;

namespace GmmVision.Samples;

/// <summary>When something moves in a video.</summary>
internal static class Events
{
    public static void Run(string path)
    {
        using IFrameSource source = FrameSources.Open(path);
        using MotionPipeline pipeline = new(source.Format, source.FrameRate);
        Frame frame = new(source.Format);
        FrameResult result = new(source.Format);
        while (source.TryRead(frame))
        {
            pipeline.Process(frame, result);
            if (result.Ended is MotionEvent ended)
                Print(ended);
        }
        if (pipeline.Finish() is MotionEvent last)
            Print(last);
    }

    private static void Print(MotionEvent motion) =>
        Console.WriteLine($"event {motion.Number}: {motion.Start:mm\\:ss\\.ff} to {motion.End:mm\\:ss\\.ff}, at most {motion.PeakScore:P1} of the picture, in {motion.Box.Width}x{motion.Box.Height} pixels at ({motion.Box.X}, {motion.Box.Y})");
}
