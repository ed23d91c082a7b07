using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GmmVision.Simd;

/// <summary>32 pixels at once, in one 512-bit register where there is one, else in two of 256.</summary>
internal readonly unsafe struct Int16x32(Vector512<short> value) : IInt16Lanes<Int16x32>
{
    private readonly Vector512<short> _v = value;

    public static int Count => 32;
    public static Int16x32 All(short value) => new(Vector512.Create(value));
    public static Int16x32 Load(short* from) => new(Vector512.Load(from));
    public static void Store(Int16x32 lanes, short* to) => lanes._v.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Int16x32 lanes, byte* to) => (Avx512BW.IsSupported ? Avx512BW.ConvertToVector256Byte(lanes._v.AsUInt16()) : Vector256.Narrow(lanes._v.AsUInt16().GetLower(), lanes._v.AsUInt16().GetUpper())).Store(to);
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x32 LoadBytes(byte* from) => new(Vector512.WidenLower(Vector256.Load(from).ToVector512Unsafe()).AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x32 LoadBytesTwice(byte* from)
    {
        Vector512<uint> sixteen = Vector512.WidenLower(Vector512.WidenLower(Vector128.Load(from).ToVector256Unsafe().ToVector512Unsafe()));
        return new((sixteen | sixteen << 16).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x32 FromBits(uint bits)
    {
        Vector256<short> bit = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, short.MinValue);
        Vector512<short> each = Vector512.Create(bit, bit);
        return new(Vector512.Equals(Vector512.Create(Vector256.Create((short)bits), Vector256.Create((short)(bits >> 16))) & each, each));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ToBits(Int16x32 mask) => (uint)mask._v.ExtractMostSignificantBits();
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AllSet(Int16x32 mask) => mask._v == Vector512<short>.AllBitsSet;
    public static Int16x32 Select(Int16x32 mask, Int16x32 whenTrue, Int16x32 whenFalse) => new(Vector512.ConditionalSelect(mask._v, whenTrue._v, whenFalse._v));
    public static Int16x32 Min(Int16x32 left, Int16x32 right) => new(Vector512.Min(left._v, right._v));
    public static Int16x32 Max(Int16x32 left, Int16x32 right) => new(Vector512.Max(left._v, right._v));
    public static Int16x32 ShiftLeft(Int16x32 lanes, int bits) => new(Vector512.ShiftLeft(lanes._v, bits));
    public static Int16x32 ShiftRight(Int16x32 lanes, int bits) => new(Vector512.ShiftRightArithmetic(lanes._v, bits));
    public static Int16x32 AddSaturated(Int16x32 left, Int16x32 right) => new(Vector512.AddSaturate(left._v, right._v));
    public static Int16x32 MultiplyLow(Int16x32 left, Int16x32 right) => new(left._v * right._v);
    public static Int16x32 LessThan(Int16x32 left, Int16x32 right) => new(Vector512.LessThan(left._v, right._v));
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x32 UnsignedAtLeast(Int16x32 left, Int16x32 right) => new(Vector512.Equals(Vector512.Max(left._v.AsUInt16(), right._v.AsUInt16()), left._v.AsUInt16()).AsInt16());
    public static Int16x32 operator +(Int16x32 left, Int16x32 right) => new(left._v + right._v);
    public static Int16x32 operator -(Int16x32 left, Int16x32 right) => new(left._v - right._v);
    public static Int16x32 operator &(Int16x32 left, Int16x32 right) => new(left._v & right._v);
    public static Int16x32 operator |(Int16x32 left, Int16x32 right) => new(left._v | right._v);
    public static Int16x32 operator ^(Int16x32 left, Int16x32 right) => new(left._v ^ right._v);
    public static Int16x32 operator ~(Int16x32 lanes) => new(~lanes._v);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x32 Ratio(Int16x32 left, Int16x32 right)
    {
        (Vector512<int> leftLow, Vector512<int> leftHigh) = Vector512.Widen(left._v);
        (Vector512<int> rightLow, Vector512<int> rightHigh) = Vector512.Widen(right._v);
        return new(Vector512.Narrow(Ratio(leftLow, rightLow), Ratio(leftHigh, rightHigh)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<int> Ratio(Vector512<int> left, Vector512<int> right) => Vector512.Min(
            Vector512.ConvertToInt32(Vector512.ConvertToSingle(left) * Vector512.Create(32768f) / Vector512.ConvertToSingle(right)), Vector512.Create(32767));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x32 MultiplyHigh(Int16x32 left, Int16x32 right) => Avx512BW.IsSupported
        ? new(Avx512BW.MultiplyHigh(left._v, right._v))
        : Join(Int16x16.MultiplyHigh(left.Lower, right.Lower), Int16x16.MultiplyHigh(left.Upper, right.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int16x32 MultiplyRounded(Int16x32 left, Int16x32 right) => Avx512BW.IsSupported
        ? new(Avx512BW.MultiplyHighRoundScale(left._v, right._v))
        : Join(Int16x16.MultiplyRounded(left.Lower, right.Lower), Int16x16.MultiplyRounded(left.Upper, right.Upper));

    private Int16x16 Lower => new(_v.GetLower());
    private Int16x16 Upper => new(_v.GetUpper());
    private static Int16x32 Join(Int16x16 lower, Int16x16 upper) => new(Vector512.Create(lower.Value, upper.Value));
}
