namespace GmmVision.Background;

/// <summary>
/// Adds up how much every weight has faded: Σ -log2(1 - α) over the frames. A tile that was left alone from one reading to a
/// later one makes up for it by one multiplication with 2 to the power of minus the difference.
/// </summary>
/// <remarks>Readings are in 1/65536 and wrap around; differences stay right for 65,536 halvings.</remarks>
internal readonly record struct WeightClock(double Halvings)
{
    private static readonly int[] Faded = MakeTable();

    /// <summary>The clock in 1/65536 of a halving, modulo 2^32.</summary>
    public uint Reading => (uint)(ulong)(Halvings * 65536);

    /// <summary>The clock after one more frame.</summary>
    public WeightClock After(double rate) => new(Halvings - Math.Log2(1 - rate));

    /// <summary>What an elapsed difference of readings does to a weight: shift it right, then take away rate / 65536 of it.</summary>
    public static (int Halvings, short Rate) Decay(uint elapsed)
    {
        if (elapsed == 0)
            return (0, 0);
        int fraction = (int)(elapsed & 0xFFFF), cell = fraction >> 8;
        int rate = Faded[cell] + ((Faded[cell + 1] - Faded[cell]) * (fraction & 0xFF) >> 8);
        return ((int)Math.Min(elapsed >> 16, 15), (short)Math.Min(rate, short.MaxValue));
    }

    private static int[] MakeTable()
    {
        var table = new int[257];
        for (int i = 0; i < table.Length; i++)
            table[i] = (int)Math.Round(65536 * (1 - Math.Pow(2, -i / 256.0)));
        return table;
    }
}
