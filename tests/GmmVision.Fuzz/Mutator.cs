using System.Text;

namespace GmmVision.Fuzz;

/// <summary>Damages inputs by chance: the same seed damages alike.</summary>
/// <param name="random">The chance.</param>
internal sealed class Mutator(Random random)
{
    private const int Largest = 1 << 20;

    private static readonly byte[] Interesting = [0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'{', (byte)'[', (byte)':', (byte)',', (byte)'\n', (byte)'-', (byte)'N', 0x47];

    private static readonly string[] Numbers =
        ["0", "-0", "-1", "1e999", "-1e999", "1e-320", "NaN", "Infinity", "0.1", "2147483647", "2147483648", "9223372036854775808", "-9223372036854775809", "99999999999999999999999999", "1e5", "0x10", "00", "1_000", "٣"];

    private static readonly string[] Texts =
        ["null", "true", "{}", "[]", "\"\"", "\"\\ud800\"", "\\u0000", "../../etc/passwd", "<script>", "\r\n", "\u2028", "%n%s", "9999-99-99T99:99:99Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"];

    /// <summary>One to five damages.</summary>
    /// <param name="seed">What to damage; stays as it is.</param>
    /// <param name="other">What pieces may be taken from.</param>
    public byte[] Mutate(byte[] seed, byte[] other)
    {
        byte[] data = seed;
        for (int i = random.Next(4) == 0 ? 1 + random.Next(5) : 1; i > 0; i--)
            data = Once(data, other);
        return data.Length <= Largest ? data : data[..Largest];
    }

    private byte[] Once(byte[] data, byte[] other)
    {
        if (data.Length == 0)
            return [Interesting[random.Next(Interesting.Length)]];
        int at = random.Next(data.Length), length = Math.Min(data.Length - at, 1 + random.Next(random.Next(3) == 0 ? 200 : 8));
        switch (random.Next(12))
        {
            case 0:
                return Change(data, at, (byte)(data[at] ^ 1 << random.Next(8)));
            case 1:
                return Change(data, at, Interesting[random.Next(Interesting.Length)]);
            case 2:
                return Change(data, at, (byte)random.Next(256));
            case 3:
                return data[..at];
            case 4:
                return [.. data[..at], .. data[(at + length)..]];
            case 5:
                return [.. data[..(at + length)], .. data[at..]];
            case 6:
                byte[] block = new byte[length];
                random.NextBytes(block);
                return [.. data[..at], .. block, .. data[at..]];
            case 7:
                int from = random.Next(other.Length + 1);
                return [.. data[..at], .. other[from..Math.Min(other.Length, from + length)], .. data[at..]];
            case 8:
                byte[] zeroed = [.. data];
                zeroed.AsSpan(at, length).Clear();
                return zeroed;
            case 9:
                return [.. data[..at], .. Encoding.UTF8.GetBytes(Texts[random.Next(Texts.Length)]), .. data[(at + length)..]];
            case 10:
                return OtherNumber(data, at);
            default:
                // Many of the same: depth, length, repetition.
                byte[] piece = data[at..(at + Math.Min(length, 16))];
                return [.. data[..at], .. Enumerable.Repeat(piece, 1 + random.Next(random.Next(20) == 0 ? 5000 : 40)).SelectMany(each => each), .. data[at..]];
        }
    }

    private static byte[] Change(byte[] data, int at, byte value)
    {
        byte[] changed = [.. data];
        changed[at] = value;
        return changed;
    }

    // The next number that is written in digits becomes one that nobody expects.
    private byte[] OtherNumber(byte[] data, int at)
    {
        while (at < data.Length && !char.IsAsciiDigit((char)data[at]))
            at++;
        int end = at;
        while (end < data.Length && (char.IsAsciiDigit((char)data[end]) || data[end] == (byte)'.'))
            end++;
        return [.. data[..at], .. Encoding.UTF8.GetBytes(Numbers[random.Next(Numbers.Length)]), .. data[end..]];
    }
}
