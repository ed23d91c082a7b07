using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace GmmVision.Cli.Archive;

/// <summary>When a recording began, by its file's name or by what its container says.</summary>
internal sealed class ClockPattern
{
    /// <summary>The word that asks for the time in the container.</summary>
    public const string Metadata = "metadata";

    private readonly Regex? _name;

    private ClockPattern(string text, Regex? name) => (Text, _name) = (text, name);

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>Reads a pattern such as "%Y%m%d-%H%M%S": what stands for a number as in strftime (Y y m d H M S j, s for seconds since 1970), all else as it is; or the word metadata.</summary>
    /// <exception cref="UserError">It is none, or says no day: exit code 2.</exception>
    public static ClockPattern Parse(string text)
    {
        const int Longest = 100;
        if (text == Metadata)
            return new ClockPattern(text, null);
        if (text.Length > Longest)
            throw UserError.Usage($"--clock has a pattern of {text.Length} letters; it has {Longest} at most, such as %Y%m%d-%H%M%S.");
        StringBuilder regex = new();
        HashSet<char> seen = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                regex.Append(Regex.Escape(text[i].ToString()));
                continue;
            }
            char letter = ++i < text.Length ? text[i] : ' ';
            string digits = letter switch { 'Y' => "[0-9]{4}", 'y' or 'm' or 'd' or 'H' or 'M' or 'S' => "[0-9]{2}", 'j' => "[0-9]{3}", 's' => "[0-9]{9,11}", '%' => "%", _ => "" };
            if (digits.Length == 0)
                throw UserError.Usage($"--clock '{text}': %{letter} is not known; use %Y %m %d %H %M %S, %y for a year of two digits, %j for the day of the year, %s for seconds since 1970, or the word {Metadata}.");
            // The same twice, as in a folder's and a file's name, has to be the same.
            regex.Append(letter == '%' ? "%" : seen.Add(letter) ? $"(?<{letter}>{digits})" : $"\\k<{letter}>");
        }
        bool isWhole = seen.Contains('s') || ((seen.Contains('Y') || seen.Contains('y')) && ((seen.Contains('m') && seen.Contains('d')) || seen.Contains('j')));
        if (!isWhole)
            throw UserError.Usage($"--clock '{text}' names no day: give at least year, month and day, such as %Y%m%d-%H%M%S, or {Metadata}.");
        return new ClockPattern(text, new Regex(regex.ToString(), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)));
    }

    /// <summary>When a recording began, and what stands in front of that in its name, which is the camera's as a rule.</summary>
    /// <param name="name">Of the file or of its results.</param>
    /// <param name="recorded">What its container says.</param>
    /// <returns>Null where it cannot be told. Times are as the name has them, in whatever zone its camera's clock was; of a container and of %s in UTC.</returns>
    public (DateTime Start, string? Camera)? Of(string name, DateTimeOffset? recorded)
    {
        if (_name is null)
            return recorded is DateTimeOffset known ? (known.UtcDateTime, null) : null;
        // Digits that are no date are looked past: a camera's number may stand in front.
        for (Match match = _name.Match(name); match.Success; match = _name.Match(name, match.Index + 1))
        {
            if (Time(match) is DateTime time)
                return (time, name[..match.Index].Trim(' ', '-', '_', '.') is { Length: > 0 } camera ? camera : null);
        }
        return null;
    }

    private static DateTime? Time(Match match)
    {
        try
        {
            if (Number('s') is long seconds)
                return DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime;
            int year = (int)(Number('Y') ?? 2000 + Number('y')!.Value);
            DateTime day = Number('j') is long ofYear ? new DateTime(year, 1, 1).AddDays(ofYear - 1) : new DateTime(year, (int)Number('m')!, (int)Number('d')!);
            // What is recorded has to end before the calendar does.
            return day.Year == year && year is >= 1900 and < 9000 ? day + new TimeSpan(InHour('H', 24), InHour('M', 60), InHour('S', 60)) : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }

        int InHour(char letter, int below) => (int)(Number(letter) ?? 0) is int value && value < below ? value : throw new ArgumentOutOfRangeException(nameof(letter));

        long? Number(char letter) => match.Groups[letter.ToString()] is { Success: true } group ? long.Parse(group.Value, CultureInfo.InvariantCulture) : null;
    }
}
