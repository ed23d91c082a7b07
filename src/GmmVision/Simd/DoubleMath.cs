using System.Runtime.CompilerServices;

namespace GmmVision.Simd;

/// <summary>Elementary functions of doubles in lanes, by polynomials fitted at Chebyshev nodes in 40 digits.</summary>
internal static class DoubleMath
{
    /// <summary>1.5 · 2⁵²: adding it leaves the nearest whole number in the lowest bits.</summary>
    private const double Magic = 6755399441055744;

    /// <summary>The bits of 0.75.</summary>
    private const long ThreeQuarters = 0x3FE8000000000000;

    /// <summary>2ˣ for x from -1022 to 1023, to 2 units in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp2<T>(T x)
        where T : struct, IRealLanes<T, double>, IRealBits<T, double>
    {
        T shifted = x + T.All(Magic);
        T f = x - (shifted - T.All(Magic));
        T power = T.MultiplyAdd(T.All(4.4549606019592227699e-10), f, T.All(7.072585956347123124e-9));
        power = T.MultiplyAdd(power, f, T.All(1.0178062445826910332e-7));
        power = T.MultiplyAdd(power, f, T.All(1.3215442587886300878e-6));
        power = T.MultiplyAdd(power, f, T.All(0.000015252733829836149341));
        power = T.MultiplyAdd(power, f, T.All(0.00015403530441736108213));
        power = T.MultiplyAdd(power, f, T.All(0.0013333558146416935292));
        power = T.MultiplyAdd(power, f, T.All(0.0096181291076068884927));
        power = T.MultiplyAdd(power, f, T.All(0.055504108664821594339));
        power = T.MultiplyAdd(power, f, T.All(0.2402265069591009822));
        power = T.MultiplyAdd(power, f, T.All(0.69314718055994530942));
        power = T.MultiplyAdd(power, f, T.All(1));
        return T.AddExponent(power, shifted);
    }

    /// <summary>log₂ x of a normal x above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log2<T>(T x)
        where T : struct, IRealLanes<T, double>, IRealBits<T, double>
    {
        T mantissa = T.Mantissa(x, ThreeQuarters);
        T s = (mantissa - T.All(1)) / (mantissa + T.All(1)), z = s * s;
        T series = T.MultiplyAdd(T.All(0.18247539279076282098), z, T.All(0.16703532383694624128));
        series = T.MultiplyAdd(series, z, T.All(0.19248825298282260669));
        series = T.MultiplyAdd(series, z, T.All(0.22194938091191379482));
        series = T.MultiplyAdd(series, z, T.All(0.26230825482314185677));
        series = T.MultiplyAdd(series, z, T.All(0.32059889726985258739));
        series = T.MultiplyAdd(series, z, T.All(0.41219858311548580602));
        series = T.MultiplyAdd(series, z, T.All(0.57707801635557173474));
        series = T.MultiplyAdd(series, z, T.All(0.96179669392597562144));
        series = T.MultiplyAdd(series, z, T.All(2.8853900817779268147));
        return T.MultiplyAdd(series, s, T.Exponent(x, ThreeQuarters, Magic));
    }
}
