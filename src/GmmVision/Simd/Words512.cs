using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GmmVision.Simd;

/// <summary>Eight words at once, in one 512-bit register.</summary>
internal readonly unsafe struct Words512(Vector512<ulong> value) : IWords<Words512>
{
    private readonly Vector512<ulong> _v = value;

    public static int Count => 8;
    public static Words512 Zero => default;
    public static Words512 Load(ulong* words) => new(Vector512.Load(words));
    public static void Store(Words512 value, ulong* words) => value._v.Store(words);
    public static Words512 operator &(Words512 left, Words512 right) => new(left._v & right._v);
    public static Words512 operator |(Words512 left, Words512 right) => new(left._v | right._v);
    public static Words512 operator ^(Words512 left, Words512 right) => new(left._v ^ right._v);
    public static Words512 operator ~(Words512 value) => new(~value._v);
    public static Words512 operator <<(Words512 value, int count) => new(value._v << count);
    public static Words512 operator >>(Words512 value, int count) => new(value._v >>> count);

    public static Words512 Sum(Words512 a, Words512 b, Words512 c) => Avx512F.IsSupported
        ? new(Avx512F.TernaryLogic(a._v, b._v, c._v, 0x96))
        : new(a._v ^ b._v ^ c._v);

    public static Words512 Carry(Words512 a, Words512 b, Words512 c) => Avx512F.IsSupported
        ? new(Avx512F.TernaryLogic(a._v, b._v, c._v, 0xE8))
        : new((a._v & b._v) | (c._v & (a._v | b._v)));
}
