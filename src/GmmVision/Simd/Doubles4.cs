using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GmmVision.Simd;

/// <summary>4 doubles in a 256-bit register.</summary>
internal readonly unsafe struct Doubles4(Vector256<double> value) : IRealLanes<Doubles4, double>, IRealBits<Doubles4, double>
{
    private readonly Vector256<double> _v = value;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 All(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 Load(double* from) => new(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Doubles4 lanes, double* to) => lanes._v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 Max(Doubles4 left, Doubles4 right) => new(Vector256.ConditionalSelect(Vector256.GreaterThan(left._v, right._v), left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 Min(Doubles4 left, Doubles4 right) => new(Vector256.ConditionalSelect(Vector256.LessThan(left._v, right._v), left._v, right._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 MultiplyAdd(Doubles4 left, Doubles4 right, Doubles4 added) => new(Vector256.FusedMultiplyAdd(left._v, right._v, added._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 SubtractProduct(Doubles4 left, Doubles4 right, Doubles4 added) => new(Vector256.FusedMultiplyAdd(-left._v, right._v, added._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyAbove(Doubles4 left, Doubles4 right) => Vector256.GreaterThanAny(left._v, right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 SelectAbove(Doubles4 left, Doubles4 right, Doubles4 above, Doubles4 otherwise) => new(Vector256.ConditionalSelect(Vector256.GreaterThan(left._v, right._v), above._v, otherwise._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 Sqrt(Doubles4 lanes) => new(Vector256.Sqrt(lanes._v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 Exp2(Doubles4 lanes) => DoubleMath.Exp2(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 Log2(Doubles4 lanes) => DoubleMath.Log2(lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTo(Doubles4 lanes, double* sums)
    {
        (lanes._v + Vector256.Load(sums)).Store(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 AddExponent(Doubles4 lanes, Doubles4 shifted) => new((lanes._v.AsInt64() + Vector256.ShiftLeft(shifted._v.AsInt64(), 52)).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 Exponent(Doubles4 lanes, long zero, double magic) =>
        new(((Vector256.ShiftRightArithmetic(lanes._v.AsInt64() - Vector256.Create(zero), 52) + Vector256.Create(magic).AsInt64()).AsDouble()) - Vector256.Create(magic));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 Mantissa(Doubles4 lanes, long zero)
    {
        Vector256<long> bits = lanes._v.AsInt64(), exponent = (bits - Vector256.Create(zero)) & Vector256.Create(unchecked((long)0xFFF0000000000000));
        return new((bits - exponent).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 operator +(Doubles4 left, Doubles4 right) => new(left._v + right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 operator -(Doubles4 left, Doubles4 right) => new(left._v - right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 operator *(Doubles4 left, Doubles4 right) => new(left._v * right._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles4 operator /(Doubles4 left, Doubles4 right) => new(left._v / right._v);
}
