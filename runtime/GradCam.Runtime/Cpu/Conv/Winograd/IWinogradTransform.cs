using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv.Winograd;

/// <summary>
/// Winograd's minimal filtering F(m x m, 3 x 3): m x m outputs from a patch of (m + 2) x (m + 2) inputs with (m + 2)^2 products instead of 9 m^2
/// (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks"). The two-dimensional transforms are the one-dimensional ones over columns, then
/// rows.
/// </summary>
internal unsafe interface IWinogradTransform
{
    /// <summary>m: outputs of a tile along an axis.</summary>
    static abstract int Outputs { get; }

    /// <summary>m + 2: inputs of a tile along an axis.</summary>
    static abstract int Size { get; }

    /// <summary>The matrix G, row-major [Size, 3], that transforms a kernel.</summary>
    static abstract ReadOnlySpan<double> Kernel { get; }

    /// <summary>Applies B^T: from <see cref="Size"/> vectors to as many. Strides are in floats.</summary>
    static abstract void Input<TSimd, TVector>(float* source, nint sourceStride, float* destination, nint destinationStride)
        where TSimd : ISimd<TVector>
        where TVector : struct;

    /// <summary>Applies A^T: from <see cref="Size"/> vectors to <see cref="Outputs"/>. Strides are in floats.</summary>
    static abstract void Output<TSimd, TVector>(float* source, nint sourceStride, float* destination, nint destinationStride)
        where TSimd : ISimd<TVector>
        where TVector : struct;
}
