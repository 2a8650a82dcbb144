using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GradCam.Cpu.Simd;

/// <summary>Hints to the memory system. They change no result, and an address may be any.</summary>
internal static unsafe class CacheHints
{
    /// <summary>Asks for the line at an address to be brought into the L2 cache, where the machine takes such hints.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchToL2(float* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(address);
    }
}
