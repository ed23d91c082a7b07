using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GmmVision.Simd;

/// <summary>Two words at once, in one 128-bit register.</summary>
internal readonly unsafe struct Words128(Vector128<ulong> value) : IWords<Words128>
{
    private readonly Vector128<ulong> _v = value;

    public static int Count => 2;
    public static Words128 Zero => default;
    public static Words128 Load(ulong* words) => new(Vector128.Load(words));
    public static void Store(Words128 value, ulong* words) => value._v.Store(words);
    public static Words128 operator &(Words128 left, Words128 right) => new(left._v & right._v);
    public static Words128 operator |(Words128 left, Words128 right) => new(left._v | right._v);
    public static Words128 operator ^(Words128 left, Words128 right) => new(left._v ^ right._v);
    public static Words128 operator ~(Words128 value) => new(~value._v);
    public static Words128 operator <<(Words128 value, int count) => new(value._v << count);
    public static Words128 operator >>(Words128 value, int count) => new(value._v >>> count);

    public static Words128 Sum(Words128 a, Words128 b, Words128 c) => Avx512F.VL.IsSupported
        ? new(Avx512F.VL.TernaryLogic(a._v, b._v, c._v, 0x96))
        : new(a._v ^ b._v ^ c._v);

    public static Words128 Carry(Words128 a, Words128 b, Words128 c) => Avx512F.VL.IsSupported
        ? new(Avx512F.VL.TernaryLogic(a._v, b._v, c._v, 0xE8))
        : new((a._v & b._v) | (c._v & (a._v | b._v)));
}
