using ILGPU.Backends;
using ILGPU.IR;
using ILGPU.IR.Transformations;

namespace GradCam.Gpu.Devices;

/// <summary>
/// Says, after all else has been optimised, that the views that a kernel has for parameters are in global memory: a load or a store then need not find out
/// where it goes, and does not wait for those of shared memory.
/// </summary>
internal readonly struct GlobalParameters : IBackendHook
{
    public void FinishedCodeGeneration(IRContext context, Method entryPoint)
    {
    }

    public void InitializedKernelContext(IRContext kernelContext, Method kernelMethod)
    {
    }

    public void OptimizedKernelContext(IRContext kernelContext, Method kernelMethod)
    {
        Transformer.Builder builder = Transformer.CreateBuilder(TransformerConfiguration.Empty);
        builder.Add(new InferKernelAddressSpaces(MemoryAddressSpace.Global));
        builder.Add(new LowerStructures());
        builder.Add(new DeadCodeElimination());
        builder.Add(new InferLocalAddressSpaces());
        builder.Add(new DeadCodeElimination());
        kernelContext.Transform(builder.ToTransformer());
    }
}
