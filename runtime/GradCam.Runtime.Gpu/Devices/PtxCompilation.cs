using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Transformations;
using ILGPU.Runtime;

namespace GradCam.Gpu.Devices;

/// <summary>
/// NVIDIA's assembly of a kernel, in two things not as ILGPU makes it: views that are a kernel's parameters are in global memory, so that a load need not find
/// out where it goes; and names do not count what was compiled before, so that the text is the same in every process, and the driver finds the machine code
/// that it has kept of it (~/.nv/ComputeCache).
/// </summary>
internal static partial class PtxCompilation
{
    /// <summary>Compiles a kernel.</summary>
    public static PTXCompiledKernel Compile(PTXBackend backend, in EntryPointDescription entry, KernelSource source)
    {
        KernelSpecialization specialization = source.Threads > 0 ? new KernelSpecialization(source.Threads, source.GroupsPerProcessor) : default;
        var compiled = (PTXCompiledKernel)backend.Compile(entry, specialization, new GlobalParameters());
        try
        {
            return Create(compiled.Context, EntryPointOf(compiled), compiled.Info, WithStableNames(compiled.PTXAssembly));
        }
        catch (MissingMemberException exception)
        {
            // Another version of ILGPU: the same kernel, which the driver compiles in each process.
            Trace.TraceWarning($"Kernels keep ILGPU's names: {exception.Message}");
            return compiled;
        }
    }

    /// <summary>Numbers labels and parameters by their order in a kernel's text.</summary>
    public static string WithStableNames(string assembly)
    {
        var numbers = new Dictionary<string, int>();
        return NumberedNames().Replace(assembly, name =>
        {
            if (!numbers.TryGetValue(name.Value, out int number))
                numbers[name.Value] = number = numbers.Count;
            return $"{name.Groups["name"].Value}_{number}";
        });
    }

    /// <summary>L_[method][label], _[parameter]_[node].</summary>
    [GeneratedRegex(@"(?<![\w$%.])(?<name>L|_[A-Za-z]\w*?)_[0-9]+\b", RegexOptions.CultureInvariant)]
    private static partial Regex NumberedNames();

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern PTXCompiledKernel Create(Context context, EntryPoint entryPoint, CompiledKernel.KernelInfo? info, string assembly);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EntryPoint")]
    private static extern EntryPoint EntryPointOf(CompiledKernel kernel);

    /// <summary>After all else has been optimised.</summary>
    private readonly struct GlobalParameters : IBackendHook
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
}
