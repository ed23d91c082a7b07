using System.Globalization;
using GmmVision.Ffmpeg;
using GmmVision.Foreground;
using GmmVision.Imaging;

namespace GmmVision.Cli.Eval;

/// <summary>One video from its first frame to its score.</summary>
/// <param name="video">Which.</param>
/// <param name="options">The same for every video.</param>
/// <param name="masks">Where masks go, in folders category/video; null: nowhere.</param>
internal sealed class EvalJob(EvalVideo video, ForegroundOptions options, string? masks)
{
    private const int BatchFrames = 16;      // as detect takes them: the detector's state of a tile stays in cache meanwhile

    // One thread a video: the videos run beside each other, and the speed of one core is what is told.
    private static readonly SourceOptions InputOptions = new() { Threads = 1 };

    /// <summary>Runs it.</summary>
    /// <param name="progress">Told how many frames more are done.</param>
    /// <param name="cancellation">Ends it without a result.</param>
    /// <exception cref="UserError">The folder is not as it must be.</exception>
    /// <exception cref="IOException">An image cannot be read, or a mask not written.</exception>
    public EvalResult Run(Action<int> progress, CancellationToken cancellation)
    {
        int[] numbers = EvalVideo.ImageNumbers(video.InputFolder);
        using IFrameSource source = FrameSources.Open(video.InputFolder, InputOptions, cancellation);
        FrameFormat format = source.Format;
        EvalTruth? truth = Directory.Exists(video.GroundTruthFolder) ? new EvalTruth(video, numbers, format) : null;
        using MaskFolder? folder = masks is null ? null : new MaskFolder(masks, video);
        using ForegroundDetector detector = new(format, source.FrameRate, options with { Background = options.Background with { Threads = 1 } });

        Frame[] frames = [.. Enumerable.Range(0, BatchFrames).Select(_ => new Frame(format))];
        Mask[] found = [.. Enumerable.Range(0, BatchFrames).Select(_ => new Mask(format.Width, format.Height))];
        TimeSpan detectorTime = TimeSpan.Zero;
        int done = 0, count;
        do
        {
            for (count = 0; count < BatchFrames && source.TryRead(frames[count], cancellation);)
                count++;
            if (done + count > numbers.Length)
                throw new UserError($"'{video.InputFolder}' holds {numbers.Length} numbered images, but more frames come out of it: leave only numbered images there.");
            TimeSpan start = CoreClock.Now;
            detector.Apply(frames.AsSpan(0, count), found.AsSpan(0, count));
            detectorTime += CoreClock.Now - start;
            for (int i = 0; i < count; i++)
            {
                truth?.Add(numbers[done + i], found[i], cancellation);
                folder?.Write(numbers[done + i], found[i]);
            }
            done += count;
            progress(count);
        }
        while (count == BatchFrames);
        if (done < numbers.Length)
            throw new UserError($"'{video.InputFolder}' holds {numbers.Length} images, but only {done} frames could be decoded: look for a damaged image.");
        folder?.Complete();
        return new EvalResult(video, format.Width, format.Height, done, truth?.Frames ?? 0, truth?.Counts, detectorTime) { Note = truth?.Note };
    }

    // Masks are made in a hidden folder, so that what is there under the final name is always a whole video's.
    private sealed class MaskFolder : IDisposable
    {
        private readonly string _final;
        private readonly HiddenFolder _partial;

        public MaskFolder(string root, EvalVideo video)
        {
            string category = Path.Combine(root, video.Category);
            _final = Path.Combine(category, video.Name);
            Folders.Create(category, "--masks");
            HiddenFolder.RemoveDead(category, video.Name);
            _partial = new HiddenFolder(category, video.Name);
        }

        public void Write(int number, Mask mask) =>
            StillImage.Save(Path.Combine(_partial.Path, string.Create(CultureInfo.InvariantCulture, $"bin{number:000000}.png")), mask);

        public void Complete()
        {
            _partial.Release();
            if (Directory.Exists(_final))
            {
                foreach (string old in Directory.GetFiles(_final, "bin*.png"))
                    File.Delete(old);
                foreach (string mask in Directory.GetFiles(_partial.Path))
                    File.Move(mask, Path.Combine(_final, Path.GetFileName(mask)));
            }
            else
            {
                Directory.Move(_partial.Path, _final);
            }
        }

        public void Dispose() => _partial.Dispose();
    }
}
