namespace GmmVision.Mixtures;

internal static class Lengths
{
    public static void Check(long actual, long needed, string what)
    {
        if (actual != needed) throw new ArgumentException($"The span for {what} holds {actual} numbers; {needed} are needed.");
    }
}
