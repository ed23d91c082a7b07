using System.Numerics;
using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;

namespace GmmVision.Web;

/// <summary>Paints what is shown beside the picture, much smaller than the frame: the camera's thread has no more time for it.</summary>
/// <remarks>What asks the mixture asks it for one pixel of each square only; what is private stays black.</remarks>
internal static class SidePainter
{
    /// <summary>The format of a view: as wide as is worth its price, and in the layout that suits it.</summary>
    public static FrameFormat FormatOf(SideView view, FrameFormat full)
    {
        FrameFormat small = PictureScaler.Shrink(full, FactorOf(view, full.Width));
        return view switch
        {
            SideView.Mask or SideView.Probability => small with { Layout = PixelLayout.Gray8, Range = ColorRange.Full },
            SideView.Heatmap => small with { Layout = PixelLayout.Rgb },
            _ => small,
        };
    }

    /// <summary>Seconds until a view is painted again.</summary>
    public static double SecondsBetween(SideView view) => view switch
    {
        SideView.Probability => 0.2,
        SideView.Background or SideView.Heatmap => 1.5,
        _ => 0,
    };

    /// <summary>Paints a view into a frame of <see cref="FormatOf"/>.</summary>
    public static void Paint(SideView view, in CameraFrame frame, Heatmap heat, Frame target)
    {
        int factor = FactorOf(view, frame.Picture.Width);
        switch (view)
        {
            case SideView.None: PictureScaler.Shrink(frame.Picture, target, factor); break;
            case SideView.Mask: PaintMask(frame.Foreground, target, factor); break;
            case SideView.Probability: PaintProbability(frame, target, factor); break;
            case SideView.Background: PaintBackground(frame, target, factor); break;
            default: PaintHeat(frame, heat, target, factor); break;
        }
    }

    private static int FactorOf(SideView view, int width) => PictureScaler.FactorFor(width, view switch
    {
        SideView.Probability => PictureDesk.MostWidth / 2,
        SideView.Background or SideView.Heatmap => PictureDesk.MostWidth * 2 / 3,
        _ => PictureDesk.MostWidth,
    });

    // The brightest pixel of each square, so that a thin thing does not vanish.
    private static void PaintMask(Mask mask, Frame target, int factor)
    {
        target.Data.Clear();
        for (int y = 0; y < target.Height * factor; y++)
        {
            Span<byte> line = target.Row(0, y / factor);
            ReadOnlySpan<ulong> row = mask.Row(y);
            for (int i = 0; i < row.Length; i++)
            {
                for (ulong bits = row[i]; bits != 0;)
                {
                    int start = BitOperations.TrailingZeroCount(bits), length = BitOperations.TrailingZeroCount(~(bits >> start));
                    bits = start + length == 64 ? 0 : bits >> (start + length) << (start + length);
                    int first = Math.Min(((i << 6) + start) / factor, line.Length - 1), last = Math.Min(((i << 6) + start + length - 1) / factor, line.Length - 1);
                    line[first..(last + 1)].Fill(255);
                }
            }
        }
    }

    private static void PaintProbability(in CameraFrame frame, Frame target, int factor)
    {
        double prior = frame.Background.Options.ForegroundPrior;
        double foreground = prior / Math.Pow(256, frame.Picture.Format.PlaneCount);      // it may have any colour alike
        for (int y = 0; y < target.Height; y++)
        {
            Span<byte> line = target.Row(0, y);
            for (int x = 0; x < line.Length; x++)
            {
                (int fullX, int fullY) = (x * factor, y * factor);
                bool isHidden = frame.Hidden is { } hidden && hidden[fullX, fullY];
                line[x] = isHidden ? (byte)0 : (byte)(255 * foreground / (foreground + (1 - prior) * DensityOf(frame, fullX, fullY)) + 0.5);
            }
        }
    }

    /// <summary>The density of a pixel's colour under its background components, their weights scaled to 1.</summary>
    private static double DensityOf(in CameraFrame frame, int x, int y)
    {
        BackgroundModel model = frame.Background;
        int channels = frame.Picture.Format.PlaneCount, shift = frame.Picture.Format.Layout == PixelLayout.Yuv420 ? 1 : 0;
        Span<float> value = stackalloc float[3];
        for (int channel = 0; channel < channels; channel++)
            value[channel] = channel == 0 ? frame.Picture.Row(0, y)[x] : frame.Picture.Row(channel, y >> shift)[x >> shift];
        double density = 0, weight = 0;
        for (int k = 0; k < model.Options.Components && (k == 0 || weight < model.Options.BackgroundRatio); k++)
        {
            MixtureComponent component = model.GetComponent(x, y, k);
            if (component.Weight <= 0)
                break;
            float squares = 0, deviations = 1;
            for (int channel = 0; channel < channels; channel++)
            {
                float deviation = component.Deviation[channel], z = (value[channel] - component.Mean[channel]) / deviation;
                squares += z * z;
                deviations *= deviation * 2.5066283f;      // √(2π)
            }
            density += component.Weight * MathF.Exp(-0.5f * squares) / deviations;
            weight += component.Weight;
        }
        return weight > 0 ? density / weight : 0;
    }

    private static void PaintBackground(in CameraFrame frame, Frame target, int factor)
    {
        FrameFormat format = target.Format;
        int shift = format.Layout == PixelLayout.Yuv420 ? 1 : 0;
        bool isYuv = format.Layout == PixelLayout.Yuv420;
        byte black = isYuv && format.Range == ColorRange.Limited ? (byte)16 : (byte)0;
        for (int y = 0; y < target.Height; y++)
        {
            Span<byte> first = target.Row(0, y), second = format.PlaneCount > 1 ? target.Row(1, y >> shift) : [], third = format.PlaneCount > 1 ? target.Row(2, y >> shift) : [];
            for (int x = 0; x < target.Width; x++)
            {
                bool isHidden = frame.Hidden is { } hidden && hidden[x * factor, y * factor];
                ChannelValues mean = isHidden ? default : frame.Background.GetComponent(x * factor, y * factor, 0).Mean;
                first[x] = isHidden ? black : Whole(mean.First);
                if (format.PlaneCount == 1 || ((x | y) & shift) != 0)
                    continue;
                second[x >> shift] = isHidden ? (byte)(isYuv ? 128 : 0) : Whole(mean.Second);
                third[x >> shift] = isHidden ? (byte)(isYuv ? 128 : 0) : Whole(mean.Third);
            }
        }
    }

    private static byte Whole(float value) => (byte)Math.Clamp(value + 0.5f, 0, 255);

    // Over the grey background at half its brightness, in the colors of every heatmap.
    private static void PaintHeat(in CameraFrame frame, Heatmap heat, Frame target, int factor)
    {
        ReadOnlySpan<int> counts = heat.Counts;
        double scale = 1 / Math.Sqrt(Math.Max(1, heat.Highest));
        for (int y = 0; y < target.Height; y++)
        {
            Span<byte> red = target.Row(0, y), green = target.Row(1, y), blue = target.Row(2, y);
            for (int x = 0; x < target.Width; x++)
            {
                int hottest = 0;
                for (int row = 0; row < factor; row++)
                    foreach (int count in counts.Slice((y * factor + row) * heat.Width + x * factor, factor))
                        hottest = Math.Max(hottest, count);
                bool isHidden = frame.Hidden is { } hidden && hidden[x * factor, y * factor];
                byte gray = isHidden ? (byte)0 : Whole(frame.Background.GetComponent(x * factor, y * factor, 0).Mean.First / 2);
                (red[x], green[x], blue[x]) = hottest == 0 ? (gray, gray, gray) : Heatmap.Blend(gray, scale * Math.Sqrt(hottest));
            }
        }
    }
}
