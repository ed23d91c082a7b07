namespace GmmVision.Segmentation;

/// <summary>The three numbers by which a pixel's colour is described to the mixture.</summary>
public enum ColorSpace
{
    /// <summary>The stored sRGB values, 0 to 1.</summary>
    Rgb,

    /// <summary>CIE 1976 L*a*b* under D65: L* 0 to 100; distances come close to what people see.</summary>
    Lab,

    /// <summary>CIE 1976 L*u*v* under D65: L* 0 to 100; like <see cref="Lab"/>, with straight mixing lines.</summary>
    Luv,

    /// <summary>Hue, saturation and value as a point of a cone, so that hue has no jump and grey has none: (V·S·cos H, V·S·sin H, V).</summary>
    Hsv,

    /// <summary>Luma and colour differences of BT.601 in full range, as in JPEG: Y' 0 to 1, Cb and Cr -0.5 to 0.5.</summary>
    YCbCr,
}
