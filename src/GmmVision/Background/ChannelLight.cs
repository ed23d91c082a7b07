namespace GmmVision.Background;

/// <summary>What a light does to one channel beside the gain of each place: gain · value + slope · (luma - 128) + offset, in grey levels; chroma is its distance from grey.</summary>
/// <remarks>
/// A light or a white balance of another colour multiplies red, green and blue by different gains (von Kries's model). In luma
/// and chroma that is a gain of chroma and a part of luma: a bright wall turns more yellow than a dark one.
/// </remarks>
/// <param name="Gain">Of the value, beside that of its place.</param>
/// <param name="Slope">Part of the luma, as the light shows it, that is added; 0 for a white light, and for luma itself.</param>
/// <param name="Offset">Grey levels that are added.</param>
internal readonly record struct ChannelLight(float Gain, float Slope, float Offset)
{
    public static readonly ChannelLight None = new(1, 0, 0);

    /// <summary>Whether it only adds.</summary>
    public bool IsWhite => Gain == 1 && Slope == 0;
}
