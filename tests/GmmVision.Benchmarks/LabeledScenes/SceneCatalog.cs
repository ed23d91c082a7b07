using System.Numerics;
using GmmVision.Benchmarks.Blindness;
using GmmVision.Imaging;
using GmmVision.Scenes.Still;

namespace GmmVision.Benchmarks.LabeledScenes;

/// <summary>The situations by name. Each is rendered anew from a seed.</summary>
internal static class SceneCatalog
{
    private const int Width = DisturbedScene.Width, Height = DisturbedScene.Height;

    /// <summary>Name and maker of every scene, in the order of the table.</summary>
    public static IReadOnlyList<(string Name, Func<int, LabeledScene> Make)> All { get; } =
    [
        ("light-switch", LightSwitch), ("dawn", Dawn), ("waving-tree", WavingTree), ("moving-screen", MovingScreen),
        ("moved-object", MovedObject), ("sleeper", Sleeper), ("bootstrap", Bootstrap), ("faint", Faint),
        ("small", Small), ("thermal", Thermal), ("rain", seed => Weather(seed, isSnow: false)), ("snow", seed => Weather(seed, isSnow: true)),
        ("lightning", Lightning), ("leaves-late", LeavesLate), ("decoder-grey", DecoderGray), ("slow-exposure", SlowExposure),
    ];

    // Somebody walks about while a lamp goes off and on; half of the lamps light one side more than the other.
    private static LabeledScene LightSwitch(int seed)
    {
        Random random = new(100 + seed);
        ColorPicture view = ColorPicture.Textured(Width, Height, random.Next());
        double dark = 0.2 + 0.4 * random.NextDouble();
        float lamp = random.Next(Width), reach = seed % 2 == 0 ? 1e6f : 150;
        float Field(int x) => (float)dark + (1 - (float)dark) * (0.3f + 0.7f * MathF.Exp(-(x - lamp) * (x - lamp) / (2 * reach * reach)));
        Planes lit = view.Changed((x, _, color) => color * Field(x)).ToPlanes(), dim = view.Changed((_, _, color) => color * (float)dark).ToPlanes();
        bool IsOn(double time) => (int)((time + 12) / 20) % 2 == 0;
        double Light(double time) => IsOn(time) ? 1 : Math.Max(0.4, dark);
        return new()
        {
            Seconds = 96,
            ScoredFrom = 5,
            Picture = time => IsOn(time) ? lit : dim,
            WalkerGain = Light,
            Walkers = Walks(random, 96, dim, Light),
            Noise = Sensor(random),
        };
    }

    // From near darkness to full light, evenly as the eye sees it: 6 to 30 times as bright. What is too dark to make anybody
    // out does not count.
    private static LabeledScene Dawn(int seed)
    {
        Random random = new(200 + seed);
        Planes picture = ColorPicture.Textured(Width, Height, random.Next()).ToPlanes();
        double factor = 6 * Math.Pow(5, random.NextDouble()), takes = 40 + 60 * random.NextDouble();
        double Light(double time) => Math.Pow(factor, Math.Min(1, time / takes) - 1);
        return new()
        {
            Seconds = 100,
            ScoredFrom = Math.Max(5, takes * (1 - Math.Log(6) / Math.Log(factor))),
            Picture = _ => picture,
            Gain = Light,
            WalkerGain = time => Math.Max(0.35, Light(time)),
            Walkers = Walks(random, 100, picture, time => Math.Max(0.35, Light(time)), Light),
            Noise = Sensor(random),
        };
    }

    private static LabeledScene WavingTree(int seed)
    {
        Random random = new(300 + seed);
        Planes picture = ColorPicture.Textured(Width, Height, random.Next()).ToPlanes();
        int treeWidth = 190, treeX = random.Next(Width - treeWidth);
        // Leaves: spots of many greens, sharp, as wide as the wind moves them.
        var crown = new ColorPicture(treeWidth + 40, 200, new Vector3(60, 90, 50));
        for (int i = 0; i < 900; i++)
            crown.Fill(random.Next(crown.Width), random.Next(crown.Height), random.Next(2, 8), random.Next(2, 8), new Vector3(random.Next(20, 130), random.Next(50, 190), random.Next(20, 110)));
        crown.Blur(0.8f);
        Planes leaves = crown.ToPlanes();
        double sway = 2 + 4 * random.NextDouble(), period = 1.5 + 2 * random.NextDouble();
        return new()
        {
            Seconds = 70,
            ScoredFrom = 25,
            Picture = _ => picture,
            Behind = (frame, number) =>
            {
                double time = number / 15.0;
                double gust = 0.6 + 0.4 * Math.Sin(time / 3.1);
                for (int y = 0; y < 200; y++)
                {
                    int shift = 20 + (int)Math.Round(gust * sway * Math.Sin(2 * Math.PI * time / period + y / 25.0 + 2 * Math.Sin(y / 7.0)));
                    leaves.Y.AsSpan(y * leaves.Width + shift, treeWidth).CopyTo(frame.Row(0, y)[treeX..]);
                    if (y % 2 == 0)
                    {
                        leaves.U.AsSpan(y / 2 * (leaves.Width / 2) + shift / 2, treeWidth / 2).CopyTo(frame.Row(1, y / 2)[(treeX / 2)..]);
                        leaves.V.AsSpan(y / 2 * (leaves.Width / 2) + shift / 2, treeWidth / 2).CopyTo(frame.Row(2, y / 2)[(treeX / 2)..]);
                    }
                }
            },
            Walkers = [.. LatePersons(random, 70, 1, Planes.ToYuv(new Vector3(200, 60, 70)), Planes.ToYuv(new Vector3(50, 50, 200)))],
            Noise = Sensor(random),
        };
    }

    // A monitor whose bars roll and whose brightness beats with the camera's shutter.
    private static LabeledScene MovingScreen(int seed)
    {
        Random random = new(400 + seed);
        Planes picture = ColorPicture.Textured(Width, Height, random.Next()).ToPlanes();
        int screenX = random.Next(40, 100), screenY = random.Next(20, 50), screenWidth = random.Next(130, 180), screenHeight = random.Next(100, 140);
        int bar = random.Next(10, 30);
        double speed = 20 + 60 * random.NextDouble(), flicker = 5 + 20 * random.NextDouble();
        return new()
        {
            Seconds = 70,
            ScoredFrom = 25,
            Picture = _ => picture,
            Behind = (frame, number) =>
            {
                double beat = flicker * Math.Sin(number * 1.7);
                for (int y = screenY; y < screenY + screenHeight; y++)
                {
                    double phase = Math.Sin(2 * Math.PI * (y + speed * number / 15.0) / (2 * bar));
                    frame.Row(0, y).Slice(screenX, screenWidth).Fill((byte)Math.Clamp(125 + 55 * phase + beat, 16, 235));
                    if (y % 2 == 0)
                    {
                        frame.Row(1, y / 2).Slice(screenX / 2, screenWidth / 2).Fill((byte)(138 + 6 * phase));
                        frame.Row(2, y / 2).Slice(screenX / 2, screenWidth / 2).Fill(122);
                    }
                }
            },
            Walkers = [.. LatePersons(random, 70, 1.3 + 1.2 * random.NextDouble(), Planes.ToYuv(new Vector3(210, 90, 40)), Planes.ToYuv(new Vector3(60, 120, 40)))],
            Noise = Sensor(random),
        };
    }

    // Somebody comes at 20 s, moves a chair at 24 s and leaves at 28 s. Only the time from 75 s on counts: all is background.
    private static LabeledScene MovedObject(int seed)
    {
        Random random = new(500 + seed);
        ColorPicture view = ColorPicture.Textured(Width, Height, random.Next());
        int width = random.Next(25, 60), height = random.Next(40, 80), y = random.Next(100, Height - height), from = random.Next(30, 120), to = from + random.Next(30, 90);
        Vector3 color = ColorPicture.RandomColor(random, 20, 230);
        Planes With(int x)
        {
            ColorPicture room = view.Changed((_, _, pixel) => pixel);
            room.Fill(x, y, width, height, color);
            room.Fill(x + 5, y + 8, width - 10, height / 3, color * 0.5f);
            return room.ToPlanes();
        }
        Planes before = With(from), after = With(to);
        Walker person = Person(random, -2, 50, 120, 55, Planes.ToYuv(new Vector3(180, 60, 60)), Planes.ToYuv(new Vector3(40, 40, 90))) with { Enter = 20, Leave = 28, FromX = -50, ToX = Width, Stand = (23, 25) };
        return new() { Seconds = 95, ScoredFrom = 75, Picture = time => time < 24 ? before : after, Walkers = [person], Noise = Sensor(random) };
    }

    // Somebody in plain clothes sleeps from the first frame on and gets up at 40 s.
    private static LabeledScene Sleeper(int seed) => StandsFirst(seed, 600, 40, texture: 2);

    // The same for somebody who waits for half a minute; what was behind must be learnt once it is seen.
    private static LabeledScene LeavesLate(int seed) => StandsFirst(seed, 1400, 30, texture: 12);

    private static LabeledScene StandsFirst(int seed, int salt, double until, int texture)
    {
        Random random = new(salt + seed);
        Planes picture = ColorPicture.Textured(Width, Height, random.Next()).ToPlanes();
        Walker person = Person(random, -3, 60, 130, 40, Planes.ToYuv(new Vector3(215, 200, 60)), Planes.ToYuv(new Vector3(20, 25, 60)));
        person = person with { Enter = -3, Leave = until + 6, FromX = -60 + random.Next(60), ToX = Width + 60, Stand = (0, until), Texture = texture };
        return new() { Seconds = until + 20, ScoredFrom = until + 0.5, Picture = _ => picture, Walkers = [person], Noise = Sensor(random) };
    }

    // Somebody is everywhere from the first frame on.
    private static LabeledScene Bootstrap(int seed)
    {
        Random random = new(700 + seed);
        Planes picture = ColorPicture.Textured(Width, Height, random.Next()).ToPlanes();
        List<Walker> crowd = [];
        for (int i = 0; i < 7; i++)
            crowd.AddRange(Walks(random, 50, picture, static _ => 1).Select(walker => walker with { Enter = walker.Enter - 6, Leave = walker.Leave - 6 }));
        return new() { Seconds = 44, ScoredFrom = 8, Picture = _ => picture, Walkers = crowd, Noise = Sensor(random) };
    }

    private static LabeledScene Faint(int seed)
    {
        Random random = new(800 + seed);
        Planes picture = new ColorPicture(Width, Height, new Vector3(random.Next(80, 160))).ToPlanes();
        int level = picture.Y[0] + (seed % 2 == 0 ? 11 : -11);
        Walker Object(double enter) => Person(random, enter, 40, 90, random.Next(20, 120), ((byte)level, 128, 128), ((byte)level, 128, 128)) with { IsBox = true, Texture = 0 };
        return new() { FrameRate = 25, Seconds = 40, ScoredFrom = 8, Picture = _ => picture, Walkers = [Object(10), Object(20), Object(30)], Noise = new SensorNoise(2, 1, random.Next()) };
    }

    private static LabeledScene Small(int seed)
    {
        Random random = new(900 + seed);
        Planes picture = ColorPicture.Textured(640, 480, random.Next()).ToPlanes();
        Walker[] walkers = [.. Enumerable.Range(0, 8).Select(i =>
        {
            (byte, byte, byte) color = Planes.ToYuv(random.Next(2) == 0 ? new Vector3(225, 60, 60) : new Vector3(230, 230, 90));
            double y = random.Next(40, 420);
            return new Walker { Enter = 6 + 4 * i, Leave = 18 + 4 * i, FromX = i % 2 == 0 ? -6 : 640, ToX = i % 2 == 0 ? 640 : -6, FromY = y, ToY = y + random.Next(-30, 30), Width = 6, Height = 12, Upper = color, Lower = color, IsBox = true, Texture = 5 };
        })];
        return new() { Format = new FrameFormat(640, 480, PixelLayout.Yuv420), Seconds = 48, ScoredFrom = 5, Picture = _ => picture, Walkers = walkers, Noise = Sensor(random) };
    }

    // Targets of 2x2 to 4x4 pixels over the clutter of a thermal camera: smooth, without color, with little contrast.
    private static LabeledScene Thermal(int seed)
    {
        Random random = new(1000 + seed);
        var view = new ColorPicture(Width, Height, new Vector3(random.Next(60, 110)));
        for (int i = 0; i < 120; i++)
            view.Tint(random.Next(-20, Width), random.Next(-20, Height), random.Next(5, 70), random.Next(4, 30), new Vector3(random.Next(-12, 13)));
        view.Blur(1.5f);
        view.AddTexture(10, random);
        Planes picture = view.ToPlanes();
        Walker[] targets = [.. Enumerable.Range(0, 6).Select(i =>
        {
            int size = random.Next(2, 5), contrast = random.Next(22, 45);
            double speed = (0.5 + 1.5 * random.NextDouble()) * 25, enter = 5 + 5 * i, y = random.Next(10, Height - 10);
            var color = ((byte)(picture.Y[Width * Height / 2] + contrast), (byte)128, (byte)128);
            return new Walker { Enter = enter, Leave = enter + Width / speed, FromX = -size, ToX = Width, FromY = y, ToY = Math.Clamp(y + random.Next(-40, 40), 0, Height - 6), Width = size, Height = size, Upper = color, Lower = color, IsBox = true, Texture = 1 };
        })];
        return new() { Format = new FrameFormat(Width, Height, PixelLayout.Gray8), FrameRate = 25, Seconds = 36, ScoredFrom = 4, Picture = _ => picture, Walkers = targets, Noise = new SensorNoise(1.8, 0, random.Next()) };
    }

    private static LabeledScene Weather(int seed, bool isSnow)
    {
        Random random = new(1100 + seed);
        Planes picture = ColorPicture.Textured(Width, Height, random.Next()).ToPlanes();
        int drops = 20 + 30 * (seed % 5), length = random.Next(8, 16);
        return new()
        {
            FrameRate = 25,
            Seconds = 40,
            ScoredFrom = 6,
            Picture = _ => picture,
            Walkers = Walks(random, 40, picture, static _ => 1),
            InFront = (frame, number) =>
            {
                Random falling = new(seed * 10007 + number);
                for (int i = 0; i < drops; i++)
                {
                    int x = falling.Next(Width - 6), y = falling.Next(Height - 16), side = isSnow ? falling.Next(2, 5) : 1, high = isSnow ? side : length;
                    for (int row = 0; row < high; row++)
                        for (int column = 0; column < side; column++)
                        {
                            ref byte luma = ref frame.Row(0, y + row)[x + column + (isSnow ? 0 : row / 5)];
                            luma = (byte)((luma + 2 * 225) / 3);
                        }
                }
            },
            Noise = Sensor(random),
        };
    }

    private static LabeledScene Lightning(int seed)
    {
        Random random = new(1200 + seed);
        Planes picture = ColorPicture.Textured(Width, Height, random.Next()).ToPlanes();
        double light = seed % 2 == 0 ? 1 : 0.5;
        Dictionary<int, int> flashes = [];
        for (int at = 150; at < 1000; at += random.Next(40, 130))
            for (int i = random.Next(1, 4); i > 0; i--)
                flashes[at + i] = random.Next(40, 140);
        return new()
        {
            FrameRate = 25,
            Seconds = 42,
            ScoredFrom = 5,
            Picture = _ => picture,
            Gain = _ => light,
            WalkerGain = _ => light,
            Walkers = Walks(random, 42, picture, _ => light, _ => light),
            InFront = (frame, number) =>
            {
                if (!flashes.TryGetValue(number, out int strength))
                    return;
                Span<byte> luma = frame.Data[..(Width * Height)];
                foreach (ref byte sample in luma)
                    sample = (byte)Math.Min(235, sample + strength);
            },
            Noise = Sensor(random),
        };
    }

    private static LabeledScene DecoderGray(int seed)
    {
        Random random = new(1500 + seed);
        Planes picture = ColorPicture.Textured(Width, Height, random.Next()).ToPlanes(), gray = new ColorPicture(Width, Height, new Vector3(130)).ToPlanes();
        Walker[] walkers = [.. Walks(random, 24, picture, static _ => 1).Where(walker => walker.Enter > 1)];
        return new() { FrameRate = 25, Seconds = 24, ScoredFrom = 1.5, Picture = time => time < 1 ? gray : picture, Walkers = walkers, Noise = Sensor(random) };
    }

    private static LabeledScene SlowExposure(int seed)
    {
        Random random = new(1600 + seed);
        Planes picture = ColorPicture.Textured(Width, Height, random.Next()).ToPlanes();
        double settles = 2 + 3 * random.NextDouble();
        double Light(double time) => Math.Min(1, 0.02 + time / settles);
        return new() { Seconds = 30, ScoredFrom = settles + 0.5, Picture = _ => picture, Gain = Light, WalkerGain = Light, Walkers = Walks(random, 30, picture, static _ => 1), Noise = Sensor(random) };
    }

    private static SensorNoise Sensor(Random random) => new(1.5 + random.NextDouble(), 0.9, random.Next());

    // Clothes are chosen against the picture in the light of the time.
    private static List<Walker> Walks(Random random, double until, Planes picture, Func<double, double> light, Func<double, double>? pictureLight = null) =>
        WalkSchedule.Plan(random, until, new DisturbedScene { Start = 0, End = 0, Before = picture, After = picture, Gain = pictureLight ?? (static _ => 1), WalkerGain = light, Noise = new SensorNoise(0, 0, 0) });

    private static Walker Person(Random random, double enter, int width, int height, double y, (byte, byte, byte) upper, (byte, byte, byte) lower) => new()
    {
        Enter = enter,
        Leave = enter + 6 + 2 * random.NextDouble(),
        FromX = -width,
        ToX = Width,
        FromY = y,
        ToY = y,
        Width = width,
        Height = height,
        Upper = upper,
        Lower = lower,
        Seed = random.Next(1000),
    };

    // Nobody for twenty-five seconds, then one large person after the other, who stops in the middle; of those near the camera
    // the lower half is out of the picture.
    private static IEnumerable<Walker> LatePersons(Random random, double until, double scale, (byte, byte, byte) upper, (byte, byte, byte) lower)
    {
        for (double enter = 26; enter < until - 10; enter += 12)
        {
            Walker walker = Person(random, enter, (int)(scale * random.Next(50, 75)), (int)(scale * random.Next(130, 180)), random.Next(30, 60), upper, lower);
            yield return walker with { Leave = walker.Leave + 2, Stand = (enter + 3, enter + 5) };
        }
    }
}
