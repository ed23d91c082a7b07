using System.Runtime.Intrinsics;

namespace GmmVision.Simd;

/// <summary>The widest lanes that this machine has hardware for, and the one place that chooses by them.</summary>
internal static class LaneWidth
{
    public static int Bits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Of three bodies of one algorithm, the one for this machine, or for the width asked for.</summary>
    /// <param name="of512">For 512 bits.</param>
    /// <param name="of256">For 256 bits.</param>
    /// <param name="of128">For 128 bits.</param>
    /// <param name="bits">128, 256 or 512; 0 for what this machine has.</param>
    public static T Choose<T>(T of512, T of256, T of128, int bits = 0) => (bits == 0 ? Bits : bits) switch
    {
        512 => of512,
        256 => of256,
        _ => of128,
    };
}
