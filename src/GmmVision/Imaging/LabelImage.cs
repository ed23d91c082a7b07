namespace GmmVision.Imaging;

/// <summary>A picture whose samples are labels: numbers with a meaning, not brightness.</summary>
/// <param name="Values">One label a pixel, row by row without gaps.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
public sealed record LabelImage(ushort[] Values, int Width, int Height)
{
    /// <summary>The labels as 8-bit values, where every one of them is such a value.</summary>
    /// <remarks>A label over 255 that is a multiple of 257 is an 8-bit one that was stretched to 16 bits: 65535 is 255 again.</remarks>
    /// <returns>One byte a pixel, row by row without gaps.</returns>
    /// <exception cref="InvalidDataException">A label is neither; the message says which and where.</exception>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Values.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            (int stretched, int rest) = Math.DivRem((int)Values[i], 257);
            bytes[i] = Values[i] <= 255 ? (byte)Values[i]
                : rest == 0 ? (byte)stretched
                : throw new InvalidDataException($"the label at ({i % Width}, {i / Width}) is {Values[i]}: it must be 0 to 255, or such a value times 257.");
        }
        return bytes;
    }
}
