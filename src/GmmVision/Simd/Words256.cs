using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GmmVision.Simd;

/// <summary>Four words at once, in one 256-bit register.</summary>
internal readonly unsafe struct Words256(Vector256<ulong> value) : IWords<Words256>
{
    private readonly Vector256<ulong> _v = value;

    public static int Count => 4;
    public static Words256 Zero => default;
    public static Words256 Load(ulong* words) => new(Vector256.Load(words));
    public static void Store(Words256 value, ulong* words) => value._v.Store(words);
    public static Words256 operator &(Words256 left, Words256 right) => new(left._v & right._v);
    public static Words256 operator |(Words256 left, Words256 right) => new(left._v | right._v);
    public static Words256 operator ^(Words256 left, Words256 right) => new(left._v ^ right._v);
    public static Words256 operator ~(Words256 value) => new(~value._v);
    public static Words256 operator <<(Words256 value, int count) => new(value._v << count);
    public static Words256 operator >>(Words256 value, int count) => new(value._v >>> count);

    public static Words256 Sum(Words256 a, Words256 b, Words256 c) => Avx512F.VL.IsSupported
        ? new(Avx512F.VL.TernaryLogic(a._v, b._v, c._v, 0x96))
        : new(a._v ^ b._v ^ c._v);

    public static Words256 Carry(Words256 a, Words256 b, Words256 c) => Avx512F.VL.IsSupported
        ? new(Avx512F.VL.TernaryLogic(a._v, b._v, c._v, 0xE8))
        : new((a._v & b._v) | (c._v & (a._v | b._v)));
}
