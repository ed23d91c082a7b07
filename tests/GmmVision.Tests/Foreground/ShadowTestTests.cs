using GmmVision.Background;
using GmmVision.Foreground;
using GmmVision.Imaging;
using GmmVision.Scenes;
using GmmVision.Scenes.Actors;
using GmmVision.Simd;
using Xunit;

namespace GmmVision.Tests.Foreground;

public class ShadowTestTests
{
    [Theory]
    [InlineData(PixelLayout.Yuv420, 0.4)]
    [InlineData(PixelLayout.Rgb, 0.6)]       // the noise of red and blue is not averaged over four pixels as that of chroma is
    public void Shadows_go_and_objects_stay(PixelLayout layout, double left)
    {
        (double shadow, double found) without = Score(layout, false), with = Score(layout, true);
        Assert.True(without.shadow > 0.6, $"Only {without.shadow:P0} of the shadow is foreground without the test, so nothing is shown.");
        Assert.True(with.shadow < left * without.shadow, $"{with.shadow:P0} of the shadow is foreground, {without.shadow:P0} without the test.");
        Assert.True(with.found > without.found - 0.06, $"{with.found:P0} of the objects are found, {without.found:P0} without the test.");
    }

    [Theory]
    [InlineData(116, true)]
    [InlineData(50, false)]
    public void Half_the_light_on_a_plain_wall_is_shadow_by_day_and_somebody_by_night(int wall, bool isShadow)
    {
        FrameFormat format = new(96, 64, PixelLayout.Yuv420, ColorRange.Limited);
        Random random = new(3);
        Frame Paint(int i, int half)
        {
            Frame frame = new(format) { Number = i, Time = TimeSpan.FromSeconds(i / 25.0) };
            for (int plane = 0; plane < 3; plane++)
                for (int y = 0; y < format.PlaneHeight(plane); y++)
                    foreach (ref byte sample in frame.Row(plane, y))
                        sample = (byte)((plane == 0 ? wall : 128) + random.Next(-1, 2));
            for (int y = 16; y < 16 + half; y++)
                foreach (ref byte sample in frame.Row(0, y)[30..54])
                    sample = (byte)(16 + (sample - 16) / 2);
            return frame;
        }
        using BackgroundModel model = new(format, new BackgroundOptions { Threads = 1 });
        for (int i = 0; i < 20; i++)
            model.Apply(Paint(i, 0), new Mask(96, 64));
        Mask mask = TexturedScene.MaskOf(format, new Box(30, 16, 24, 32));
        new ShadowTest(format).Apply(Paint(20, 32), model.View, mask);
        Assert.InRange(TexturedScene.Share(mask, new Box(30, 16, 24, 32)), isShadow ? 0 : 0.99, isShadow ? 0.1 : 1);
    }

    [Theory]
    [InlineData(PixelLayout.Gray8)]
    [InlineData(PixelLayout.Yuv420)]
    [InlineData(PixelLayout.Rgb)]
    public void Every_lane_width_gives_the_same_bits(PixelLayout layout)
    {
        foreach (int width in new[] { 1, 2, 7, 15, 16, 17, 31, 32, 33, 47, 49, 63, 64, 65, 66, 95, 96, 97, 129 })
        {
            var format = new FrameFormat(width, 41, layout);
            var scene = new TexturedScene(format, width);
            using BackgroundModel model = scene.Learn(3);
            // Stripes of shadow, of light and of another texture, under foreground of chance.
            Frame frame = scene.Paint(3, (luma, x) => (x / 5 % 3) switch { 0 => 0.6 * luma, 1 => 0.75 * luma + 4, _ => 190 - luma });
            Mask raw = RandomMasks.Blobs(width, 41, width), eight = RandomMasks.Copy(raw), sixteen = RandomMasks.Copy(raw), thirtyTwo = RandomMasks.Copy(raw), best = RandomMasks.Copy(raw);
            var test = new ShadowTest(format);
            test.Apply<Int16x8>(frame, model.View, eight);
            test.Apply<Int16x16>(frame, model.View, sixteen);
            test.Apply<Int16x32>(frame, model.View, thirtyTwo);
            test.Apply(frame, model.View, best);
            Assert.True(eight.PixelsEqual(sixteen), $"8 and 16 lanes differ at width {width}");
            Assert.True(eight.PixelsEqual(thirtyTwo), $"8 and 32 lanes differ at width {width}");
            Assert.True(eight.PixelsEqual(best), $"8 lanes and this machine's differ at width {width}");
            Assert.True(width < 31 || eight.Count() < raw.Count() && !eight.IsEmpty, $"{eight.Count()} of {raw.Count()} pixels are left at width {width}: nothing is shown");
        }
    }

    // Parts of the true shadow and of the true objects that are foreground, from the second second on.
    private static (double Shadow, double Found) Score(PixelLayout layout, bool shadowTest)
    {
        using var source = new SceneFrameSource(new SceneOptions
        {
            Width = 320,
            Height = 180,
            FrameCount = 120,
            Layout = layout,
            Noise = 2,
            Shadows = 0.45,
            Actors = [new(ActorKind.Van, Lane.NearLane, 1.6, 5) { Look = 1 }, new(ActorKind.Walker, Lane.NearPavement, 1.6, 1.6) { Look = 2, FromLeft = false }],
        });
        using var detector = new ForegroundDetector(source.Format, source.FrameRate, ForegroundOptions.For(Preset.Balanced) with { ShadowTest = shadowTest });
        var frame = new Frame(source.Format);
        var mask = new Mask(320, 180);
        byte[] found = new byte[320 * 180];
        long shadows = 0, shadowsFound = 0, objects = 0, objectsFound = 0;
        while (source.TryRead(frame, TestContext.Current.CancellationToken))
        {
            detector.Apply(frame, mask);
            mask.CopyTo(found, 320);
            for (int i = 0; i < found.Length; i++)
            {
                int set = found[i] & 1;
                (shadows, shadowsFound) = source.Truth[i] == Scene.Shadow ? (shadows + 1, shadowsFound + set) : (shadows, shadowsFound);
                (objects, objectsFound) = source.Truth[i] == Scene.Foreground ? (objects + 1, objectsFound + set) : (objects, objectsFound);
            }
        }
        return ((double)shadowsFound / shadows, (double)objectsFound / objects);
    }
}
