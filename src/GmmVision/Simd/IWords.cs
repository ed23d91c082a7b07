using System.Numerics;

namespace GmmVision.Simd;

/// <summary>A handful of neighbouring 64-bit words of mask bits (or of one bit-plane of many small counters), worked on at once.</summary>
internal unsafe interface IWords<TSelf> : IBitwiseOperators<TSelf, TSelf, TSelf>
    where TSelf : struct, IWords<TSelf>
{
    /// <summary>Words in one value.</summary>
    static abstract int Count { get; }

    static abstract TSelf Zero { get; }

    static abstract TSelf Load(ulong* words);

    static abstract void Store(TSelf value, ulong* words);

    /// <summary>Every word shifted up on its own: pixels move to the right.</summary>
    static abstract TSelf operator <<(TSelf value, int count);

    /// <summary>Every word shifted down on its own: pixels move to the left.</summary>
    static abstract TSelf operator >>(TSelf value, int count);

    /// <summary>The lowest bit of a + b + c.</summary>
    static abstract TSelf Sum(TSelf a, TSelf b, TSelf c);

    /// <summary>The carry of a + b + c: whether at least two of them are set.</summary>
    static abstract TSelf Carry(TSelf a, TSelf b, TSelf c);
}
