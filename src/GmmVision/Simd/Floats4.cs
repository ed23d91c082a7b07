using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GmmVision.Simd;

/// <summary>4 floats in a 128-bit register.</summary>
internal readonly unsafe struct Floats4(Vector128<float> value) : IRealLanes<Floats4, float>, IRealBits<Floats4, float>
{
    private readonly Vector128<float> _v = value;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 All(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Load(float* from) => new(Vector128.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats4 lanes, float* to) => lanes._v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Max(Floats4 left, Floats4 right) => new(Vector128.ConditionalSelect(Vector128.GreaterThan(left._v, right._v), left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Min(Floats4 left, Floats4 right) => new(Vector128.ConditionalSelect(Vector128.LessThan(left._v, right._v), left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 MultiplyAdd(Floats4 left, Floats4 right, Floats4 added) => new(Vector128.FusedMultiplyAdd(left._v, right._v, added._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 SubtractProduct(Floats4 left, Floats4 right, Floats4 added) => new(Vector128.FusedMultiplyAdd(-left._v, right._v, added._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Floats4 left, Floats4 right) => Vector128.GreaterThanAny(left._v, right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 SelectAbove(Floats4 left, Floats4 right, Floats4 above, Floats4 otherwise) => new(Vector128.ConditionalSelect(Vector128.GreaterThan(left._v, right._v), above._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Sqrt(Floats4 lanes) => new(Vector128.Sqrt(lanes._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Exp2(Floats4 lanes) => FloatMath.Exp2(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Log2(Floats4 lanes) => FloatMath.Log2(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Floats4 lanes, double* sums)
    {
        Vector128<double> low = Vector128.WidenLower(lanes._v) + Vector128.Load(sums), high = Vector128.WidenUpper(lanes._v) + Vector128.Load(sums + 2);
        low.Store(sums);
        high.Store(sums + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 AddExponent(Floats4 lanes, Floats4 shifted) => new((lanes._v.AsInt32() + Vector128.ShiftLeft(shifted._v.AsInt32(), 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Exponent(Floats4 lanes, long zero, float magic) =>
        new(((Vector128.ShiftRightArithmetic(lanes._v.AsInt32() - Vector128.Create((int)zero), 23) + Vector128.Create(magic).AsInt32()).AsSingle()) - Vector128.Create(magic));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Mantissa(Floats4 lanes, long zero)
    {
        Vector128<int> bits = lanes._v.AsInt32(), exponent = (bits - Vector128.Create((int)zero)) & Vector128.Create(unchecked((int)0xFF800000));
        return new((bits - exponent).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator +(Floats4 left, Floats4 right) => new(left._v + right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator -(Floats4 left, Floats4 right) => new(left._v - right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator *(Floats4 left, Floats4 right) => new(left._v * right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator /(Floats4 left, Floats4 right) => new(left._v / right._v);
}
