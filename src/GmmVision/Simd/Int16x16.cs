using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GmmVision.Simd;

/// <summary>16 pixels at once, in one 256-bit register.</summary>
internal readonly unsafe struct Int16x16(Vector256<short> value) : IInt16Lanes<Int16x16>
{
    private readonly Vector256<short> _v = value;

    public Vector256<short> Value => _v;

    public static int Count => 16;
    public static Int16x16 All(short value) => new(Vector256.Create(value));
    public static Int16x16 Load(short* from) => new(Vector256.Load(from));
    public static void Store(Int16x16 lanes, short* to) => lanes._v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Int16x16 lanes, byte* to) => Vector128.Narrow(lanes._v.AsUInt16().GetLower(), lanes._v.AsUInt16().GetUpper()).Store(to);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x16 LoadBytes(byte* from) => new(Vector256.WidenLower(Vector128.Load(from).ToVector256Unsafe()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x16 LoadBytesTwice(byte* from)
    {
        Vector256<uint> eight = Vector256.WidenLower(Vector256.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(from)).AsByte().ToVector256Unsafe()));
        return new((eight | eight << 16).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x16 FromBits(uint bits)
    {
        Vector256<short> bit = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, short.MinValue);
        return new(Vector256.Equals(Vector256.Create((short)bits) & bit, bit));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ToBits(Int16x16 mask) => (uint)mask._v.ExtractMostSignificantBits();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllSet(Int16x16 mask) => mask._v == Vector256<short>.AllBitsSet;
    public static Int16x16 Select(Int16x16 mask, Int16x16 whenTrue, Int16x16 whenFalse) => new(Vector256.ConditionalSelect(mask._v, whenTrue._v, whenFalse._v));
    public static Int16x16 Min(Int16x16 left, Int16x16 right) => new(Vector256.Min(left._v, right._v));
    public static Int16x16 Max(Int16x16 left, Int16x16 right) => new(Vector256.Max(left._v, right._v));
    public static Int16x16 ShiftLeft(Int16x16 lanes, int bits) => new(Vector256.ShiftLeft(lanes._v, bits));
    public static Int16x16 ShiftRight(Int16x16 lanes, int bits) => new(Vector256.ShiftRightArithmetic(lanes._v, bits));
    public static Int16x16 AddSaturated(Int16x16 left, Int16x16 right) => new(Vector256.AddSaturate(left._v, right._v));
    public static Int16x16 MultiplyLow(Int16x16 left, Int16x16 right) => new(left._v * right._v);
    public static Int16x16 LessThan(Int16x16 left, Int16x16 right) => new(Vector256.LessThan(left._v, right._v));
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x16 UnsignedAtLeast(Int16x16 left, Int16x16 right) => new(Vector256.Equals(Vector256.Max(left._v.AsUInt16(), right._v.AsUInt16()), left._v.AsUInt16()).AsInt16());
    public static Int16x16 operator +(Int16x16 left, Int16x16 right) => new(left._v + right._v);
    public static Int16x16 operator -(Int16x16 left, Int16x16 right) => new(left._v - right._v);
    public static Int16x16 operator &(Int16x16 left, Int16x16 right) => new(left._v & right._v);
    public static Int16x16 operator |(Int16x16 left, Int16x16 right) => new(left._v | right._v);
    public static Int16x16 operator ^(Int16x16 left, Int16x16 right) => new(left._v ^ right._v);
    public static Int16x16 operator ~(Int16x16 lanes) => new(~lanes._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x16 Ratio(Int16x16 left, Int16x16 right)
    {
        (Vector256<int> leftLow, Vector256<int> leftHigh) = Vector256.Widen(left._v);
        (Vector256<int> rightLow, Vector256<int> rightHigh) = Vector256.Widen(right._v);
        return new(Vector256.Narrow(Ratio(leftLow, rightLow), Ratio(leftHigh, rightHigh)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector256<int> Ratio(Vector256<int> left, Vector256<int> right) => Vector256.Min(
            Vector256.ConvertToInt32(Vector256.ConvertToSingle(left) * Vector256.Create(32768f) / Vector256.ConvertToSingle(right)), Vector256.Create(32767));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x16 MultiplyHigh(Int16x16 left, Int16x16 right) => Avx2.IsSupported
        ? new(Avx2.MultiplyHigh(left._v, right._v))
        : Join(Int16x8.MultiplyHigh(left.Lower, right.Lower), Int16x8.MultiplyHigh(left.Upper, right.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x16 MultiplyRounded(Int16x16 left, Int16x16 right) => Avx2.IsSupported
        ? new(Avx2.MultiplyHighRoundScale(left._v, right._v))
        : Join(Int16x8.MultiplyRounded(left.Lower, right.Lower), Int16x8.MultiplyRounded(left.Upper, right.Upper));

    private Int16x8 Lower => new(_v.GetLower());
    private Int16x8 Upper => new(_v.GetUpper());
    private static Int16x16 Join(Int16x8 lower, Int16x8 upper) => new(Vector256.Create(lower.Value, upper.Value));
}
