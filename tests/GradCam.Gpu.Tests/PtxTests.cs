using System.Reflection;
using GradCam.Gpu.Devices;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using Xunit.Abstractions;

namespace GradCam.Gpu.Tests;

/// <summary>All kernels as NVIDIA's assembly, which takes no device: that ILGPU compiles them, and that what matters for their speed is there.</summary>
public sealed class PtxTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. KernelNames()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Compiles_to_PTX(string name)
    {
        string assembly = Compile(name);
        output.WriteLine($"{name}: {assembly.Length} characters");
        Assert.Contains(".visible .entry", assembly, StringComparison.Ordinal);
        if (name.StartsWith("Tf32", StringComparison.Ordinal) || name.StartsWith("Half", StringComparison.Ordinal))
        {
            Assert.Contains("mma.sync.aligned.m16n8k", assembly, StringComparison.Ordinal);
            return;
        }

        // Nothing that is indexed by a variable, or whose address is taken: all values are in registers.
        Assert.DoesNotContain(".local", assembly, StringComparison.Ordinal);
    }

    private static IEnumerable<string> KernelNames() =>
        typeof(KernelSet).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name);

    /// <summary>Compiles the kernel of a property of the set.</summary>
    private static string Compile(string name)
    {
        using Context context = Context.Create(builder => DeviceSearch.Configure(builder).CPU(new CPUDevice(2, 1, 1)));
        using Accelerator accelerator = context.CreateCPUAccelerator(0);
        object value = typeof(KernelSet).GetProperty(name)!.GetValue(new KernelSet(accelerator))!;
        Delegate launcher = value as Delegate ?? ((TiledKernel)value).Launch;
        MethodInfo kernel = launcher.GetCompiledKernel().SourceMethod;
        using var backend = new PTXBackend(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_80, null!);
        return ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), default)).PTXAssembly;
    }
}
