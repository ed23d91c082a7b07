namespace GmmVision.Cli.Drawing;

/// <summary>A font of 5x7 pixels for capitals, figures and a few signs, so that drawing a time needs no font file.</summary>
internal static class BitmapFont
{
    public const int GlyphWidth = 5, GlyphHeight = 7;

    /// <summary>From one letter to the next, with the gap.</summary>
    public const int Advance = GlyphWidth + 1;

    // Seven rows of five dots, the highest of five bits is the left dot.
    private static readonly Dictionary<char, byte[]> Glyphs = new()
    {
        ['0'] = [14, 17, 19, 21, 25, 17, 14],
        ['1'] = [4, 12, 4, 4, 4, 4, 14],
        ['2'] = [14, 17, 1, 6, 8, 16, 31],
        ['3'] = [30, 1, 1, 14, 1, 1, 30],
        ['4'] = [2, 6, 10, 18, 31, 2, 2],
        ['5'] = [31, 16, 30, 1, 1, 17, 14],
        ['6'] = [6, 8, 16, 30, 17, 17, 14],
        ['7'] = [31, 1, 2, 4, 4, 8, 8],
        ['8'] = [14, 17, 17, 14, 17, 17, 14],
        ['9'] = [14, 17, 17, 15, 1, 2, 12],
        ['A'] = [4, 10, 17, 17, 31, 17, 17],
        ['B'] = [30, 17, 17, 30, 17, 17, 30],
        ['C'] = [14, 17, 16, 16, 16, 17, 14],
        ['D'] = [28, 18, 17, 17, 17, 18, 28],
        ['E'] = [31, 16, 16, 30, 16, 16, 31],
        ['F'] = [31, 16, 16, 30, 16, 16, 16],
        ['G'] = [14, 17, 16, 23, 17, 17, 15],
        ['H'] = [17, 17, 17, 31, 17, 17, 17],
        ['I'] = [14, 4, 4, 4, 4, 4, 14],
        ['J'] = [7, 2, 2, 2, 2, 18, 12],
        ['K'] = [17, 18, 20, 24, 20, 18, 17],
        ['L'] = [16, 16, 16, 16, 16, 16, 31],
        ['M'] = [17, 27, 21, 21, 17, 17, 17],
        ['N'] = [17, 25, 21, 21, 19, 17, 17],
        ['O'] = [14, 17, 17, 17, 17, 17, 14],
        ['P'] = [30, 17, 17, 30, 16, 16, 16],
        ['Q'] = [14, 17, 17, 17, 21, 18, 13],
        ['R'] = [30, 17, 17, 30, 20, 18, 17],
        ['S'] = [15, 16, 16, 14, 1, 1, 30],
        ['T'] = [31, 4, 4, 4, 4, 4, 4],
        ['U'] = [17, 17, 17, 17, 17, 17, 14],
        ['V'] = [17, 17, 17, 17, 10, 10, 4],
        ['W'] = [17, 17, 17, 21, 21, 27, 17],
        ['X'] = [17, 17, 10, 4, 10, 17, 17],
        ['Y'] = [17, 17, 10, 4, 4, 4, 4],
        ['Z'] = [31, 1, 2, 4, 8, 16, 31],
        [':'] = [0, 4, 4, 0, 4, 4, 0],
        ['.'] = [0, 0, 0, 0, 0, 12, 12],
        [','] = [0, 0, 0, 0, 12, 4, 8],
        ['-'] = [0, 0, 0, 31, 0, 0, 0],
        ['/'] = [1, 1, 2, 4, 8, 16, 16],
        ['%'] = [25, 25, 2, 4, 8, 19, 19],
        ['#'] = [10, 10, 31, 10, 31, 10, 10],
        ['_'] = [0, 0, 0, 0, 0, 0, 31],
        ['?'] = [14, 17, 1, 6, 4, 0, 4],
        [' '] = [0, 0, 0, 0, 0, 0, 0],
    };

    /// <summary>Seven rows of five bits; small letters look like capitals, letters with accents like those without, what is missing like a question mark.</summary>
    public static ReadOnlySpan<byte> Glyph(char letter) =>
        Glyphs.TryGetValue(char.ToUpperInvariant(letter), out byte[]? rows) || Glyphs.TryGetValue(char.ToUpperInvariant(WithoutAccent(letter)), out rows) ? rows : Glyphs['?'];

    // A table of our own: without the system's tables of Unicode nothing is taken apart.
    private static char WithoutAccent(char letter)
    {
        int place = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŁŚŠŻŽŹĆČ".IndexOf(char.ToUpperInvariant(letter), StringComparison.Ordinal);
        return place < 0 ? '?' : "AAAAAACEEEEIIIINOOOOOOUUUUYLSSZZZCC"[place];
    }
}
