using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GmmVision.Simd;

/// <summary>8 doubles in a 512-bit register.</summary>
internal readonly unsafe struct Doubles8(Vector512<double> value) : IRealLanes<Doubles8, double>, IRealBits<Doubles8, double>
{
    private readonly Vector512<double> _v = value;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 All(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 Load(double* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Doubles8 lanes, double* to) => lanes._v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 Max(Doubles8 left, Doubles8 right) => new(Vector512.ConditionalSelect(Vector512.GreaterThan(left._v, right._v), left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 Min(Doubles8 left, Doubles8 right) => new(Vector512.ConditionalSelect(Vector512.LessThan(left._v, right._v), left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 MultiplyAdd(Doubles8 left, Doubles8 right, Doubles8 added) => new(Vector512.FusedMultiplyAdd(left._v, right._v, added._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 SubtractProduct(Doubles8 left, Doubles8 right, Doubles8 added) => new(Vector512.FusedMultiplyAdd(-left._v, right._v, added._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Doubles8 left, Doubles8 right) => Vector512.GreaterThanAny(left._v, right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 SelectAbove(Doubles8 left, Doubles8 right, Doubles8 above, Doubles8 otherwise) => new(Vector512.ConditionalSelect(Vector512.GreaterThan(left._v, right._v), above._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 Sqrt(Doubles8 lanes) => new(Vector512.Sqrt(lanes._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 Exp2(Doubles8 lanes) => DoubleMath.Exp2(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 Log2(Doubles8 lanes) => DoubleMath.Log2(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Doubles8 lanes, double* sums)
    {
        (lanes._v + Vector512.Load(sums)).Store(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 AddExponent(Doubles8 lanes, Doubles8 shifted) => new((lanes._v.AsInt64() + Vector512.ShiftLeft(shifted._v.AsInt64(), 52)).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 Exponent(Doubles8 lanes, long zero, double magic) =>
        new(((Vector512.ShiftRightArithmetic(lanes._v.AsInt64() - Vector512.Create(zero), 52) + Vector512.Create(magic).AsInt64()).AsDouble()) - Vector512.Create(magic));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 Mantissa(Doubles8 lanes, long zero)
    {
        Vector512<long> bits = lanes._v.AsInt64(), exponent = (bits - Vector512.Create(zero)) & Vector512.Create(unchecked((long)0xFFF0000000000000));
        return new((bits - exponent).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 operator +(Doubles8 left, Doubles8 right) => new(left._v + right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 operator -(Doubles8 left, Doubles8 right) => new(left._v - right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 operator *(Doubles8 left, Doubles8 right) => new(left._v * right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles8 operator /(Doubles8 left, Doubles8 right) => new(left._v / right._v);
}
