using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.Wasm;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv.Direct;

/// <summary>The micro-kernels by instruction set and tile size.</summary>
internal static unsafe class MicroKernels
{
    /// <summary>Vectors in a full panel of weights.</summary>
    public static int PanelVectors => PackedSimd.IsSupported ? WasmMicroKernel.Vectors : 2;

    /// <summary>Pixels of the largest tile of any level.</summary>
    public const int MaxPixels = 14;

    /// <summary>A panel's width of zeros: the bias of sums that are added to others.</summary>
    public static readonly float* Zeros = (float*)NativeMemory.AllocZeroed((nuint)PanelVectors * 16, sizeof(float));

    private static readonly nint[] Table512 = Vector512.IsHardwareAccelerated ? Make512() : [];
    private static readonly nint[] Table256 = Vector256.IsHardwareAccelerated ? Make256() : [];
    private static readonly nint[] Table128 = PackedSimd.IsSupported ? WasmMicroKernel.MakeTable() : Make128();

    /// <summary>
    /// The largest tile: what the accumulators leave of the registers is two for weights and one for a pixel. AVX-512 and NEON have 32 registers, AVX2 and SSE
    /// 16.
    /// </summary>
    public static int PixelsOf(SimdLevel level) => level switch
    {
        SimdLevel.Vector512 => 14,
        SimdLevel.Vector256 => 6,
        _ => PackedSimd.IsSupported ? WasmMicroKernel.Pixels : AdvSimd.IsSupported ? 12 : 6,
    };

    /// <summary>The micro-kernel for a tile.</summary>
    /// <param name="level">Instructions.</param>
    /// <param name="pixels">1 to <see cref="PixelsOf"/>.</param>
    /// <param name="vectors">1 to <see cref="PanelVectors"/>.</param>
    public static delegate*<Tile*, void> Get(SimdLevel level, int pixels, int vectors)
    {
        nint[] table = level switch
        {
            SimdLevel.Vector512 => Table512,
            SimdLevel.Vector256 => Table256,
            _ => Table128,
        };
        return (delegate*<Tile*, void>)table[(pixels - 1) * PanelVectors + vectors - 1];
    }

    private static nint[] Make512() => Make<Simd512, Vector512<float>>(14);

    private static nint[] Make256() => Make<Simd256, Vector256<float>>(6);

    private static nint[] Make128() => Make<Simd128, Vector128<float>>(12);

    private static nint[] Make<TSimd, TVector>(int pixels)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        nint[] all =
        [
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N1, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N1, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N2, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N2, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N3, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N3, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N4, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N4, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N5, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N5, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N6, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N6, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N7, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N7, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N8, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N8, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N9, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N9, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N10, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N10, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N11, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N11, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N12, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N12, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N13, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N13, N2>,
            (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N14, N1>, (nint)(delegate*<Tile*, void>)&MicroKernel.Run<TSimd, TVector, N14, N2>,
        ];
        return all[..(pixels * PanelVectors)];
    }
}
