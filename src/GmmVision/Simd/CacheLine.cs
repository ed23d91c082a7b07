using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GmmVision.Simd;

/// <summary>What memory is moved in.</summary>
internal static unsafe class CacheLine
{
    /// <summary>Bytes of a line on the machines that this is tuned for; elsewhere only speed depends on it.</summary>
    public const int Size = 64;

    /// <summary>Asks for a line ahead of its use; does nothing where .NET has no instruction for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* at)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(at);
    }
}
