using System.CommandLine;
using System.Globalization;
using GmmVision.Ffmpeg;
using GmmVision.Imaging;
using GmmVision.Mixtures;
using GmmVision.Motion;
using GmmVision.Recording.Cameras;

namespace GmmVision.Cli;

/// <summary>Options whose values are checked while the command line is read, with a message that carries the value and what is allowed.</summary>
/// <remarks>All are null when not given, so that defaults stay in one place: the types that take the values.</remarks>
internal static class OptionOf
{
    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static Option<int?> Integer(string name, string description, int min, int max, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "n",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max)
                return value;
            result.AddError(max == int.MaxValue
                ? $"{name} needs a whole number of {min} or more, not '{text}'."
                : $"{name} needs a whole number from {min} to {max}, not '{text}'.");
            return null;
        },
    };

    /// <summary>A number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static Option<double?> Number(string name, string description, double min, double max, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "x",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= min && value <= max)
                return value;
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} needs a number from {min} to {max}, not '{text}'."));
            return null;
        },
    };

    /// <summary>A part of a whole: a number from 0 to 1, or per cent.</summary>
    public static Option<double?> Part(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "x|x%",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (CameraSettings.TryParsePart(text, out double part))
                return part;
            result.AddError($"{name} needs a number from 0 to 1, or 0% to 100%, not '{text}'.");
            return null;
        },
    };

    /// <summary>A working height: rows, "full" or "auto".</summary>
    public static Option<WorkingHeight?> Height(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "rows|full|auto",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (WorkingHeight.TryParse(text, out WorkingHeight height))
                return height;
            result.AddError($"{name} needs a whole number of rows from {WorkingHeight.LeastRows} to {FrameFormat.MaxSide}, full or auto, not '{text}'.");
            return null;
        },
    };

    /// <summary>A time: seconds ("90", "1.5", "1.5s") or a clock ("1:30", "00:01:30.250").</summary>
    public static Option<TimeSpan?> Time(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (TryParseTime(text, out TimeSpan time))
                return time;
            result.AddError($"{name} needs a time such as 12.5 (seconds), 5m or 00:01:30.250, not '{text}'.");
            return null;
        },
    };

    /// <summary>A size such as 1920x1080.</summary>
    public static Option<(int Width, int Height)?> Size(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "WxH",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string[] sides = text.Split('x');
            const int Max = Imaging.FrameFormat.MaxSide;
            if (sides.Length == 2 && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out int width)
                && int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out int height)
                && width is >= 1 and <= Max && height is >= 1 and <= Max)
            {
                return (width, height);
            }
            result.AddError($"{name} needs a size such as 1920x1080 with sides from 1 to {Max}, not '{text}'.");
            return null;
        },
    };

    /// <summary>Frames a second: a number or a fraction, such as 25, 29.97, 30000/1001 or 1/60.</summary>
    public static Option<double?> Rate(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "rate",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string[] parts = text.Split('/');
            double below = 1;
            if (parts.Length <= 2 && double.TryParse(parts[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double above)
                && (parts.Length == 1 || double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out below))
                && above / below is >= LeastRate and <= 1000)
            {
                return above / below;
            }
            result.AddError($"{name} needs frames a second such as 25 or 30000/1001, or 1/60 for one a minute, from one a day to 1000, not '{text}'.");
            return null;
        },
    };

    private const double LeastRate = 1.0 / (24 * 3600) - 1e-12;

    /// <summary>Two sample values, the lower first, such as 7000:8200.</summary>
    public static Option<(int Low, int High)?> Levels(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "low:high",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (text.Split(':') is [string a, string b] && int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out int low)
                && int.TryParse(b, NumberStyles.None, CultureInfo.InvariantCulture, out int high) && low < high && high <= ushort.MaxValue)
            {
                return (low, high);
            }
            result.AddError($"{name} needs two sample values such as 7000:8200, from 0 to 65535, the lower first, not '{text}'.");
            return null;
        },
    };

    /// <summary>Polygons, one each time the option is given.</summary>
    public static Option<Zone[]> Zones(string name, string description, bool takesLimits = false) => new(name)
    {
        Description = description,
        HelpName = "polygon",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result =>
        {
            try
            {
                Zone[] zones = [.. result.Tokens.Select(token => Zone.Parse(token.Value))];
                if (!takesLimits && Array.Find(zones, zone => zone.Limits != ZoneLimits.None) is { } limited)
                    result.AddError($"{name} takes no limits such as [{limited.Limits.ToText()}]: they say what motion must be like where it counts.");
                return zones;
            }
            catch (FormatException exception)
            {
                result.AddError($"{name}: {exception.Message}");
                return [];
            }
        },
    };

    /// <summary>One of a few words.</summary>
    public static Option<T?> OneOf<T>(string name, string description, params string[] aliases)
        where T : struct, Enum => Words<T>(name, description, Array.ConvertAll(Enum.GetNames<T>(), word => word.ToLowerInvariant()), aliases);

    /// <summary>The shape of a mixture's components, in scikit-learn's words.</summary>
    public static Option<CovarianceType?> Covariance(string description) => Words<CovarianceType>("--covariance", description, ["full", "tied", "diag", "spherical"]);

    // A word for each value, in their order.
    private static Option<T?> Words<T>(string name, string description, string[] words, params string[] aliases)
        where T : struct, Enum
    {
        Option<T?> option = new(name, aliases)
        {
            Description = description,
            HelpName = string.Join('|', words),
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                int index = Array.IndexOf(words, text.ToLowerInvariant());
                if (index >= 0)
                    return Enum.GetValues<T>()[index];
                result.AddError($"{name} needs one of {string.Join(", ", words)}, not '{text}'.");
                return null;
            },
        };
        option.CompletionSources.Add(words);
        return option;
    }

    internal static bool TryParseTime(string text, out TimeSpan time)
    {
        const double MostSeconds = 100 * 24 * 3600.0;
        time = default;
        int unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        string[] parts = unit > 0 ? [text[..^1]] : text.Split(':');
        if (parts.Length > 3)
            return false;
        double seconds = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            bool isLast = i == parts.Length - 1;
            if (!double.TryParse(parts[i], isLast ? NumberStyles.AllowDecimalPoint : NumberStyles.None, CultureInfo.InvariantCulture, out double value))
                return false;
            if (i > 0 && value >= 60)
                return false;
            seconds = seconds * 60 + value;
        }
        seconds *= Math.Max(unit, 1);
        if (!(seconds <= MostSeconds))      // not NaN either, which is a number to the parser
            return false;
        time = TimeSpan.FromSeconds(seconds);
        return true;
    }
}
