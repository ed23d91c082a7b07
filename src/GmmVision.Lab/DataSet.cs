using GmmVision.Mixtures;

namespace GmmVision.Lab;

/// <summary>A made set of points that shows what mixtures can and cannot do.</summary>
/// <param name="Id">A word for addresses.</param>
/// <param name="Name">A few words.</param>
/// <param name="Caption">Two lines: what to see, and what to try.</param>
/// <param name="Settings">What to begin with.</param>
/// <param name="Make">Makes the points; the same ones each time.</param>
public sealed record DataSet(string Id, string Name, string Caption, LabSettings Settings, Func<LabPoints> Make)
{
    /// <summary>All of them, in the order of the lessons.</summary>
    public static IReadOnlyList<DataSet> All { get; } =
    [
        new("elongated", "Elongated clusters",
            "Two clusters, each eleven times longer than wide. k-means cuts both across, since to it every cluster is a ball.\nTry the covariance types: spherical is as blind as k-means, full finds both.",
            new LabSettings { Components = 2, Standardize = false },
            () => Of(1, (300, [0, -1], [4, 0, 0, 0.35]), (300, [0, 1], [4, 0, 0, 0.35]))),
        new("unequal", "Unequal sizes",
            "A large wide cluster and a small tight one beside it. k-means gives half of the large one's flank to the small one.\nA mixture learns how wide and how heavy each cluster is: look at the points on which both disagree.",
            new LabSettings { Components = 2, Standardize = false },
            () => Of(2, (700, [0, 0], [2, 0, 0, 2]), (70, [4.2, 0], [0.35, 0, 0, 0.35]))),
        new("overlap", "Overlap",
            "Two clusters that run into each other. Between them no point is certain: 60 to 40 is what is known of many.\nColour by certainty, and step through EM: the responsibilities stay soft, while k-means draws a line.",
            new LabSettings { Components = 2, Standardize = false },
            () => Of(3, (300, [-1.3, 0], [1.2, 0, 0.4, 1]), (200, [1.3, 0.4], [1.2, 0, -0.4, 1]))),
        new("collapse", "A component that collapses",
            "Ten points lie at exactly one place. Without regularisation a component shrinks onto them, its likelihood grows without end, and the fit has to be mended.\nRaise the regularisation: the component keeps a width, and the warning goes.",
            new LabSettings { Components = 3, Standardize = false, Regularization = 0, Restarts = 3 },
            () => Collapsing()),
        new("scales", "Features of unlike scale",
            "Income in thousands and age in tens: distances are those of income alone, and k-means sees no ages.\nSwitch standardising on, and k-means finds them. A full mixture does not mind either way.",
            new LabSettings { Components = 2, Standardize = false },
            () => Of(5, (250, [40_000, 28], [9_000, 0, 0, 4]), (250, [42_000, 58], [9_000, 0, 0, 5])) with { Names = ["income", "age"] }),
        new("rings", "Rings",
            "A ring around a ball. No normal density is a ring: with k = 2 a mixture fails as k-means does, and says so by a poor likelihood.\nRaise k: some eight components draw the ring. The density is well told then, but those are no eight clusters.",
            new LabSettings { Components = 2 },
            Rings),
        new("moons", "Moons",
            "Two crescents that reach into each other: curved clusters are no normals.\nWith k = 2 the cut is straight; with k = 6 each moon is three pieces. That is density estimation, not clustering.",
            new LabSettings { Components = 2 },
            Moons),
        new("outliers", "Outliers",
            "Two clusters, and a few points from nowhere. One component is hijacked: it grows until it holds all of them.\nTrim 8 %: the most improbable points are left out, and the components come back.",
            new LabSettings { Components = 2, Standardize = false },
            Outliers),
        new("optima", "Local optima",
            "Five clusters in a row, started at random. Each start climbs to a top of its own, and not all tops are equally high.\nLook at the curves of the restarts, or drag the means at step 0 to where EM gets stuck.",
            new LabSettings { Components = 5, Start = MixtureStart.RandomFromData, Restarts = 8, Standardize = false },
            () => Of(9, [.. Enumerable.Range(0, 5).Select(i => (80, (double[])[4 * i, i % 2], (double[])[0.7, 0, 0, 0.7]))])),
        new("wide", "More features than points",
            "40 rows of 60 features: a full covariance has 1,830 numbers, and no 40 rows can tell them. Unregularised, every fit is perfect and worthless.\nPrincipal components come first (on by default above 20 features); or take spherical components.",
            new LabSettings { Components = 2 },
            Wide),
    ];

    private static LabPoints Of(int seed, params (int Count, double[] Mean, double[] Factor)[] clusters)
    {
        Normals normals = new(seed);
        List<double> rows = [];
        foreach ((int count, double[] mean, double[] factor) in clusters)
        {
            for (int i = 0; i < count; i++)
            {
                (double u, double v) = (normals.Next(), normals.Next());
                rows.Add(mean[0] + factor[0] * u + factor[1] * v);
                rows.Add(mean[1] + factor[2] * u + factor[3] * v);
            }
        }
        return new LabPoints(["x", "y"], [.. rows]);
    }

    private static LabPoints Collapsing()
    {
        LabPoints around = Of(4, (160, [-2, 0], [1, 0, 0.3, 0.8]), (160, [2.5, 1], [0.8, 0, -0.2, 0.6]));
        return around with { Rows = [.. around.Rows, .. Enumerable.Repeat((double[])[1, -3], 10).SelectMany(point => point)] };
    }

    private static LabPoints Rings()
    {
        Normals normals = new(6);
        List<double> rows = [];
        for (int i = 0; i < 600; i++)
        {
            (double radius, double angle) = (i < 400 ? 4 + 0.25 * normals.Next() : 0, i * Math.PI / 200);
            rows.Add(i < 400 ? radius * Math.Cos(angle) : 0.8 * normals.Next());
            rows.Add(i < 400 ? radius * Math.Sin(angle) : 0.8 * normals.Next());
        }
        return new LabPoints(["x", "y"], [.. rows]);
    }

    private static LabPoints Moons()
    {
        Normals normals = new(7);
        List<double> rows = [];
        for (int i = 0; i < 600; i++)
        {
            (double sin, double cos) = Math.SinCos(Math.PI * (i / 2) / 300);
            rows.Add((i % 2 == 0 ? cos : 1 - cos) + 0.09 * normals.Next());
            rows.Add((i % 2 == 0 ? sin : 0.5 - sin) + 0.09 * normals.Next());
        }
        return new LabPoints(["x", "y"], [.. rows]);
    }

    private static LabPoints Outliers()
    {
        LabPoints clusters = Of(8, (250, [-2, 0], [0.8, 0, 0.2, 0.6]), (250, [2, 0.5], [0.6, 0, -0.2, 0.8]));
        Normals normals = new(80);
        return clusters with { Rows = [.. clusters.Rows, .. Enumerable.Range(0, 40).Select(_ => 9 * normals.Next())] };
    }

    private static LabPoints Wide()
    {
        Normals normals = new(10);
        double[] rows = new double[40 * 60];
        for (int n = 0; n < 40; n++)
        {
            double hidden = (n % 2 == 0 ? -2 : 2) + 0.5 * normals.Next();
            for (int f = 0; f < 60; f++)
                rows[n * 60 + f] = (f % 3 == 0 ? hidden : 0) + normals.Next();
        }
        return new LabPoints([.. Enumerable.Range(1, 60).Select(i => $"f{i}")], rows);
    }

    // Box and Muller's method on a seeded generator, which is the same on every machine.
    private sealed class Normals(int seed)
    {
#pragma warning disable CA5394      // made data, no secret
        private readonly Random _random = new(seed);

        public double Next() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
#pragma warning restore CA5394
    }
}
