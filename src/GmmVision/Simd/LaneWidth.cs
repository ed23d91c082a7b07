using System.Runtime.Intrinsics;

namespace GmmVision.Simd;

/// <summary>The widest lanes that this machine has hardware for.</summary>
internal static class LaneWidth
{
    public static int Bits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
}
