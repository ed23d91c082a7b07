using System.Runtime.Intrinsics.X86;

namespace GmmVision.Ffmpeg;

/// <summary>Tells ffmpeg not to scale by gather instructions where they are slow.</summary>
/// <remarks>
/// ffmpeg knows of AMD's processors up to family 25 (Zen 4) that they are. On family 26 (Zen 5) scaling without them takes a third
/// less time, and a whole run of 1080 rows a tenth (4K: an eighth), measured; the samples are the same. 5.1, the oldest that is
/// supported, knows the flag.
/// </remarks>
internal static class GatherHint
{
    /// <summary>The arguments, in front of the input; empty where gathers are not known to be slow.</summary>
    public static IReadOnlyList<string> Arguments { get; } = IsAmd() ? ["-cpuflags", "+slowgather"] : [];

    private static bool IsAmd()
    {
        if (!X86Base.IsSupported)
            return false;
        (_, int first, int last, int middle) = X86Base.CpuId(0, 0);
        return (first, middle, last) == (0x68747541, 0x69746E65, 0x444D4163);      // "Auth" "enti" "cAMD"
    }
}
