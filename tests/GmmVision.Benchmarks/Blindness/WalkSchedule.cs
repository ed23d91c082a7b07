using GmmVision.Scenes.Still;

namespace GmmVision.Benchmarks.Blindness;

/// <summary>Who walks through a scene when: most of the time somebody does, and now and then nobody, so that events can end.</summary>
internal static class WalkSchedule
{
    // Longer than the merge window of events, so that an event that goes on through a pause is a false one.
    private const double ShortestPause = 3.5, LongestPause = 6;

    /// <summary>Plans walks for a whole scene.</summary>
    /// <param name="random">Decides sizes, speeds, ways and clothes.</param>
    /// <param name="until">When the scene ends, in seconds.</param>
    /// <param name="scene">Whose background the clothes must differ from.</param>
    public static List<Walker> Plan(Random random, double until, DisturbedScene scene)
    {
        var walkers = new List<Walker>();
        double time = 2 + 3 * random.NextDouble();
        while (time < until)
        {
            Walker walker = MakeWalker(random, time, scene);
            walkers.Add(walker);
            if (random.NextDouble() < 0.2)
                walkers.Add(MakeWalker(random, time + 0.3 * (walker.Leave - walker.Enter), scene));
            double last = walkers.Max(other => other.Leave);
            time = random.NextDouble() < 0.35 ? last + ShortestPause + (LongestPause - ShortestPause) * random.NextDouble() : last - 0.5;
        }
        return walkers;
    }

    private static Walker MakeWalker(Random random, double enter, DisturbedScene scene)
    {
        int height = random.Next(30, 90), width = (int)(height * (0.35 + 0.15 * random.NextDouble()));
        double speed = 35 + 65 * random.NextDouble();          // pixels a second: three to nine seconds for the way
        double left = -width, right = DisturbedScene.Width, top = random.Next(10, DisturbedScene.Height - height);
        bool fromLeft = random.Next(2) == 0;
        var walker = new Walker
        {
            Enter = enter,
            Leave = enter + (right - left) / speed,
            FromX = fromLeft ? left : right,
            ToX = fromLeft ? right : left,
            FromY = top,
            ToY = Math.Clamp(top + random.Next(-30, 31), 0, DisturbedScene.Height - height),
            Width = width,
            Height = height,
            Upper = default,
            Lower = default,
            Seed = random.Next(1000),
        };
        (byte, byte, byte) upper = Clothes(random, walker, 0.3, scene), lower = Clothes(random, walker, 0.75, scene);
        return walker with { Upper = upper, Lower = lower };
    }

    // The first of some random colors that can be told from most of what the walker passes; else the best of them.
    private static (byte Y, byte U, byte V) Clothes(Random random, Walker walker, double down, DisturbedScene scene)
    {
        (byte, byte, byte) best = default;
        double bestShare = -1;
        for (int attempt = 0; attempt < 30 && bestShare < 0.7; attempt++)
        {
            (byte, byte, byte) color = Planes.ToYuv(ColorPicture.RandomColor(random, 5, 245));
            double share = DistinctShare(color, walker, down, scene);
            if (share > bestShare)
                (best, bestShare) = (color, share);
        }
        return best;
    }

    private static double DistinctShare((byte Y, byte U, byte V) color, Walker walker, double down, DisturbedScene scene)
    {
        const int Places = 24;
        int distinct = 0;
        for (int i = 0; i < Places; i++)
        {
            double time = walker.Enter + (walker.Leave - walker.Enter) * (i + 0.5) / Places;
            (int x, int y) = walker.Position(time);
            x = Math.Clamp(x + walker.Width / 2, 0, DisturbedScene.Width - 1);
            y = Math.Clamp(y + (int)(walker.Height * down), 0, DisturbedScene.Height - 1);
            Planes behind = scene.PictureAt(time);
            double gain = scene.Gain(time), light = scene.LightOn(time), chroma = scene.IsGray(time) ? 0 : light;
            int at = y / 2 * (DisturbedScene.Width / 2) + x / 2;
            if (Math.Abs(Planes.Luma(color.Y, light) - Planes.Luma(behind.Y[y * DisturbedScene.Width + x], gain)) >= Truth.LeastLuma + 7
                || Math.Abs(Planes.Chroma(color.U, chroma) - Planes.Chroma(behind.U[at], gain)) >= Truth.LeastChroma + 4
                || Math.Abs(Planes.Chroma(color.V, chroma) - Planes.Chroma(behind.V[at], gain)) >= Truth.LeastChroma + 4)
                distinct++;
        }
        return (double)distinct / Places;
    }
}
