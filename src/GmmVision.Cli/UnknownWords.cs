using System.CommandLine;
using System.CommandLine.Parsing;

namespace GmmVision.Cli;

/// <summary>Finds words that were meant as an option or a command and are none, so that no misspelt option is taken for a file.</summary>
internal static class UnknownWords
{
    /// <summary>Options of other tools that are named otherwise here; what to write instead.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["-i"] = "inputs are written without an option",
        ["--input"] = "inputs are written without an option",
        ["-d"] = "the output folder is given by --output",
        ["--output-dir"] = "the output folder is given by --output",
    };

    /// <summary>What is wrong, as one sentence; null where every word is known.</summary>
    /// <param name="parse">What was made of the command line.</param>
    /// <param name="args">Its words.</param>
    public static string? Of(ParseResult parse, IReadOnlyList<string> args)
    {
        Command command = parse.CommandResult.Command;
        if (command.Subcommands.Count > 0 && command.Arguments.Count == 0 && parse.UnmatchedTokens is [string word, ..] && !IsOption(word))
            return $"unknown command '{word}'{Suggest(word, command.Subcommands.Select(known => known.Name))}";
        HashSet<Token> inputs = [.. parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)];
        // A value after an equals sign is not a word of its own, and may look like an option.
        HashSet<string> words = [.. args.TakeWhile(word => word != "--")];
        Token? unknown = parse.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .FirstOrDefault(token => token.Type == TokenType.Argument && words.Contains(token.Value) && IsOption(token.Value) && (inputs.Contains(token) || !IsNumber(token.Value)));
        if (unknown is null)
            return null;
        // The word in front took it for its value.
        return parse.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(option => option.Tokens.Contains(unknown)) is { IdentifierToken.Value: string before } && OptionsOf(command).Contains(unknown.Value)
            ? $"{before} needs a value, and the option {unknown.Value} stands in its place" : $"unknown option {unknown.Value}{Instead(unknown.Value, command)}";
    }

    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-';

    private static bool IsNumber(string word) => char.IsAsciiDigit(word[1]) || word[1] == '.';

    private static string Instead(string word, Command command)
    {
        string name = word.Split('=', ':')[0];
        if (File.Exists(word))
            return $"; for the file of that name write ./{word}, or -- in front";
        return Elsewhere.TryGetValue(name, out string? advice) && command.Arguments.Count > 0 ? $"; {advice}" : Suggest(name, OptionsOf(command));
    }

    private static IEnumerable<string> OptionsOf(Command command)
    {
        for (Command? level = command; level is not null; level = level.Parents.OfType<Command>().FirstOrDefault())
        {
            foreach (Option option in level.Options.Where(option => !option.Hidden && (level == command || option.Recursive)))
            {
                yield return option.Name;
                foreach (string alias in option.Aliases.Where(alias => alias.StartsWith('-')))
                    yield return alias;
            }
        }
    }

    private static string Suggest(string word, IEnumerable<string> known)
    {
        // A third of the letters may be wrong: more, and it is another word. One letter says nothing.
        (string name, int distance) = known.Select(name => (name, Distance(word, name))).OrderBy(pair => pair.Item2).FirstOrDefault(("", int.MaxValue));
        return word.TrimStart('-').Length > 1 && distance <= Math.Max(1, word.TrimStart('-').Length / 3) ? $"; did you mean {name}?" : "";
    }

    /// <summary>Letters to insert, leave out, replace or swap with their neighbour until one word is the other (optimal string alignment).</summary>
    internal static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }
                int change = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }
        return cost[a.Length, b.Length];
    }
}
