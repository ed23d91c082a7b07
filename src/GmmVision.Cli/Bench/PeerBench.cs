using System.Diagnostics;
using GmmVision.Foreground;
using GmmVision.OpenCv;
using OpenCvSharp;

namespace GmmVision.Cli.Bench;

/// <summary>Times OpenCV's background subtractors and ours on the same BGR pictures in one process: what a program that holds Mats would see.</summary>
/// <remarks>
/// Pictures are decoded (and scaled) before, by OpenCV. A round runs every contestant over all of them, each with a new model; the
/// first third of the pictures is not counted. Ours gets BGR as the others do, so the conversion is part of its time. Ratios are
/// taken within a round, which a machine that slows down for a while does not bend.
/// </remarks>
internal sealed class PeerBench
{
    public required string Video { get; init; }

    public (int Width, int Height)? Size { get; init; }

    public int Frames { get; init; } = 150;

    public required IReadOnlyList<int> Threads { get; init; }

    public int Rounds { get; init; } = 3;

    public bool Gray { get; init; }

    /// <summary>Decodes once, then measures round by round for each number of threads.</summary>
    /// <exception cref="UserError">OpenCV cannot be loaded, or the video not read, or it has too few frames.</exception>
    public IEnumerable<PeerBenchResult> Run(CancellationToken cancellation)
    {
        if (NativeLibraryCheck.Problem is string problem)
            throw new UserError($"cannot measure OpenCV's subtractors: {problem}");
        List<Mat> pictures = Decode(cancellation);
        int before = Cv2.GetNumThreads();
        try
        {
            foreach (int threads in Threads)
                yield return Measure(pictures, threads, cancellation);
        }
        finally
        {
            Cv2.SetNumThreads(before);      // it is the whole process's
            foreach (Mat picture in pictures)
                picture.Dispose();
        }
    }

    private List<Mat> Decode(CancellationToken cancellation)
    {
        if (!File.Exists(Video) && !Video.Contains("://", StringComparison.Ordinal))
            throw new UserError($"cannot read '{Video}': there is no such file.");
        List<Mat> pictures = new(Frames);
        using VideoCapture capture = new(Video);
        using Progress progress = new($"decoding {Video}", Frames);
        using Mat decoded = new(), scaled = new();
        while (pictures.Count < Frames && capture.Read(decoded))
        {
            cancellation.ThrowIfCancellationRequested();
            Mat picture = decoded;
            if (Size is (int width, int height))
                Cv2.Resize(decoded, picture = scaled, new Size(width, height), 0, 0, InterpolationFlags.Area);
            if (pictures.Count == 0)
                RequireMemory((long)picture.Width * picture.Height * (Gray ? 1 : 3), picture);
            pictures.Add(Gray ? picture.CvtColor(ColorConversionCodes.BGR2GRAY) : picture.Clone());
            progress.Report(pictures.Count);
        }
        return pictures.Count >= 3 ? pictures : throw new UserError($"OpenCV reads {pictures.Count} frames from '{Video}'; at least 3 are needed to measure.");
    }

    private void RequireMemory(long bytes, Mat picture)
    {
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes * Frames > available / 2)
            throw new UserError($"{Frames} frames of {picture.Width}x{picture.Height} take {bytes * Frames >> 20} MB, more than half of the {available >> 20} MB here: measure fewer with --frames or smaller ones with --size.");
    }

    private PeerBenchResult Measure(List<Mat> pictures, int threads, CancellationToken cancellation)
    {
        Cv2.SetNumThreads(threads);
        (string Name, Func<IContestant> Create)[] contestants =
        [
            ("OpenCV MOG2", () => new Theirs(BackgroundSubtractorMOG2.Create())),
            ("OpenCV KNN", () => new Theirs(BackgroundSubtractorKNN.Create())),
            ("OpenCV MOG", () => new Theirs(BackgroundSubtractorMOG.Create())),
            ("OpenCV GMG", () => new Theirs(BackgroundSubtractorGMG.Create())),
            ("GmmVision mixture", () => new Ours(MixtureBackgroundSubtractor.Create(ForegroundOptions.For(Preset.Fast) with { MedianSize = 0 }), threads)),
            ("GmmVision", () => new Ours(MixtureBackgroundSubtractor.Create(), threads)),
            ("GmmVision balanced", () => new Ours(MixtureBackgroundSubtractor.Create(Preset.Balanced), threads)),
            ("GmmVision accurate", () => new Ours(MixtureBackgroundSubtractor.Create(Preset.Accurate), threads)),
        ];
        double[][] milliseconds = [.. contestants.Select(_ => new double[Rounds])];
        double[] foreground = new double[contestants.Length];
        // The JIT compiles the kernels anew once they have run often enough; what a long run sees is the speed after that.
        foreach ((_, Func<IContestant> create) in contestants)
            Time(create, pictures[..Math.Min(pictures.Count, 8)], out _, cancellation);
        using Progress progress = new($"rounds with {threads} {(threads == 1 ? "thread" : "threads")}", Rounds * contestants.Length, "runs");
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < contestants.Length; i++)
            {
                milliseconds[i][round] = Time(contestants[i].Create, pictures, out foreground[i], cancellation);
                progress.Report(round * contestants.Length + i + 1);
            }
        }
        return new PeerBenchResult
        {
            OpenCv = Cv2.GetVersionString() ?? "",
            Width = pictures[0].Width,
            Height = pictures[0].Height,
            Channels = pictures[0].Channels(),
            Frames = pictures.Count,
            Threads = threads,
            Rounds = Rounds,
            Contestants = [.. contestants.Select((contestant, i) => new PeerBenchResult.Contestant(contestant.Name, milliseconds[i], foreground[i]))],
        };
    }

    private static double Time(Func<IContestant> create, List<Mat> pictures, out double foreground, CancellationToken cancellation)
    {
        using IContestant contestant = create();
        using Mat mask = new();
        List<double> milliseconds = [];
        for (int i = 0; i < pictures.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            contestant.Apply(pictures[i], mask);
            if (i >= pictures.Count / 3)
                milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        using Mat certain = new();
        Cv2.Compare(mask, new Scalar(255), certain, CmpTypes.EQ);       // shadows are another value
        foreground = (double)certain.CountNonZero() / mask.Total();
        milliseconds.Sort();
        return milliseconds[milliseconds.Count / 2];
    }

    private interface IContestant : IDisposable
    {
        void Apply(Mat picture, Mat mask);
    }

    private sealed class Theirs(BackgroundSubtractor subtractor) : IContestant
    {
        public void Apply(Mat picture, Mat mask) => subtractor.Apply(picture, mask);

        public void Dispose() => subtractor.Dispose();
    }

    private sealed class Ours : IContestant
    {
        private readonly MixtureBackgroundSubtractor _subtractor;

        public Ours(MixtureBackgroundSubtractor subtractor, int threads)
        {
            _subtractor = subtractor;
            _subtractor.Threads = threads;
        }

        public void Apply(Mat picture, Mat mask) => _subtractor.Apply(picture, mask);

        public void Dispose() => _subtractor.Dispose();
    }
}
