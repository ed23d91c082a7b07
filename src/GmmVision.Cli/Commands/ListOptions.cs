using System.CommandLine;
using GmmVision.Cli.Archive;

namespace GmmVision.Cli.Commands;

/// <summary>The options of commands that work through long lists: a manifest, a part of it, going on where the last run ended.</summary>
internal sealed class ListOptions
{
    private readonly Option<string?> _manifest, _shard;

    /// <param name="what">What a line may say beside the input's path.</param>
    /// <param name="more">What else there is to know of a list.</param>
    public ListOptions(string what, string more = "")
    {
        _manifest = new("--manifest") { Description = $"Take inputs from a file (- for stdin), one path a line; a line may be JSON too: {what}.{more}", HelpName = "file" };
        _shard = new("--shard")
        {
            Description = "Do only this part of the inputs, such as 3/20: parts weigh about the same in bytes and are the same on every machine. auto (with --manifest also where nothing is given) takes what an array of Slurm, Kubernetes or AWS Batch says; auto/20 where it does not say how many there are.",
            HelpName = "i/n",
        };
    }

    public void AddTo(Command command)
    {
        command.Add(_manifest);
        command.Add(_shard);
    }

    /// <summary>Whether inputs are a list that other processes may work on too.</summary>
    public bool IsList(ParseResult parse) => parse.GetValue(_manifest) is not null || parse.GetValue(_shard) is not null;

    /// <summary>Whether there is a manifest.</summary>
    public bool HasManifest(ParseResult parse) => parse.GetValue(_manifest) is not null;

    /// <summary>The manifest's entries; none without one.</summary>
    /// <exception cref="UserError">It cannot be read, or makes no sense.</exception>
    public IReadOnlyList<ManifestEntry> ReadManifest(ParseResult parse, bool withOptions) =>
        parse.GetValue(_manifest) is string path ? Manifest.Read(path, withOptions, parse.InvocationConfiguration.Error) : [];

    /// <summary>Which part of the inputs is this process's; null: all.</summary>
    /// <exception cref="UserError">Which part is asked for makes no sense.</exception>
    public Shard? Part(ParseResult parse) => parse.GetValue(_shard) is string text ? Shard.Parse(text, Environment.GetEnvironmentVariable)
        : HasManifest(parse) ? Shard.FromEnvironment(Environment.GetEnvironmentVariable, null) : null;

    /// <summary>Those of this process.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="inputs">All.</param>
    /// <param name="weight">What one costs.</param>
    /// <exception cref="UserError">Which part is asked for makes no sense.</exception>
    public IReadOnlyList<T> Share<T>(ParseResult parse, IReadOnlyList<T> inputs, Func<T, long> weight)
    {
        if (Part(parse) is not Shard shard)
            return inputs;
        IReadOnlyList<T> ours = shard.Take(inputs, weight);
        string source = shard.From is null ? "" : $" ({shard.From})";
        parse.InvocationConfiguration.Error.WriteLine($"shard {shard}{source}: {ours.Count} of {inputs.Count} inputs");
        return ours;
    }
}
