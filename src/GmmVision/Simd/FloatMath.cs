using System.Runtime.CompilerServices;

namespace GmmVision.Simd;

/// <summary>Elementary functions of floats in lanes, by polynomials fitted at Chebyshev nodes in 40 digits.</summary>
internal static class FloatMath
{
    /// <summary>1.5 · 2²³: adding it leaves the nearest whole number in the lowest bits.</summary>
    private const float Magic = 12582912f;

    /// <summary>The bits of 0.75: mantissas run from 0.75 to 1.5, so that the logarithm of numbers around 1 loses nothing.</summary>
    private const int ThreeQuarters = 0x3F400000;

    /// <summary>2ˣ for x from -126 to 127, to 2 units in the last place: 2ˣ = 2ⁿ · 2ᶠ with n the nearest whole number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp2<T>(T x)
        where T : struct, IRealLanes<T, float>, IRealBits<T, float>
    {
        T shifted = x + T.All(Magic);
        T f = x - (shifted - T.All(Magic));
        T power = T.MultiplyAdd(T.All(1.5453162965e-4f), f, T.All(1.3390863388e-3f));
        power = T.MultiplyAdd(power, f, T.All(9.6180825724e-3f));
        power = T.MultiplyAdd(power, f, T.All(5.5503571142e-2f));
        power = T.MultiplyAdd(power, f, T.All(0.24022650761f));
        power = T.MultiplyAdd(power, f, T.All(0.69314718802f));
        power = T.MultiplyAdd(power, f, T.All(1f));
        return T.AddExponent(power, shifted);
    }

    /// <summary>log₂ x of a normal x above 0, from the series of the inverse hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log2<T>(T x)
        where T : struct, IRealLanes<T, float>, IRealBits<T, float>
    {
        T mantissa = T.Mantissa(x, ThreeQuarters);
        T s = (mantissa - T.All(1f)) / (mantissa + T.All(1f)), z = s * s;
        T series = T.MultiplyAdd(T.All(0.43904863477f), z, T.All(0.57639730323f));
        series = T.MultiplyAdd(series, z, T.All(0.96180216994f));
        series = T.MultiplyAdd(series, z, T.All(2.8853900749f));
        return T.MultiplyAdd(series, s, T.Exponent(x, ThreeQuarters, Magic));
    }
}
