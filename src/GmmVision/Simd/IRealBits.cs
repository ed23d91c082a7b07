namespace GmmVision.Simd;

/// <summary>What the exponential and the logarithm need to know of the bits of a floating-point number.</summary>
internal interface IRealBits<TSelf, TScalar>
    where TSelf : struct, IRealBits<TSelf, TScalar>
{
    /// <summary>lanes * 2ⁿ, where n is in the lowest bits of <paramref name="shifted"/>.</summary>
    static abstract TSelf AddExponent(TSelf lanes, TSelf shifted);

    /// <summary>The n of lanes = m 2ⁿ with m from the number with the bits <paramref name="zero"/> to below twice that.</summary>
    static abstract TSelf Exponent(TSelf lanes, long zero, TScalar magic);

    /// <summary>The m of lanes = m 2ⁿ.</summary>
    static abstract TSelf Mantissa(TSelf lanes, long zero);
}
