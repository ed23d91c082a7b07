using System.CommandLine;
using System.Globalization;
using GmmVision.Cli.Tables;
using GmmVision.Lab;
using GmmVision.Mixtures;

namespace GmmVision.Cli.Commands;

/// <summary><c>gmmvision mixture</c>: a Gaussian mixture of a table's rows.</summary>
internal static class MixtureCommand
{
    private const string Auto = "auto";
    private static readonly TableOptions Default = new();

    public static Command Create()
    {
        Argument<string> table = new("TABLE") { Description = "A CSV file with a header; cells parted by commas, semicolons, tabs or bars. Columns of words are passed over." };
        Option<string> output = new("--output", "-o") { Description = "Folder for the results: labels.csv, model.json, report.html (out).", HelpName = "dir", DefaultValueFactory = _ => "out" };
        Option<string?> columns = new("--columns") { Description = "Which columns, by name, parted by commas (all of numbers).", HelpName = "a,b,..." };
        Option<string?> k = new("-k", "--components")
        {
            Description = $"How many components: a number, or auto, which takes the least of --criterion from 1 to --max-k ({Auto}).",
            HelpName = $"n|{Auto}",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (text == Auto || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= 1000))
                    return text;
                result.AddError($"-k needs a whole number from 1 to 1000, or {Auto}, not '{text}'.");
                return null;
            },
        };
        Option<int?> maxK = OptionOf.Integer("--max-k", $"The most components that auto tries ({Default.MaxComponents}).", 1, 100);
        Option<Criterion?> criterion = OptionOf.OneOf<Criterion>("--criterion", "By what auto goes: bic; aic; icl, which counts clusters rather than normals; cv, the likelihood of rows left out (bic).");
        Option<CovarianceType?> covariance = OptionOf.Covariance("Shape of the components (full).");
        Option<bool> raw = new("--no-standardize", "--no-standardise") { Description = "Leave columns in their own units instead of bringing each to variance 1." };
        Option<int?> pca = OptionOf.Integer("--pca", "Principal components that stand for the columns; 0 for none (those with 95 % of the variance where there are more than 20 columns).", 0, 10_000);
        Option<int?> restarts = OptionOf.Integer("--restarts", $"Starts of EM, of which the likeliest result is kept ({Default.Restarts}).", 1, 1000);
        Option<double?> regularization = OptionOf.Number("--regularization", string.Create(CultureInfo.InvariantCulture, $"Added to every variance, as a share of a feature's variance ({Default.Regularization})."), 0, 1, "--regularisation");
        Option<double?> anomalies = OptionOf.Number("--anomalies", string.Create(CultureInfo.InvariantCulture, $"Part of the rows, those of least density, that are called anomalies ({Default.AnomalyQuantile})."), 0, 0.5);
        Option<double?> trim = OptionOf.Number("--trim", "Part of the rows that the fit leaves out as outliers (0).", 0, 0.5);
        Option<string?> model = new("--model") { Description = "Judge the table by the model.json of an earlier run instead of fitting.", HelpName = "file" };
        Option<int?> seed = OptionOf.Integer("--seed", $"The same seed gives the same result ({Default.Seed}).", 0, int.MaxValue);
        Option<int?> threads = OptionOf.Integer("--threads", "Threads (one a processor).", 1, 256);
        Option<bool> json = new("--json") { Description = "Print one line of JSON on stdout." };
        Option[] ofFit = [columns, k, maxK, criterion, covariance, raw, pca, restarts, regularization, anomalies, trim, seed];
        Command command = new("mixture", "Fit a Gaussian mixture to the rows of a table: labels, probabilities and anomaly scores for each row, the model, and a report.") { table, output };
        foreach (Option option in (Option[])[.. ofFit, model, threads, json])
            command.Add(option);
        command.SetAction((parse, cancellation) =>
        {
            if (parse.GetValue(model) is not null && ofFit.FirstOrDefault(option => parse.GetResult(option) is { Implicit: false }) is Option given)
                throw UserError.Usage($"--model applies a mixture that is fitted already, so {given.Name} would have no effect: leave out one of the two.");
            string count = parse.GetValue(k) ?? Auto;
            if (count != Auto && ((Option[])[maxK, criterion]).FirstOrDefault(option => parse.GetResult(option) is { Implicit: false }) is Option useless)
                throw UserError.Usage($"{useless.Name} is for finding the number of components, which -k {count} gives: leave out one of the two.");
            TableRun run = new()
            {
                Table = parse.GetRequiredValue(table),
                Output = parse.GetValue(output)!,
                Model = parse.GetValue(model),
                AsJson = parse.GetValue(json),
                Options = new TableOptions
                {
                    Columns = parse.GetValue(columns) is string names ? [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : [],
                    Components = count == Auto ? null : int.Parse(count, CultureInfo.InvariantCulture),
                    MaxComponents = parse.GetValue(maxK) ?? Default.MaxComponents,
                    Criterion = parse.GetValue(criterion) is Criterion word ? (ModelCriterion)word : Default.Criterion,
                    Covariance = parse.GetValue(covariance) ?? Default.Covariance,
                    Standardize = !parse.GetValue(raw),
                    PrincipalComponents = parse.GetValue(pca),
                    Restarts = parse.GetValue(restarts) ?? Default.Restarts,
                    Regularization = parse.GetValue(regularization) ?? Default.Regularization,
                    AnomalyQuantile = parse.GetValue(anomalies) ?? Default.AnomalyQuantile,
                    TrimFraction = parse.GetValue(trim) ?? Default.TrimFraction,
                    Seed = parse.GetValue(seed) ?? Default.Seed,
                    Threads = parse.GetValue(threads) ?? Default.Threads,
                }.Validate(),
            };
            run.Execute(Console.Out, Console.Error, cancellation);
            return Task.FromResult(ExitCode.Success);
        });
        return command;
    }

    // In the order of ModelCriterion.
    private enum Criterion
    {
        Bic,
        Aic,
        Icl,
        Cv,
    }
}
