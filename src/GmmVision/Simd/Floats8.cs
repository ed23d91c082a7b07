using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GmmVision.Simd;

/// <summary>8 floats in a 256-bit register.</summary>
internal readonly unsafe struct Floats8(Vector256<float> value) : IRealLanes<Floats8, float>, IRealBits<Floats8, float>
{
    private readonly Vector256<float> _v = value;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 All(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Load(float* from) => new(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats8 lanes, float* to) => lanes._v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Max(Floats8 left, Floats8 right) => new(Vector256.ConditionalSelect(Vector256.GreaterThan(left._v, right._v), left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Min(Floats8 left, Floats8 right) => new(Vector256.ConditionalSelect(Vector256.LessThan(left._v, right._v), left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 MultiplyAdd(Floats8 left, Floats8 right, Floats8 added) => new(Vector256.FusedMultiplyAdd(left._v, right._v, added._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 SubtractProduct(Floats8 left, Floats8 right, Floats8 added) => new(Vector256.FusedMultiplyAdd(-left._v, right._v, added._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Floats8 left, Floats8 right) => Vector256.GreaterThanAny(left._v, right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 SelectAbove(Floats8 left, Floats8 right, Floats8 above, Floats8 otherwise) => new(Vector256.ConditionalSelect(Vector256.GreaterThan(left._v, right._v), above._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Sqrt(Floats8 lanes) => new(Vector256.Sqrt(lanes._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Exp2(Floats8 lanes) => FloatMath.Exp2(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Log2(Floats8 lanes) => FloatMath.Log2(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Floats8 lanes, double* sums)
    {
        Vector256<double> low = Vector256.WidenLower(lanes._v) + Vector256.Load(sums), high = Vector256.WidenUpper(lanes._v) + Vector256.Load(sums + 4);
        low.Store(sums);
        high.Store(sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 AddExponent(Floats8 lanes, Floats8 shifted) => new((lanes._v.AsInt32() + Vector256.ShiftLeft(shifted._v.AsInt32(), 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Exponent(Floats8 lanes, long zero, float magic) =>
        new(((Vector256.ShiftRightArithmetic(lanes._v.AsInt32() - Vector256.Create((int)zero), 23) + Vector256.Create(magic).AsInt32()).AsSingle()) - Vector256.Create(magic));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Mantissa(Floats8 lanes, long zero)
    {
        Vector256<int> bits = lanes._v.AsInt32(), exponent = (bits - Vector256.Create((int)zero)) & Vector256.Create(unchecked((int)0xFF800000));
        return new((bits - exponent).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator +(Floats8 left, Floats8 right) => new(left._v + right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator -(Floats8 left, Floats8 right) => new(left._v - right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator *(Floats8 left, Floats8 right) => new(left._v * right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator /(Floats8 left, Floats8 right) => new(left._v / right._v);
}
