using System.Numerics;
using GmmVision.Scenes.Still;

namespace GmmVision.Benchmarks.Blindness;

/// <summary>Makes a scene with a disturbance of some kind; everything follows from the seed.</summary>
internal static class Disturbances
{
    private const int Width = DisturbedScene.Width, Height = DisturbedScene.Height, Margin = 12;

    /// <summary>A scene with its walkers.</summary>
    /// <param name="kind">What happens.</param>
    /// <param name="seed">Of everything random.</param>
    /// <param name="settled">Seconds before the disturbance in which the background can be learnt.</param>
    /// <param name="after">Seconds after it.</param>
    public static DisturbedScene Make(DisturbanceKind kind, int seed, double settled, double after)
    {
        var random = new Random(HashCode(kind, seed));
        ColorPicture view = ColorPicture.Textured(Width + 2 * Margin, Height + 2 * Margin, random.Next());
        // Times that are no whole frames, so that a change may come anywhere between two of them.
        double start = settled + 3 * random.NextDouble();
        DisturbedScene scene = Disturb(kind, seed, random, view, start, new SensorNoise(1.5 + random.NextDouble(), 0.9, random.Next()));
        scene.Walkers = WalkSchedule.Plan(random, scene.End + after, scene);
        return scene;
    }

    private static int HashCode(DisturbanceKind kind, int seed) => 7919 * (int)kind + seed;

    private static DisturbedScene Disturb(DisturbanceKind kind, int seed, Random random, ColorPicture view, double start, SensorNoise noise)
    {
        Planes picture = Window(view, 0, 0);
        return kind switch
        {
            DisturbanceKind.None => Scene(picture, picture),
            DisturbanceKind.View => Scene(picture, Window(OtherView(), 0, 0)),
            DisturbanceKind.LightOn or DisturbanceKind.LightOff => Light(kind == DisturbanceKind.LightOn),
            DisturbanceKind.Infrared => Infrared(),
            DisturbanceKind.Bump => Scene(picture, Window(view, Push(), Push())),
            DisturbanceKind.DarkStart => new() { Before = picture, After = picture, Start = 0, End = 0.5 + 9.5 * random.NextDouble(), Cover = Flat(0), Noise = noise },
            DisturbanceKind.Covered => new() { Before = picture, After = picture, Start = start, End = start + 1 + 19 * random.NextDouble(), Cover = Lid(), Noise = noise },
            DisturbanceKind.Truck or DisturbanceKind.TruckStands => TruckPass(kind == DisturbanceKind.TruckStands ? 2 + 4 * random.NextDouble() : 0),
            DisturbanceKind.Dawn => Dawn(2 + 4 * random.NextDouble(), 20 + 40 * random.NextDouble()),
            DisturbanceKind.Exposure => Exposure(),
            DisturbanceKind.Restart => Restart(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such disturbance."),
        };

        DisturbedScene Scene(Planes before, Planes after) => new() { Before = before, After = after, Start = start, End = start, Noise = noise };

        ColorPicture OtherView() => ColorPicture.Textured(view.Width, view.Height, random.Next());

        int Push() => (random.Next(2) == 0 ? 1 : -1) * random.Next(1, Margin + 1);

        Planes Lid() => random.Next(5) switch
        {
            0 => OtherView().Changed((_, _, color) => 0.15f * color).ToPlanes(0, 0, Width, Height),      // a cloth
            1 => Flat(255),                                                                              // a lamp into the lens
            _ => Flat(random.Next(0, 12)),
        };

        DisturbedScene Light(bool comesOn)
        {
            double dark = 1 / Math.Pow(12.5, 0.1 + 0.9 * random.NextDouble());
            if (seed % 2 == 0)
                return new() { Before = picture, After = picture, Start = start, End = start, Noise = noise, Gain = time => time < start == comesOn ? dark : 1 };
            // From a lamp: what is near it becomes much brighter, what is far a little.
            float lampX = random.Next(view.Width), lampY = random.Next(view.Height), reach = random.Next(100, 250);
            float Field(int x, int y) => (float)dark + (1 - (float)dark) * (0.3f + 0.7f * MathF.Exp(-((x - lampX) * (x - lampX) + (y - lampY) * (y - lampY)) / (2 * reach * reach)));
            Planes lit = Window(view.Changed((x, y, color) => color * Field(x, y)), 0, 0), dim = Window(view.Changed((_, _, color) => color * (float)dark), 0, 0);
            return new()
            {
                Before = comesOn ? dim : lit,
                After = comesOn ? lit : dim,
                Start = start,
                End = start,
                Noise = noise,
                WalkerGain = time => time < start == comesOn ? dark : Field(view.Width / 2, view.Height / 2),
            };
        }

        DisturbedScene Infrared()
        {
            // Under infrared a material's grey has little to do with its color by day.
            var mix = new Vector3((float)random.NextDouble(), 0.3f * (float)random.NextDouble(), 0.2f * (float)random.NextDouble());
            float scale = (0.4f + 0.8f * (float)random.NextDouble()) / (mix.X + mix.Y + mix.Z), offset = random.Next(0, 40);
            Planes night = Window(view.Changed((_, _, color) => Vector3.Clamp(new Vector3(offset + scale * Vector3.Dot(mix, color)), new Vector3(5), new Vector3(245))), 0, 0);
            bool byNight = seed % 2 == 0;
            return new() { Before = byNight ? picture : night, After = byNight ? night : picture, Start = start, End = start, Noise = noise, IsGray = time => time >= start == byNight };
        }

        DisturbedScene TruckPass(double stands)
        {
            double coverage = 0.6 + 0.35 * random.NextDouble(), takes = 1.5 + 3.5 * random.NextDouble();
            // Half of the trucks are longer than the picture is wide.
            bool isLong = random.Next(2) == 0;
            double high = isLong ? coverage : Math.Max(coverage, 0.7 + 0.3 * random.NextDouble()), wide = isLong ? 1 + random.NextDouble() : coverage / high;
            int width = (int)(wide * Width) & ~1, height = (int)(high * Height) & ~1;
            ColorPicture side = ColorPicture.Textured(width, height, random.Next());
            bool fromLeft = random.Next(2) == 0;
            int TruckLeft(double time)
            {
                double moving = time - start - Math.Clamp(time - start - takes / 2, 0, stands);
                double part = moving / takes;
                return (int)Math.Round(-width + (Width + width) * (fromLeft ? part : 1 - part));
            }
            return new()
            {
                Before = picture,
                After = picture,
                Start = start,
                End = start + takes + stands,
                Truck = new Panel(side.ToPlanes(), random.Next(Height - height + 1)),
                TruckLeft = TruckLeft,
                Noise = noise,
            };
        }

        DisturbedScene Dawn(double factor, double takes) => new()
        {
            Before = picture,
            After = picture,
            Start = start,
            End = start + takes,
            IsGradual = true,
            Gain = time => Math.Pow(factor, Math.Clamp((time - start) / takes, 0, 1) - 1),
            Noise = noise,
        };

        DisturbedScene Exposure()
        {
            int steps = random.Next(4, 11);
            double[] times = new double[steps], gains = new double[steps];
            double time = start, gain = 0.55 + 0.4 * random.NextDouble(), first = gain;
            for (int i = 0; i < steps; i++)
            {
                (times[i], gains[i]) = (time, gain = Math.Clamp(gain * (1 + (random.Next(2) == 0 ? 1 : -1) * (0.05 + 0.25 * random.NextDouble())), 0.35, 1.4));
                time += 0.2 + 0.8 * random.NextDouble();
            }
            return new()
            {
                Before = picture,
                After = picture,
                Start = start,
                End = time,
                IsGradual = true,
                Gain = at => Array.FindLastIndex(times, step => step <= at) is >= 0 and int step ? gains[step] : first,
                Noise = noise,
            };
        }

        DisturbedScene Restart()
        {
            double gap = 5 * Math.Pow(720, random.NextDouble()), gain = 1;
            Planes after = picture;
            switch (seed % 3)
            {
                case 0:
                    ColorPicture moved = view.Changed((_, _, color) => color);
                    for (int count = random.Next(3, 9); count > 0; count--)
                        moved.Fill(random.Next(view.Width), random.Next(view.Height), random.Next(15, 90), random.Next(15, 70), ColorPicture.RandomColor(random, 40, 220));
                    moved.AddTexture(8, random);
                    after = Window(moved, 0, 0);
                    break;
                case 1:
                    gain = Math.Pow(2.5, 1 - 2 * random.NextDouble()) * 0.6;
                    break;
                default:
                    after = Window(OtherView(), 0, 0);
                    break;
            }
            return new() { Before = picture, After = after, Start = start, End = start, Gap = gap, Noise = noise, Gain = time => time < start ? 0.6 + (gain == 1 ? 0.4 : 0) : gain };
        }
    }

    private static Planes Window(ColorPicture view, int dx, int dy) => view.ToPlanes(Margin + dx, Margin + dy, Width, Height);

    private static Planes Flat(int level) => new ColorPicture(Width, Height, new Vector3(level)).ToPlanes();
}
