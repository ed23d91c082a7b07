namespace GmmVision.Background;

/// <summary>One Gaussian of a pixel's mixture.</summary>
/// <param name="Weight">Its share of the mixture, 0 to 1.</param>
/// <param name="Mean">Mean of each channel in grey levels; the second and third are 0 for grey models.</param>
/// <param name="Deviation">Standard deviation of each channel in grey levels.</param>
public readonly record struct MixtureComponent(float Weight, ChannelValues Mean, ChannelValues Deviation);

/// <summary>A number for each channel.</summary>
/// <param name="First">Grey, Y or R.</param>
/// <param name="Second">U or G; 0 for grey.</param>
/// <param name="Third">V or B; 0 for grey.</param>
public readonly record struct ChannelValues(float First, float Second, float Third)
{
    /// <summary>The channel with this number, 0 to 2.</summary>
    public float this[int channel] => channel switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "A channel is 0, 1 or 2."),
    };
}
