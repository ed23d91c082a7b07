using System.Numerics;

namespace GmmVision.Simd;

/// <summary>
/// A handful of neighbouring pixels, one signed 16-bit number a lane, on which arithmetic happens at once.
/// Comparisons give a mask: all bits set in the lanes where the statement is true.
/// </summary>
internal unsafe interface IInt16Lanes<TSelf> :
    IAdditionOperators<TSelf, TSelf, TSelf>,
    ISubtractionOperators<TSelf, TSelf, TSelf>,
    IBitwiseOperators<TSelf, TSelf, TSelf>
    where TSelf : struct, IInt16Lanes<TSelf>
{
    /// <summary>Lanes: 8, 16 or 32.</summary>
    static abstract int Count { get; }

    static abstract TSelf All(short value);
    static abstract TSelf Load(short* from);
    static abstract void Store(TSelf lanes, short* to);

    /// <summary>Stores the low byte of each lane; all must be 0 to 255.</summary>
    static abstract void StoreBytes(TSelf lanes, byte* to);

    /// <summary>Widens <see cref="Count"/> bytes.</summary>
    static abstract TSelf LoadBytes(byte* from);

    /// <summary>Widens half as many bytes, each into two neighbouring lanes: chroma at half resolution.</summary>
    static abstract TSelf LoadBytesTwice(byte* from);

    /// <summary>A mask from bits, the lowest for the first lane.</summary>
    static abstract TSelf FromBits(uint bits);

    /// <summary>Bits from a mask, the lowest for the first lane.</summary>
    static abstract uint ToBits(TSelf mask);

    /// <summary>Whether every lane of a mask is set.</summary>
    static abstract bool AllSet(TSelf mask);

    static abstract TSelf Select(TSelf mask, TSelf whenTrue, TSelf whenFalse);
    static abstract TSelf Min(TSelf left, TSelf right);
    static abstract TSelf Max(TSelf left, TSelf right);
    static abstract TSelf ShiftLeft(TSelf lanes, int bits);
    static abstract TSelf ShiftRight(TSelf lanes, int bits);

    /// <summary>left + right, held at the ends of the range instead of wrapping.</summary>
    static abstract TSelf AddSaturated(TSelf left, TSelf right);

    /// <summary>left * right / 65536, rounded down.</summary>
    static abstract TSelf MultiplyHigh(TSelf left, TSelf right);

    /// <summary>left * right / 32768, rounded to nearest.</summary>
    static abstract TSelf MultiplyRounded(TSelf left, TSelf right);

    /// <summary>The lowest 16 bits of left * right.</summary>
    static abstract TSelf MultiplyLow(TSelf left, TSelf right);

    /// <summary>left * 32768 / right, rounded down and at most 32767; both positive. Single-precision division, exact for these ranges.</summary>
    static abstract TSelf Ratio(TSelf left, TSelf right);

    static abstract TSelf LessThan(TSelf left, TSelf right);

    /// <summary>left ≥ right as unsigned numbers.</summary>
    static abstract TSelf UnsignedAtLeast(TSelf left, TSelf right);
}
