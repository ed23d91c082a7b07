using System.Diagnostics;
using GmmVision.Background;
using GmmVision.Cli.Detect;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;

namespace GmmVision.Cli.Bench;

/// <summary>Times the background model, or the whole way to a clean mask, on frames that were decoded and scaled before.</summary>
internal sealed class BackgroundBench
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public required string Video { get; init; }

    public (int Width, int Height)? Size { get; init; }

    public int Frames { get; init; } = 150;

    public int Threads { get; init; } = 1;

    public int Batch { get; init; } = 1;

    public PixelLayout Layout { get; init; } = PixelLayout.Yuv420;

    public Preset? Preset { get; init; }

    /// <summary>Decodes, warms up, measures.</summary>
    /// <exception cref="UserError">There are too few frames.</exception>
    public BackgroundBenchResult Run(CancellationToken cancellation)
    {
        SourceOptions options = new() { Layout = Layout, Width = Size?.Width, Height = Size?.Height };
        using IFrameSource source = FrameSources.Open(Video, options, cancellation);
        Frame[] frames = Decode(source, cancellation);

        // What was compiled ahead of time is compiled anew once it has run often enough, on a single core after a second without
        // anything new; what a long run sees is the speed after that. Stages that look at motion have some only later in the frames.
        long warmUp = Stopwatch.GetTimestamp();
        do
            Measure(source, frames, cancellation);
        while (Stopwatch.GetElapsedTime(warmUp) < WarmUp);
        return Measure(source, frames, cancellation);
    }

    private Frame[] Decode(IFrameSource source, CancellationToken cancellation)
    {
        long bytes = (long)source.Format.ByteCount * Frames, available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available / 2)
            throw new UserError($"{Frames} frames of {source.Format.Width}x{source.Format.Height} take {bytes >> 20} MB, more than half of the {available >> 20} MB here: measure fewer with --frames or smaller ones with --size.");
        List<Frame> frames = new(Frames);
        using Progress progress = new($"decoding {source.Name}", Frames);
        while (frames.Count < Frames)
        {
            Frame frame = new(source.Format);
            if (!source.TryRead(frame, cancellation))
                break;
            frames.Add(frame);
            progress.Report(frames.Count);
        }
        return frames.Count >= 3 ? [.. frames] : throw new UserError($"'{source.Name}' has {frames.Count} frames; at least 3 are needed to measure.");
    }

    private BackgroundBenchResult Measure(IFrameSource source, Frame[] frames, CancellationToken cancellation)
    {
        using Subject subject = new(source.Format, source.FrameRate, Preset, Threads);
        Mask[] masks = new Mask[Batch];
        for (int i = 0; i < masks.Length; i++)
            masks[i] = new Mask(source.Format.Width, source.Format.Height);
        MaskHash hash = new();
        List<double> milliseconds = [];
        double foreground = 0;
        for (int first = 0; first < frames.Length; first += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(Batch, frames.Length - first);
            long start = Stopwatch.GetTimestamp();
            subject.Apply(frames.AsSpan(first, count), masks.AsSpan(0, count));
            double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (first >= frames.Length / 3)
                milliseconds.Add(elapsed / count);
            for (int i = 0; i < count; i++)
                hash.Add(masks[i]);
            foreground = (double)masks[count - 1].Count() / source.Format.PixelCount;
        }
        milliseconds.Sort();
        return new BackgroundBenchResult
        {
            Method = Preset is Preset preset ? $"GmmVision {preset.ToString().ToLowerInvariant()}" : "GmmVision",
            Channels = source.Format.PlaneCount,
            Width = source.Format.Width,
            Height = source.Format.Height,
            Frames = frames.Length,
            Threads = Threads,
            Batch = Batch,
            MedianMilliseconds = milliseconds[milliseconds.Count / 2],
            Foreground = foreground,
            MaskHash = hash.ToString(),
            BytesPerPixel = subject.Model.BytesPerPixel,
            LaneWidth = subject.Model.LaneWidth,
        };
    }

    /// <summary>The model alone, or the detector around it.</summary>
    private sealed class Subject : IDisposable
    {
        private readonly BackgroundModel? _model;
        private readonly ForegroundDetector? _detector;

        public Subject(FrameFormat format, double frameRate, Preset? preset, int threads)
        {
            if (preset is Preset chosen)
            {
                ForegroundOptions options = ForegroundOptions.For(chosen);
                _detector = new ForegroundDetector(format, frameRate, options with { Background = options.Background with { Threads = threads } });
            }
            else
            {
                _model = new BackgroundModel(format, new BackgroundOptions { Threads = threads });
            }
        }

        public BackgroundModel Model => _model ?? _detector!.Background;

        public void Apply(ReadOnlySpan<Frame> frames, ReadOnlySpan<Mask> masks)
        {
            if (_detector is not null)
                _detector.Apply(frames, masks);
            else
                _model!.Apply(frames, masks);
        }

        public void Dispose()
        {
            _model?.Dispose();
            _detector?.Dispose();
        }
    }
}
