using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GmmVision.Simd;

/// <summary>Bytes as they are worked with.</summary>
internal static unsafe class Bytes
{
    /// <summary>16 bytes as 16-bit numbers; this form becomes one instruction that loads and widens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Widen16(byte* at) => Vector256.WidenLower(Vector128.Load(at).ToVector256Unsafe());
}
