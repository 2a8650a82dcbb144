using System.Reflection;
using GradCam.Explain.Maps;
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

        AssertFloatConstants(assembly);
        // Nothing that is indexed by a variable, or whose address is taken: all values are in registers.
        Assert.DoesNotContain(".local", assembly, StringComparison.Ordinal);
    }

    [Fact]
    public void Normalising_divides_as_the_host_does()
    {
        string assembly = Compile(nameof(KernelSet.Heatmap));
        output.WriteLine(assembly);
        Assert.Contains("div.rn.f32", assembly, StringComparison.Ordinal);
        Assert.DoesNotContain(".ftz", assembly, StringComparison.Ordinal);
    }

    /// <summary>Kernels of every term and formula that a CAM method is made of.</summary>
    public static TheoryData<string, string> Formulas()
    {
        var kernels = new TheoryData<string, string>();
        foreach (Type type in typeof(IMapTerm).Assembly.GetTypes().Where(type => type.IsValueType && !type.IsNestedPrivate))
        {
            if (type.IsAssignableTo(typeof(IChannelFormula)))
                kernels.Add(nameof(KernelSet.ChannelFormula), type.FullName!);
            if (!type.IsAssignableTo(typeof(IMapTerm)))
                continue;
            kernels.Add(nameof(KernelSet.PixelTerm), type.FullName!);
            kernels.Add(nameof(KernelSet.ChannelTerm), type.FullName!);
        }

        return kernels;
    }

    [Theory]
    [MemberData(nameof(Formulas))]
    public void A_methods_formula_compiles_to_PTX(string kernel, string formula)
    {
        Type type = typeof(IMapTerm).Assembly.GetType(formula)!;
        string assembly = Compile(set => (Delegate)typeof(KernelSet).GetMethod(kernel)!.MakeGenericMethod(type).Invoke(set, null)!);
        output.WriteLine(assembly);
        Assert.Contains(".visible .entry", assembly, StringComparison.Ordinal);
        Assert.DoesNotContain(".local", assembly, StringComparison.Ordinal);
        // All of it is in the kernel, and no step is approximate.
        Assert.DoesNotContain("call", assembly, StringComparison.Ordinal);
        Assert.DoesNotContain(".approx", assembly, StringComparison.Ordinal);
        AssertFloatConstants(assembly);
    }

    /// <summary>
    /// No float constant is an integer's bits: of (y &gt; 0 ? 1 : 0) as a float, with integers, ILGPU makes 1.4e-45 or 0, on CUDA and OpenCL but not on the simulator.
    /// </summary>
    private static void AssertFloatConstants(string assembly)
    {
        // Subnormal numbers, as of small integers, and NaN as of small negative ones.
        Assert.DoesNotMatch("0f(?!0{8})[08]0[0-7]", assembly);
        Assert.DoesNotMatch("0d(?!0{16})[08]00", assembly);
        Assert.DoesNotMatch("0[fd]FFFFF", assembly);
    }

    private static IEnumerable<string> KernelNames() =>
        typeof(KernelSet).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name);

    /// <summary>Compiles the kernel of a property of the set.</summary>
    private static string Compile(string name) => Compile(set => typeof(KernelSet).GetProperty(name)!.GetValue(set) switch
    {
        TiledKernel tiled => tiled.Launch,
        object launcher => (Delegate)launcher,
        null => throw new InvalidOperationException(name),
    });

    private static string Compile(Func<KernelSet, Delegate> find)
    {
        using Context context = Context.Create(builder => DeviceSearch.Configure(builder).CPU(new CPUDevice(2, 1, 1)));
        using Accelerator accelerator = context.CreateCPUAccelerator(0);
        MethodInfo kernel = find(new KernelSet(accelerator, hasShuffles: true)).GetCompiledKernel().SourceMethod;
        using var backend = new PTXBackend(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_80, null!);
        return ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), default)).PTXAssembly;
    }
}
