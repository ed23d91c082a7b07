using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GmmVision.Simd;

/// <summary>16 floats in a 512-bit register.</summary>
internal readonly unsafe struct Floats16(Vector512<float> value) : IRealLanes<Floats16, float>, IRealBits<Floats16, float>
{
    private readonly Vector512<float> _v = value;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 All(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Load(float* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats16 lanes, float* to) => lanes._v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Max(Floats16 left, Floats16 right) => new(Vector512.ConditionalSelect(Vector512.GreaterThan(left._v, right._v), left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Min(Floats16 left, Floats16 right) => new(Vector512.ConditionalSelect(Vector512.LessThan(left._v, right._v), left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 MultiplyAdd(Floats16 left, Floats16 right, Floats16 added) => new(Vector512.FusedMultiplyAdd(left._v, right._v, added._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 SubtractProduct(Floats16 left, Floats16 right, Floats16 added) => new(Vector512.FusedMultiplyAdd(-left._v, right._v, added._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Floats16 left, Floats16 right) => Vector512.GreaterThanAny(left._v, right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 SelectAbove(Floats16 left, Floats16 right, Floats16 above, Floats16 otherwise) => new(Vector512.ConditionalSelect(Vector512.GreaterThan(left._v, right._v), above._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Sqrt(Floats16 lanes) => new(Vector512.Sqrt(lanes._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Exp2(Floats16 lanes) => FloatMath.Exp2(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Log2(Floats16 lanes) => FloatMath.Log2(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Floats16 lanes, double* sums)
    {
        Vector512<double> low = Vector512.WidenLower(lanes._v) + Vector512.Load(sums), high = Vector512.WidenUpper(lanes._v) + Vector512.Load(sums + 8);
        low.Store(sums);
        high.Store(sums + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 AddExponent(Floats16 lanes, Floats16 shifted) => new((lanes._v.AsInt32() + Vector512.ShiftLeft(shifted._v.AsInt32(), 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Exponent(Floats16 lanes, long zero, float magic) =>
        new(((Vector512.ShiftRightArithmetic(lanes._v.AsInt32() - Vector512.Create((int)zero), 23) + Vector512.Create(magic).AsInt32()).AsSingle()) - Vector512.Create(magic));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Mantissa(Floats16 lanes, long zero)
    {
        Vector512<int> bits = lanes._v.AsInt32(), exponent = (bits - Vector512.Create((int)zero)) & Vector512.Create(unchecked((int)0xFF800000));
        return new((bits - exponent).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator +(Floats16 left, Floats16 right) => new(left._v + right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator -(Floats16 left, Floats16 right) => new(left._v - right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator *(Floats16 left, Floats16 right) => new(left._v * right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator /(Floats16 left, Floats16 right) => new(left._v / right._v);
}
