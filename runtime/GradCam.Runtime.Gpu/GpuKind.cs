namespace GradCam;

/// <summary>Which kind of device a network runs on.</summary>
public enum GpuKind
{
    /// <summary>A CUDA device where there is one, else an OpenCL GPU.</summary>
    Any,

    /// <summary>NVIDIA's, through its driver alone.</summary>
    Cuda,

    /// <summary>
    /// A device with an OpenCL driver that has what ILGPU needs: OpenCL 2.0 or later with the generic address space. GPUs come first, then other devices such as the processor.
    /// </summary>
    OpenCL,

    /// <summary>
    /// ILGPU's own on the processor, which runs the same kernels without a GPU. For tests: it is hundreds of times slower than the CPU backend.
    /// </summary>
    Simulator,
}
