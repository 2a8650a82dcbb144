using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;

namespace GradCam.Cpu.Conv.Algorithm;

/// <summary>A way to compute a convolution, with its weights packed for it. Chosen at load.</summary>
internal abstract class ConvolutionAlgorithm : IDisposable
{
    /// <summary>Its name, for tables: "direct", "depthwise", "winograd 4x4".</summary>
    public abstract string Name { get; }

    /// <summary>Prepares for tensors of these places; called in the dry run for all that <see cref="Run"/> will be called with.</summary>
    /// <exception cref="InvalidOperationException">The input's halo does not cover what the kernel reads.</exception>
    public abstract void Prepare(CpuPlan plan, in Tensor input, in Tensor output);

    /// <summary>Computes the output's map; its halo is the caller's.</summary>
    public abstract void Run(in KernelContext context, in Tensor input, in Tensor output, in Epilogue epilogue);

    /// <summary>Frees what it holds beside its packed weights, which are the plan's.</summary>
    public virtual void Dispose()
    {
    }
}
