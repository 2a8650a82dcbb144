using GradCam.Gpu.Kernels.Convolution;
using ILGPU;
using ILGPU.Runtime;

namespace GradCam.Gpu.Devices;

/// <summary>A tiled convolution's kernel and what its tile is, which is known without the kernel.</summary>
/// <param name="load">Gives the kernel.</param>
/// <param name="height">Pixels.</param>
/// <param name="width">Channels.</param>
/// <param name="depth">Terms of a step.</param>
/// <param name="threads">Threads of a group.</param>
internal sealed class TiledKernel(
    Func<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<int>, ConvolutionArgs>> load,
    int height, int width, int depth, int threads)
{
    /// <summary>The kernel, loaded when it is first asked for.</summary>
    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<int>, ConvolutionArgs>
        Launch => field ??= load();

    public int Height => height;

    public int Width => width;

    public int Depth => depth;

    public int Threads => threads;
}
