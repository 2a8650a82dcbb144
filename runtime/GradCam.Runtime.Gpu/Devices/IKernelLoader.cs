namespace GradCam.Gpu.Devices;

/// <summary>What a <see cref="KernelSet"/> has its kernels from.</summary>
internal interface IKernelLoader
{
    /// <summary>Gives a kernel's launcher.</summary>
    /// <typeparam name="TLauncher">Stream, grid, then the kernel's parameters.</typeparam>
    /// <param name="source">The kernel.</param>
    /// <param name="nothing">A launcher that does nothing.</param>
    TLauncher Load<TLauncher>(KernelSource source, TLauncher nothing)
        where TLauncher : Delegate;
}
