using System.Collections.Concurrent;
using System.Globalization;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Segment;

/// <summary>All pictures of one command, several at once; a bad one does not keep the others from being done.</summary>
internal sealed class SegmentRun
{
    // A shared model is fitted to at most this many pixels of all pictures together, and to pixels of at most so many pictures:
    // with 1,000 an average over pictures is known to 3 % of their spread, and reading more would take longer than the fit.
    private const int SharedPixels = 4_000_000, SharedPictures = 1000;

    private readonly Lock _console = new();
    private readonly ConcurrentDictionary<ImageInput, string> _bad = new();
    private readonly IReadOnlyList<ImageInput> _inputs;
    private readonly SegmentSettings _settings;
    private readonly TextWriter _output, _error;
    private readonly ReportPage? _report;
    private int _done, _skipped, _warned;

    /// <param name="inputs">The pictures.</param>
    /// <param name="settings">What is asked for.</param>
    /// <param name="output">Receives a line for every picture; stdout unless given.</param>
    /// <param name="error">Receives progress and what went wrong; stderr unless given.</param>
    public SegmentRun(IReadOnlyList<ImageInput> inputs, SegmentSettings settings, TextWriter? output = null, TextWriter? error = null)
    {
        (_inputs, _settings, _output, _error) = (inputs, settings, output ?? Console.Out, error ?? Console.Error);
        All = inputs;
        _report = settings.Report ? new ReportPage(Path.Combine(settings.Output, settings.Part is null ? "report.html" : $"report-{settings.Part.Index}-of-{settings.Part.Count}.html")) : null;
    }

    /// <summary>All pictures of the list of which these are a part; a shared model is fitted to (a sample of) them, so that every part has the same.</summary>
    public IReadOnlyList<ImageInput> All { get; init; }

    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellation)
    {
        SegmentationModel? model = _settings.Model is string path ? Load(path) : null;
        Folders.Create(_settings.Output, "--output");
        string? sharedFingerprint = null;
        if (_inputs.Count == 0)
            return ExitCode.Success;      // there are more parts than pictures
        if (_settings.SharedModel)
            (model, sharedFingerprint) = SharedModel(cancellation);
        try
        {
            ForEach(_inputs, "segment", (input, _) =>
            {
                string fingerprint = _settings.Fingerprint(input.Path) + sharedFingerprint;
                if (_settings.Resume && IsComplete(input, fingerprint))
                {
                    Interlocked.Increment(ref _skipped);
                    return;
                }
                ImageResult result = new ImageJob(input, _settings, model, ThreadsForEach).Run(fingerprint, _report is null ? null : done => _report.Add(done, _settings, fingerprint), cancellation);
                Interlocked.Increment(ref _done);
                Tell(result);
            }, cancellation);
        }
        finally
        {
            // What was done before an interruption is kept, and so it is reported.
            _report?.Write([.. _inputs.Select(input => input.Name)]);
        }
        if (_inputs.Count > 1)
            _error.WriteLine(Summary());
        return End();
    }

    private int ThreadsForEach => Math.Max(1, _settings.ActualThreads / Math.Min(_settings.ActualThreads, _inputs.Count));

    private static SegmentationModel Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return SegmentationModel.Load(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string reason = e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file." : e.Message;
            throw new UserError($"cannot read the model '{path}': {reason}", inner: e);
        }
        catch (InvalidDataException e)
        {
            throw new UserError($"cannot read the model '{path}': {e.Message} Give a NAME.json or model.json that gmmvision segment wrote.", inner: e);
        }
    }

    private (SegmentationModel Model, string Fingerprint) SharedModel(CancellationToken cancellation)
    {
        IReadOnlyList<ImageInput> sample = Sample(All, _settings.Fit.Seed);
        string path = Path.Combine(_settings.Output, "model.json"), fingerprint = _settings.Fingerprint(sample.Select(input => input.Path));
        if (_settings.Resume && ResultDocument.TryRead(path) is (string earlier, _) && earlier == fingerprint)
            return (Load(path), fingerprint);
        int size = (int)Math.Sqrt(SharedPixels / (double)sample.Count);
        size = Math.Max(8, _settings.Fit.MaxSize == 0 ? size : Math.Min(size, _settings.Fit.MaxSize));
        var samples = new SegmentationSamples?[sample.Count];
        ForEach(sample, "collect colours", (input, i) =>
        {
            (Frame image, Mask? transparent, _) = Picture.Load(input, _settings, cancellation);
            samples[i] = SegmentationSamples.Of(image, _settings.Fit.Features, size, _settings.Fit.Seed, transparent);
        }, cancellation);
        SegmentationSamples[] good = [.. samples.OfType<SegmentationSamples>()];
        if (good.Length == 0)
        {
            End();
            throw new UserError("none of the pictures could be read, so there is no shared model.");
        }
        SegmentationFit fit = SegmentationFit.Of(SegmentationSamples.Join(good), _settings.Fit with { Threads = _settings.ActualThreads }, cancellation);
        foreach (string warning in fit.Warnings)
            _error.WriteLine($"gmmvision segment: shared model: {warning}");
        OutputFile.Write(path, ResultDocument.SharedText(fit, _settings, fingerprint, good.Length));
        return (fit.Model, fingerprint);
    }

    // The same of the same list and seed on every machine, wherever its pictures lie in memory or in which order they are read.
    private static IReadOnlyList<ImageInput> Sample(IReadOnlyList<ImageInput> all, int seed)
    {
        if (all.Count <= SharedPictures)
            return all;
        int[] order = [.. Enumerable.Range(0, all.Count)];
#pragma warning disable CA5394      // a sample that is the same everywhere, no secret
        new Random(seed).Shuffle(order);
#pragma warning restore CA5394
        return [.. order.Take(SharedPictures).Order().Select(i => all[i])];
    }

    private void ForEach(IReadOnlyList<ImageInput> pictures, string title, Action<ImageInput, int> work, CancellationToken cancellation) =>
        ManyImages.ForEach(pictures, _settings.ActualThreads, title, _error, (input, i) =>
        {
            if (_bad.ContainsKey(input))
                return;
            try
            {
                work(input, i);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or OutOfMemoryException)
            {
                _bad[input] = CommandFrame.Describe(exception);
            }
        }, cancellation);

    private bool IsComplete(ImageInput input, string fingerprint) =>
        ResultDocument.TryRead(_settings.PathOf(input, "json")) is (string earlier, string[] files)
        && earlier == fingerprint
        && files.All(file => File.Exists(Path.Combine(_settings.Output, file)))
        && (!_settings.Posterior || files.Contains($"{input.Name}.posterior.npy"))
        && (!_settings.SoftMasks || files.Contains($"{input.Name}.soft-0.png"))
        && (!_settings.Uncertainty || files.Contains($"{input.Name}.uncertainty.png"))
        && _report?.Has(input.Name, fingerprint) != false;

    private void Tell(ImageResult result)
    {
        lock (_console)
        {
            if (_error == Console.Error && !Console.IsErrorRedirected)
                _error.Write("\r\x1b[K");      // the progress bar comes back by itself
            // Of many pictures most would say the same; their documents and the report hold every warning.
            if (result.Warnings.Count > 0)
                _warned++;
            foreach (string warning in _inputs.Count == 1 ? result.Warnings : [])
                _error.WriteLine($"gmmvision segment: {result.Input.Path}: {warning}");
            if (_settings.JsonLines)
            {
                _output.WriteLine(JsonLine.Of(new SegmentedLine(result.Input.Path, _settings.PathOf(result.Input, "json"), result.Image.Width, result.Image.Height, result.Count,
                    [.. result.Areas.Take(result.Count)], result.HasTransparent ? result.Areas[^1] : null, Math.Round(result.Seconds.Total, 4)), CliJson.Default.SegmentedLine));
                return;
            }
            IEnumerable<string> shares = Enumerable.Range(0, result.Count).Select(label => result.Share(label).ToString("0%", CultureInfo.InvariantCulture));
            string word = result.Regions is null ? "label" : "region", labels = result.Count == 1 ? $"1 {word}" : $"{result.Count} {word}s";
            if (result.HasTransparent)
                shares = shares.Append(string.Create(CultureInfo.InvariantCulture, $"and {result.Share(result.Count):0%} transparent"));
            _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Input.Path}: {labels} ({string.Join(" ", shares)}) in {result.Seconds.Total:0.00} s -> {_settings.PathOf(result.Input, "*")}"));
        }
    }

    private string Summary()
    {
        string skipped = _skipped > 0 ? $", {_skipped} were complete and skipped" : "";
        string warned = _warned > 0 ? $"; for {_warned} there are warnings, see \"warnings\" in NAME.json" : "";
        return $"gmmvision segment: {_done} of {_inputs.Count} pictures segmented{skipped}{warned}.";
    }

    private int End()
    {
        if (_bad.IsEmpty)
            return ExitCode.Success;
        if (_inputs.Count == 1)
            throw new UserError(_bad.Values.First());
        _error.WriteLine($"gmmvision segment: {_bad.Count} of {_inputs.Count} pictures could not be done:");
        foreach (ImageInput input in _inputs)
        {
            if (_bad.TryGetValue(input, out string? problem))
                _error.WriteLine($"  {input.Path}: {problem}");
        }
        return ExitCode.Failed;
    }
}

/// <summary>A line of --json for a picture that is done; areas in pixels.</summary>
internal sealed record SegmentedLine(string Input, string Output, int Width, int Height, int K, IReadOnlyList<long> Areas, long? Transparent, double Seconds);
