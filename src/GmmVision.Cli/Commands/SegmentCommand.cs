using System.CommandLine;
using System.Globalization;
using GmmVision.Cli.Segment;
using GmmVision.Mixtures;
using GmmVision.Segmentation;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision segment</c>: from pictures to labels, by a Gaussian mixture of their colours.</summary>
internal static class SegmentCommand
{
    private const string Auto = "auto", Variational = "variational";

    public static Command Create()
    {
        Argument<string[]> images = new("IMAGE") { Description = "Pictures, patterns such as 'photos/*.jpg', folders with all pictures below them.", Arity = ArgumentArity.ZeroOrMore };
        ListOptions list = new("{\"input\": ..., \"name\": ...}");
        Option<string> output = new("--output", "-o") { Description = "Folder for the results: NAME.labels.png (indexed), NAME.segments.png, NAME.overlay.png, NAME.json for each picture (out).", HelpName = "dir", DefaultValueFactory = _ => "out" };
        FitOptions fit = new();
        Option<string?> model = new("--model") { Description = "Apply the model of an earlier run (its NAME.json or model.json) instead of fitting one.", HelpName = "file" };
        Option<bool> shared = new("--shared-model") { Description = "Fit one model to all pictures, so that a label means the same in each; written to model.json." };
        Option<(int Low, int High)?> levels = OptionOf.Levels("--levels", "Values of samples that count as black and white; where grey samples have 10 to 16 bits those that the picture uses do unless told here.");
        Option<Reader?> reader = OptionOf.OneOf<Reader>("--reader", "What decodes: ffmpeg, or opencv in this process, which is many times faster where pictures are small; auto takes opencv for PNG of up to 8 bits, which are the same by both, and ffmpeg for all else (auto).");
        Option<bool> posterior = new("--posterior") { Description = "Write NAME.posterior.npy: float32, rows x columns x labels." };
        Option<bool> soft = new("--soft-masks") { Description = "Write NAME.soft-0.png and so on: how probable each label is, as grey." };
        Option<bool> uncertainty = new("--uncertainty") { Description = "Write NAME.uncertainty.png: black where a label is certain, white where all are equally probable." };
        Option<bool> report = new("--report") { Description = "Write report.html: pictures, curves and colour scatter of every picture on one page that needs no other file." };
        Option<bool> resume = new("--resume") { Description = "Skip pictures whose results are there, whole, and of the same parameters." };
        Option<int?> threads = OptionOf.Integer("--threads", "Pictures worked on at the same time, or threads for a single one (one a processor). A picture takes some 20 bytes a pixel, a thread 400 MB at most.", 1, 256);
        Option<bool> json = new("--json") { Description = "Print a line of JSON on stdout for each picture." };

        Command command = new("segment", "Segment pictures by colour with a Gaussian mixture. Transparent pixels have no part in the fit and a label of their own, the one behind all others.") { images, output };
        fit.AddTo(command);
        list.AddTo(command);
        foreach (Option option in (Option[])[model, shared, levels, reader, posterior, soft, uncertainty, report, resume, threads, json])
            command.Add(option);
        command.SetAction((parse, cancellation) =>
        {
            if (fit.IsConnected(parse) && ((Option[])[model, shared, posterior, soft, uncertainty]).FirstOrDefault(option => parse.GetResult(option) is { Implicit: false }) is Option other)
                throw UserError.Usage($"{other.Name} is of a label for each component of the mixture; --connected gives labels to regions of several components: leave out one of the two.");
            if (parse.GetValue(model) is not null && fit.FirstGiven(parse) is string given)
                throw UserError.Usage($"--model applies a mixture that is fitted already, so {given} would have no effect: leave out one of the two.");
            SegmentSettings settings = new SegmentSettings
            {
                Output = parse.GetValue(output)!,
                Fit = fit.Read(parse),
                Smoothing = fit.ReadSmoothing(parse),
                Regions = fit.ReadRegions(parse),
                Model = parse.GetValue(model),
                SharedModel = parse.GetValue(shared),
                Levels = parse.GetValue(levels),
                Reader = parse.GetValue(reader) ?? Reader.Auto,
                Posterior = parse.GetValue(posterior),
                SoftMasks = parse.GetValue(soft),
                Uncertainty = parse.GetValue(uncertainty),
                Report = parse.GetValue(report),
                Part = list.Part(parse) is { Count: > 1 } part ? part : null,
                Resume = parse.GetValue(resume),
                JsonLines = parse.GetValue(json),
                Threads = parse.GetValue(threads) ?? 0,
            }.Validate();
            string[] words = parse.GetValue(images) ?? [];
            if (words.Length == 0 && !list.HasManifest(parse))
                throw UserError.Usage("there is nothing to segment: give at least one IMAGE, or a list of them with --manifest.");
            IReadOnlyList<ImageInput> all = ImageList.Expand(words, list.ReadManifest(parse, withOptions: false));
            IReadOnlyList<ImageInput> ours = list.Share(parse, all, input => Archive.Shard.Bytes(input.Path));
            return Task.FromResult(new SegmentRun(ours, settings) { All = all }.Execute(cancellation));
        });
        return command;
    }

    /// <summary>The options of fit and smoothing, which the benchmark has too.</summary>
    internal sealed class FitOptions
    {
        private static readonly SegmentationOptions Default = new();
        private static readonly SmoothingOptions DefaultSmoothing = new();
        private static readonly RegionOptions DefaultRegions = new();

        private readonly Option<string?> _k = new("-k", "--components")
        {
            Description = $"How many labels: a number; auto takes the elbow of the BIC curve from 1 to --max-k; variational finds how many have a use ({Auto}). With --connected how many regions; auto goes by --merge.",
            HelpName = $"n|{Auto}|{Variational}",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (text is Auto or Variational || TryNumber(text, out _))
                    return text;
                result.AddError($"-k needs a whole number from 1 to {LabelMap.MaxLabels}, or {Auto}, or {Variational}, not '{text}'.");
                return null;
            },
        };

        private readonly Option<int?> _maxK = OptionOf.Integer("--max-k", $"The most labels that auto and variational try ({Default.MaxComponents}).", 1, LabelMap.MaxLabels);
        private readonly Option<CovarianceType?> _covariance = OptionOf.Covariance("Shape of the components (full).");
        private readonly Option<ColorSpace?> _color = OptionOf.OneOf<ColorSpace>("--color", $"Colour space of the features ({Default.Features.Color.ToString().ToLowerInvariant()}).");
        private readonly Option<double?> _position = OptionOf.Number("--position", string.Create(CultureInfo.InvariantCulture, $"Weight of a pixel's place beside its colour, 0 for none ({Default.Features.PositionWeight})."), 0, 100);
        private readonly Option<double?> _texture = OptionOf.Number("--texture", string.Create(CultureInfo.InvariantCulture, $"Weight of local texture energy, 0 for none ({Default.Features.TextureWeight})."), 0, 100);
        private readonly Option<int?> _scales = OptionOf.Integer("--texture-scales", $"Scales at which texture is measured, in windows of 3, 5, 9... pixels ({Default.Features.TextureScales}).", 1, 6);
        private readonly Option<bool> _raw = new("--no-standardize", "--no-standardise") { Description = "Leave colour and texture in their own units instead of bringing each to variance 1." };
        private readonly Option<int?> _restarts = OptionOf.Integer("--restarts", $"Starts of EM, of which the likeliest result is kept ({Default.Restarts}).", 1, 100);
        private readonly Option<double?> _regularization = OptionOf.Number("--regularization", string.Create(CultureInfo.InvariantCulture, $"Added to every variance, as a share of a feature's variance ({Default.Regularization})."), 0, 1e6, "--regularisation");
        private readonly Option<double?> _tolerance = OptionOf.Number("--tolerance", string.Create(CultureInfo.InvariantCulture, $"EM ends when an iteration gains less log-likelihood per pixel ({Default.Tolerance})."), 0, 1e6);
        private readonly Option<int?> _iterations = OptionOf.Integer("--iterations", $"Iterations of EM at most ({Default.MaxIterations}).", 1, 100_000);
        private readonly Option<int?> _maxSize = OptionOf.Integer("--max-size", $"Fit to one pixel of each cell of a grid with at most this many on the longer side; 0 takes every pixel; all pixels are labelled ({Default.MaxSize}).", 0, 32768);
        private readonly Option<int?> _seed = OptionOf.Integer("--seed", $"The same seed gives the same result ({Default.Seed}).", 0, int.MaxValue);
        private readonly Option<Smoothing?> _smooth = OptionOf.OneOf<Smoothing>("--smooth", $"How neighbouring pixels are made to agree ({DefaultSmoothing.Method.ToString().ToLowerInvariant()}).");
        private readonly Option<double?> _strength = OptionOf.Number("--smooth-strength", string.Create(CultureInfo.InvariantCulture, $"icm: what a neighbour of another label costs, in nats ({DefaultSmoothing.Strength})."), 0, 100);
        private readonly Option<int?> _radius = OptionOf.Integer("--smooth-radius", $"guided: half the window's side in pixels (1/30 of the longer side, at most {SmoothingOptions.MaxRadius}).", 1, SmoothingOptions.MaxRadius);
        private readonly Option<double?> _epsilon = OptionOf.Number("--smooth-epsilon", string.Create(CultureInfo.InvariantCulture, $"guided: luma variance over which an edge is kept ({DefaultSmoothing.Epsilon})."), 1e-9, 1);

        private readonly Option<bool> _connected = new("--connected")
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"Connected regions, as people would outline them, each of one or several components: superpixels are joined where neither colours and texture nor an edge divide them. Unless told otherwise texture counts {DefaultRegions.Mixture.Features.TextureWeight}, and the mixture has {DefaultRegions.Mixture.Components} components, one start, and a grid of {DefaultRegions.Mixture.MaxSize}."),
        };

        private readonly Option<double?> _merge = OptionOf.Number("--merge", string.Create(CultureInfo.InvariantCulture, $"connected: neighbours that differ by less are joined; lower gives more regions ({DefaultRegions.Threshold})."), 0, 10);

        private Option[] OfFit => [_k, _maxK, _covariance, _color, _position, _texture, _scales, _raw, _restarts, _regularization, _tolerance, _iterations, _maxSize, _seed, _connected, _merge];

        public void AddTo(Command command)
        {
            foreach (Option option in (Option[])[.. OfFit, _smooth, _strength, _radius, _epsilon])
                command.Add(option);
        }

        /// <summary>The first option of the fit that is on the command line; null: none.</summary>
        public string? FirstGiven(ParseResult parse) => OfFit.FirstOrDefault(option => parse.GetResult(option) is { Implicit: false })?.Name;

        public bool IsConnected(ParseResult parse) => parse.GetValue(_connected);

        /// <summary>How regions are made where they are asked for; null: each component has a label.</summary>
        public RegionOptions? ReadRegions(ParseResult parse)
        {
            if (!IsConnected(parse))
                return parse.GetValue(_merge) is null ? null : throw UserError.Usage("--merge tells when regions are joined, which --connected makes: add it, or leave --merge out.");
            if (((Option[])[_maxK, _smooth, _strength, _radius, _epsilon]).FirstOrDefault(option => parse.GetResult(option) is { Implicit: false }) is Option useless)
                throw UserError.Usage($"{useless.Name} has no effect with --connected: leave out one of the two.");
            string k = parse.GetValue(_k) ?? Auto;
            int? regions = TryNumber(k, out int number) ? number : k == Auto ? null : throw UserError.Usage($"-k {k} is for labels that are components; with --connected give a number of regions, or auto.");
            if (regions is not null && parse.GetValue(_merge) is not null)
                throw UserError.Usage("-k says how many regions are left and --merge when joining ends: give one of the two.");
            return DefaultRegions with { Regions = regions, Threshold = parse.GetValue(_merge) ?? DefaultRegions.Threshold, Mixture = Read(parse) };
        }

        public SegmentationOptions Read(ParseResult parse)
        {
            string k = parse.GetValue(_k) ?? Auto;
            SegmentationOptions Default = IsConnected(parse) ? DefaultRegions.Mixture : FitOptions.Default;
            return IsConnected(parse) ? Fit() : Fit() with
            {
                Choice = k switch { Auto => ComponentChoice.Bic, Variational => ComponentChoice.Variational, _ => ComponentChoice.Given },
                Components = TryNumber(k, out int number) ? number : Default.Components,
                MaxComponents = parse.GetValue(_maxK) ?? Default.MaxComponents,
            };

            SegmentationOptions Fit() => Default with
            {
                Covariance = parse.GetValue(_covariance) ?? Default.Covariance,
                Features = Default.Features with
                {
                    Color = parse.GetValue(_color) ?? Default.Features.Color,
                    PositionWeight = parse.GetValue(_position) ?? Default.Features.PositionWeight,
                    TextureWeight = parse.GetValue(_texture) ?? Default.Features.TextureWeight,
                    TextureScales = parse.GetValue(_scales) ?? Default.Features.TextureScales,
                    Standardize = !parse.GetValue(_raw),
                },
                Restarts = parse.GetValue(_restarts) ?? Default.Restarts,
                Regularization = parse.GetValue(_regularization) ?? Default.Regularization,
                Tolerance = parse.GetValue(_tolerance) ?? Default.Tolerance,
                MaxIterations = parse.GetValue(_iterations) ?? Default.MaxIterations,
                MaxSize = parse.GetValue(_maxSize) ?? Default.MaxSize,
                Seed = parse.GetValue(_seed) ?? Default.Seed,
            };
        }

        public SmoothingOptions ReadSmoothing(ParseResult parse) => new()
        {
            Method = parse.GetValue(_smooth) ?? DefaultSmoothing.Method,
            Strength = parse.GetValue(_strength) ?? DefaultSmoothing.Strength,
            Radius = parse.GetValue(_radius) ?? DefaultSmoothing.Radius,
            Epsilon = parse.GetValue(_epsilon) ?? DefaultSmoothing.Epsilon,
        };

        private static bool TryNumber(string text, out int number) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= LabelMap.MaxLabels;
    }
}
