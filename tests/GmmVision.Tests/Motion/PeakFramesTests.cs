using GmmVision.Imaging;
using GmmVision.Motion;
using Xunit;

namespace GmmVision.Tests.Motion;

public class PeakFramesTests
{
    [Fact]
    public void The_frame_that_comes_with_an_event_is_that_of_its_peak()
    {
        int seen = 0;
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var options = new MotionOptions { Threshold = 0.3, MaxDuration = seed % 2 == 0 ? null : TimeSpan.FromSeconds(2), PostRoll = TimeSpan.FromSeconds(seed % 3) };
            var detector = new EventDetector(25, options);
            var format = new FrameFormat(4, 4, PixelLayout.Gray8);
            var peaks = new PeakFrames(format);
            var frame = new Frame(format);
            double phase = 0;
            for (int i = 0; i < 600; i++)
            {
                if (random.Next(25) == 0)
                    phase = random.Next(4) switch { 0 => 1, 1 => 0.4, _ => 0 };
                double score = random.NextDouble() < phase ? 0.3 + 0.7 * random.NextDouble() : 0.1;
                (frame.Number, frame.Time) = (i, TimeSpan.FromSeconds(i / 25.0));
                frame.Data.Fill((byte)(i % 251));
                detector.Step(new FrameMotion(i, frame.Time, score, new Box(0, 0, 1, 1)), out _, out MotionEvent? ended);
                Frame? best = peaks.Observe(frame, detector, ended);
                Assert.Equal(ended?.PeakFrame, best?.Number);
                Assert.Equal(ended?.PeakTime, best?.Time);
                if (best is null)
                    continue;
                Assert.Equal((byte)(best.Number % 251), best.Data[7]);
                seen++;
            }
            if (detector.Finish() is { } last)
                Assert.Equal(last.PeakFrame, peaks.Last.Number);
        }
        Assert.True(seen > 300);
    }
}
