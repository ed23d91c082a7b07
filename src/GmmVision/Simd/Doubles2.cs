using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GmmVision.Simd;

/// <summary>2 doubles in a 128-bit register.</summary>
internal readonly unsafe struct Doubles2(Vector128<double> value) : IRealLanes<Doubles2, double>, IRealBits<Doubles2, double>
{
    private readonly Vector128<double> _v = value;

    public static int Count => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 All(double value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 Load(double* from) => new(Vector128.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Doubles2 lanes, double* to) => lanes._v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 Max(Doubles2 left, Doubles2 right) => new(Vector128.ConditionalSelect(Vector128.GreaterThan(left._v, right._v), left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 Min(Doubles2 left, Doubles2 right) => new(Vector128.ConditionalSelect(Vector128.LessThan(left._v, right._v), left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 MultiplyAdd(Doubles2 left, Doubles2 right, Doubles2 added) => new(Vector128.FusedMultiplyAdd(left._v, right._v, added._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 SubtractProduct(Doubles2 left, Doubles2 right, Doubles2 added) => new(Vector128.FusedMultiplyAdd(-left._v, right._v, added._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Doubles2 left, Doubles2 right) => Vector128.GreaterThanAny(left._v, right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 SelectAbove(Doubles2 left, Doubles2 right, Doubles2 above, Doubles2 otherwise) => new(Vector128.ConditionalSelect(Vector128.GreaterThan(left._v, right._v), above._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 Sqrt(Doubles2 lanes) => new(Vector128.Sqrt(lanes._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 Exp2(Doubles2 lanes) => DoubleMath.Exp2(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 Log2(Doubles2 lanes) => DoubleMath.Log2(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Doubles2 lanes, double* sums)
    {
        (lanes._v + Vector128.Load(sums)).Store(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 AddExponent(Doubles2 lanes, Doubles2 shifted) => new((lanes._v.AsInt64() + Vector128.ShiftLeft(shifted._v.AsInt64(), 52)).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 Exponent(Doubles2 lanes, long zero, double magic) =>
        new(((Vector128.ShiftRightArithmetic(lanes._v.AsInt64() - Vector128.Create(zero), 52) + Vector128.Create(magic).AsInt64()).AsDouble()) - Vector128.Create(magic));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 Mantissa(Doubles2 lanes, long zero)
    {
        Vector128<long> bits = lanes._v.AsInt64(), exponent = (bits - Vector128.Create(zero)) & Vector128.Create(unchecked((long)0xFFF0000000000000));
        return new((bits - exponent).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 operator +(Doubles2 left, Doubles2 right) => new(left._v + right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 operator -(Doubles2 left, Doubles2 right) => new(left._v - right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 operator *(Doubles2 left, Doubles2 right) => new(left._v * right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles2 operator /(Doubles2 left, Doubles2 right) => new(left._v / right._v);
}
