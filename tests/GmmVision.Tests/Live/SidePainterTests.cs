using System.Buffers.Binary;
using System.Text.Json;
using GmmVision.Background;
using GmmVision.Imaging;
using GmmVision.Motion;
using GmmVision.Recording.Loop;
using GmmVision.Web;
using Xunit;

namespace GmmVision.Tests.Live;

/// <summary>What the page shows beside the picture is what the model says, and nothing of what is private.</summary>
public class SidePainterTests
{
    private const int Width = 1440, Height = 270;      // every view is smaller than the frame

    [Fact]
    public void The_probability_shown_is_the_models_own()
    {
        using BackgroundModel model = Learn(out Frame frame);
        float[] expected = new float[Width * Height];
        model.ComputeForegroundProbability(frame, expected);
        Frame shown = Paint(SideView.Probability, frame, model, null);
        Assert.Equal(480, shown.Width);
        Assert.Equal(90, shown.Height);
        for (int y = 0; y < shown.Height; y++)
            for (int x = 0; x < shown.Width; x++)
                Assert.InRange(shown.Row(0, y)[x] - 255 * expected[3 * y * Width + 3 * x], -1, 1);
    }

    [Fact]
    public void The_background_shown_is_the_models_own()
    {
        using BackgroundModel model = Learn(out Frame frame);
        Frame expected = new(frame.Format);
        model.CopyBackgroundTo(expected);
        Frame shown = Paint(SideView.Background, frame, model, null);
        Assert.Equal(480, shown.Width);
        for (int y = 0; y < shown.Height; y++)
        {
            for (int x = 0; x < shown.Width; x++)
                Assert.Equal(expected.Row(0, 3 * y)[3 * x], shown.Row(0, y)[x]);
            for (int x = 0; x < shown.Width / 2; x++)
                Assert.Equal(expected.Row(1, 3 * (y & ~1) / 2)[3 * x], shown.Row(1, y / 2)[x]);
        }
    }

    [Theory]
    [InlineData(SideView.Probability, 0)]
    [InlineData(SideView.Background, 16)]
    [InlineData(SideView.Heatmap, 0)]
    public void Nothing_private_is_shown(SideView view, byte black)
    {
        using BackgroundModel model = Learn(out Frame frame);
        Mask hidden = new(Width, Height);
        for (int y = 90; y < 180; y++)
            for (int x = 300; x < 600; x++)
                hidden[x, y] = true;
        Frame shown = Paint(view, frame, model, hidden);
        int factor = Width / shown.Width;
        for (int y = 90 / factor; y < 180 / factor; y++)
            Assert.True(shown.Row(0, y)[(300 / factor)..(600 / factor)].IndexOfAnyExcept(black) < 0);
        Assert.True(view == SideView.Heatmap || shown.Data.IndexOfAnyExcept(black) >= 0);
    }

    [Fact]
    public async Task The_mixture_of_a_private_pixel_is_not_told()
    {
        using BackgroundModel model = Learn(out Frame frame);
        Mask hidden = new(Width, Height), none = new(Width, Height);
        hidden[10, 20] = true;
        PictureDesk desk = new();
        using PictureViewer viewer = desk.Join();
        foreach ((int x, bool isHidden) in new[] { (10, true), (11, false) })
        {
            viewer.Pixel = (x, 20);
            viewer.Ask();
            byte[]? message = null;
            while (message is null)      // the desk takes only so many a second
            {
                desk.Show(FrameOf(frame, model, none, hidden));
                message = await viewer.WaitAsync(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
            }
            JsonElement pixel = JsonDocument.Parse(message.AsMemory(4, BinaryPrimitives.ReadInt32LittleEndian(message))).RootElement.GetProperty("pixel");
            Assert.Equal(isHidden, pixel.GetProperty("hidden").GetBoolean());
            Assert.Equal(isHidden, pixel.GetProperty("components").GetArrayLength() == 0);
        }
    }

    private static CameraFrame FrameOf(Frame frame, BackgroundModel model, Mask foreground, Mask? hidden) => new()
    {
        Picture = frame,
        Foreground = foreground,
        Background = model,
        Regions = [],
        Score = 0,
        Threshold = 0.01,
        Event = 0,
        Captured = DateTimeOffset.UtcNow,
        Hidden = hidden,
    };

    private static Frame Paint(SideView view, Frame frame, BackgroundModel model, Mask? hidden)
    {
        Mask foreground = new(Width, Height);
        Frame target = new(SidePainter.FormatOf(view, frame.Format));
        SidePainter.Paint(view, FrameOf(frame, model, foreground, hidden), new Heatmap(Width, Height), target);
        return target;
    }

    // Noise around a slope, and a box that the model has not seen.
    private static BackgroundModel Learn(out Frame frame)
    {
        frame = new Frame(new FrameFormat(Width, Height, PixelLayout.Yuv420));
        BackgroundModel model = new(frame.Format, new BackgroundOptions());
        Mask mask = new(Width, Height);
        Random random = new(7);
        for (int i = 0; i < 12; i++)
        {
            for (int plane = 0; plane < 3; plane++)
                for (int y = 0; y < frame.Format.PlaneHeight(plane); y++)
                {
                    Span<byte> row = frame.Row(plane, y);
                    for (int x = 0; x < row.Length; x++)
                        row[x] = (byte)(60 + 100 * x / row.Length + random.Next(7));
                }
            if (i < 11)
                model.Apply(frame, mask);
        }
        for (int y = 60; y < 150; y++)
            frame.Row(0, y).Slice(200, 500).Fill(220);
        return model;
    }
}
