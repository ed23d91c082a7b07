using System.Globalization;

namespace GmmVision.Cli.Archive;

/// <summary>Which part of a long input a line of a manifest is, where it was divided by time.</summary>
/// <param name="Number">From 1 to <paramref name="Count"/>.</param>
/// <param name="Count">How many parts there are.</param>
internal sealed record InputSlice(int Number, int Count)
{
    /// <summary>Reads "3/12".</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static InputSlice Parse(string text) =>
        text.Split('/') is [string a, string b] && int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && int.TryParse(b, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && number >= 1 && number <= count && count <= 100_000
            ? new InputSlice(number, count)
            : throw new FormatException($"a part is its number and how many there are, such as 3/12, not '{text}'");

    /// <summary>Its folder in that of the input: in the order of their names parts are in the order of time.</summary>
    public string Folder => string.Create(CultureInfo.InvariantCulture, $"part-{Number.ToString(CultureInfo.InvariantCulture).PadLeft(Count.ToString(CultureInfo.InvariantCulture).Length, '0')}-of-{Count}");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
