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

    /// <summary>
    /// How far ahead a pass over a block of weights fetches, so that the first two passes fetch the block after it: a step of the product uses two lines of
    /// weights and
    /// fetches one, the first pass the even ones and the second the odd ones.
    /// </summary>
    /// <param name="length">Floats of the block; the next one follows it in memory.</param>
    /// <param name="pass">How many passes were made.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint NextBlock(nint length, int pass) => pass < 2 ? length : 0;
}
