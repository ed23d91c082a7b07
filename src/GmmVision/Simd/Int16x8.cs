using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace GmmVision.Simd;

/// <summary>8 pixels at once, in one 128-bit register.</summary>
internal readonly unsafe struct Int16x8(Vector128<short> value) : IInt16Lanes<Int16x8>
{
    private readonly Vector128<short> _v = value;

    public Vector128<short> Value => _v;

    public static int Count => 8;
    public static Int16x8 All(short value) => new(Vector128.Create(value));
    public static Int16x8 Load(short* from) => new(Vector128.Load(from));
    public static void Store(Int16x8 lanes, short* to) => lanes._v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Int16x8 lanes, byte* to) => Vector64.Store(Vector128.Narrow(lanes._v.AsUInt16(), lanes._v.AsUInt16()).GetLower(), to);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x8 LoadBytes(byte* from) => new(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(from)).AsByte()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x8 LoadBytesTwice(byte* from)
    {
        Vector128<uint> four = Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(from)).AsByte()));
        return new((four | four << 16).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x8 FromBits(uint bits)
    {
        Vector128<short> bit = Vector128.Create(1, 2, 4, 8, 16, 32, 64, 128);
        return new(Vector128.Equals(Vector128.Create((short)bits) & bit, bit));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ToBits(Int16x8 mask) => (uint)mask._v.ExtractMostSignificantBits();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllSet(Int16x8 mask) => mask._v == Vector128<short>.AllBitsSet;
    public static Int16x8 Select(Int16x8 mask, Int16x8 whenTrue, Int16x8 whenFalse) => new(Vector128.ConditionalSelect(mask._v, whenTrue._v, whenFalse._v));
    public static Int16x8 Min(Int16x8 left, Int16x8 right) => new(Vector128.Min(left._v, right._v));
    public static Int16x8 Max(Int16x8 left, Int16x8 right) => new(Vector128.Max(left._v, right._v));
    public static Int16x8 ShiftLeft(Int16x8 lanes, int bits) => new(Vector128.ShiftLeft(lanes._v, bits));
    public static Int16x8 ShiftRight(Int16x8 lanes, int bits) => new(Vector128.ShiftRightArithmetic(lanes._v, bits));
    public static Int16x8 AddSaturated(Int16x8 left, Int16x8 right) => new(Vector128.AddSaturate(left._v, right._v));
    public static Int16x8 MultiplyLow(Int16x8 left, Int16x8 right) => new(left._v * right._v);
    public static Int16x8 LessThan(Int16x8 left, Int16x8 right) => new(Vector128.LessThan(left._v, right._v));
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x8 UnsignedAtLeast(Int16x8 left, Int16x8 right) => new(Vector128.Equals(Vector128.Max(left._v.AsUInt16(), right._v.AsUInt16()), left._v.AsUInt16()).AsInt16());
    public static Int16x8 operator +(Int16x8 left, Int16x8 right) => new(left._v + right._v);
    public static Int16x8 operator -(Int16x8 left, Int16x8 right) => new(left._v - right._v);
    public static Int16x8 operator &(Int16x8 left, Int16x8 right) => new(left._v & right._v);
    public static Int16x8 operator |(Int16x8 left, Int16x8 right) => new(left._v | right._v);
    public static Int16x8 operator ^(Int16x8 left, Int16x8 right) => new(left._v ^ right._v);
    public static Int16x8 operator ~(Int16x8 lanes) => new(~lanes._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x8 Ratio(Int16x8 left, Int16x8 right)
    {
        (Vector128<int> leftLow, Vector128<int> leftHigh) = Vector128.Widen(left._v);
        (Vector128<int> rightLow, Vector128<int> rightHigh) = Vector128.Widen(right._v);
        return new(Vector128.Narrow(Ratio(leftLow, rightLow), Ratio(leftHigh, rightHigh)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector128<int> Ratio(Vector128<int> left, Vector128<int> right) => Vector128.Min(
            Vector128.ConvertToInt32(Vector128.ConvertToSingle(left) * Vector128.Create(32768f) / Vector128.ConvertToSingle(right)), Vector128.Create(32767));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x8 MultiplyHigh(Int16x8 left, Int16x8 right)
    {
        if (Sse2.IsSupported)
            return new(Sse2.MultiplyHigh(left._v, right._v));
        (Vector128<int> leftLow, Vector128<int> leftHigh) = Vector128.Widen(left._v);
        (Vector128<int> rightLow, Vector128<int> rightHigh) = Vector128.Widen(right._v);
        return new(Vector128.Narrow(leftLow * rightLow >> 16, leftHigh * rightHigh >> 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x8 MultiplyRounded(Int16x8 left, Int16x8 right)
    {
        if (Ssse3.IsSupported)
            return new(Ssse3.MultiplyHighRoundScale(left._v, right._v));
        if (AdvSimd.IsSupported)
            return new(AdvSimd.MultiplyRoundedDoublingSaturateHigh(left._v, right._v));
        (Vector128<int> leftLow, Vector128<int> leftHigh) = Vector128.Widen(left._v);
        (Vector128<int> rightLow, Vector128<int> rightHigh) = Vector128.Widen(right._v);
        Vector128<int> half = Vector128.Create(0x4000);
        return new(Vector128.Narrow(leftLow * rightLow + half >> 15, leftHigh * rightHigh + half >> 15));
    }
}
