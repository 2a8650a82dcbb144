using System.Reflection;
using System.Text.RegularExpressions;
using GradCam.Explain.Maps;
using GradCam.Gpu.Devices;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using Xunit.Abstractions;

namespace GradCam.Gpu.Tests;

/// <summary>All kernels as NVIDIA's assembly, which takes no device: that ILGPU compiles them, and that what matters for their speed is there.</summary>
public sealed class PtxTests(ITestOutputHelper output)
{
    private static readonly KernelCompiler H100 = NewCompiler();

    public static TheoryData<string> Names => [.. KernelNames()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Compiles_to_PTX(string name)
    {
        string assembly = Compile(name);
        output.WriteLine($"{name}: {assembly.Length} characters");
        Assert.Contains(".visible .entry", assembly, StringComparison.Ordinal);
        // A load or store says where it goes: to global memory, shared or a parameter.
        Assert.DoesNotMatch(@"\b(ld|st)\.(v[24]\.)?[fbus][0-9]", assembly);
        if (name.StartsWith("Tf32", StringComparison.Ordinal) || name.StartsWith("Half", StringComparison.Ordinal))
        {
            Assert.Contains("mma.sync.aligned.m16n8k", assembly, StringComparison.Ordinal);
            return;
        }

        AssertFloatConstants(assembly);
        // Nothing that is indexed by a variable, or whose address is taken: all values are in registers.
        Assert.DoesNotContain(".local", assembly, StringComparison.Ordinal);
    }

    /// <summary>What an activation takes is there once, whatever it is of: it is most of a kernel's text, which two compilers read.</summary>
    [Theory]
    [InlineData(nameof(KernelSet.Tiled64x64), 5)]
    [InlineData(nameof(KernelSet.Tiled128x128), 5)]
    [InlineData(nameof(KernelSet.Folded128x64), 5)]
    [InlineData(nameof(KernelSet.Winograd), 5)]
    [InlineData(nameof(KernelSet.DirectConvolution), 5)]
    [InlineData(nameof(KernelSet.Linear), 5)]
    [InlineData(nameof(KernelSet.Pointwise), 14)]
    public void No_kernel_has_an_activation_twice(string name, int exponentials)
    {
        const string Log2E = "0f3FB8AA3B";
        Assert.Equal(exponentials, Compile(name).Split(Log2E).Length - 1);
    }

    /// <summary>
    /// In 65,536 registers there is room for two groups of 256 threads or three, one of which computes while another waits. Slices in shared memory are read
    /// at constant distances from where a thread's begin, so that a load computes no address; outside of the product there are about 100 that are computed.
    /// </summary>
    [Theory]
    [InlineData(nameof(KernelSet.Tiled128x128), 2)]
    [InlineData(nameof(KernelSet.Tiled128x64), 2)]
    [InlineData(nameof(KernelSet.Tiled64x64), 3)]
    [InlineData(nameof(KernelSet.Tiled128x32), 3)]
    [InlineData(nameof(KernelSet.Folded128x64), 2)]
    [InlineData(nameof(KernelSet.Folded128x32), 3)]
    [InlineData(nameof(KernelSet.Winograd), 2)]
    [InlineData(nameof(KernelSet.Tf32Tiled128x128), 2)]
    [InlineData(nameof(KernelSet.Tf32Tiled128x64), 2)]
    [InlineData(nameof(KernelSet.HalfTiled128x128), 2)]
    [InlineData(nameof(KernelSet.HalfTiled128x64), 2)]
    public void Products_leave_room_for_other_groups_and_compute_no_addresses(string name, int groups)
    {
        string assembly = Compile(name);
        Assert.Contains(".maxntid 256, 1, 1", assembly, StringComparison.Ordinal);
        Assert.Contains($".minnctapersm {groups}", assembly, StringComparison.Ordinal);
        Assert.InRange(Regex.Count(assembly, @"mul\.wide\.u32\s+%rd[0-9]+, %r"), 0, 125);
    }

    /// <summary>NVIDIA's driver keeps machine code by the text that it was made of.</summary>
    [Fact]
    public void A_kernels_text_does_not_depend_on_what_was_compiled_before_or_is_compiled_beside_it()
    {
        KernelSource[] sources =
        [
            Source(set => _ = set.Read), Source(set => _ = set.Softmax), Source(set => _ = set.Linear), Source(set => _ = set.Tiled64x64.Launch),
            Source(set => _ = set.PixelSum),
        ];
        Dictionary<KernelSource, string> texts = Texts(sources, threads: 1);
        Assert.Equal(texts, Texts([.. sources.Reverse()], threads: 4));
        Assert.Contains("_arena_0", texts[sources[0]], StringComparison.Ordinal);

        static Dictionary<KernelSource, string> Texts(KernelSource[] sources, int threads)
        {
            KernelCompiler compiler = NewCompiler();
            return sources.AsParallel().WithDegreeOfParallelism(threads)
                .Select(source => (source, ((PTXCompiledKernel)compiler.Compile(source, out _)).PTXAssembly)).ToDictionary();
        }
    }

    [Fact]
    public void Names_are_numbered_by_their_order_and_all_else_is_left_alone()
    {
        const string Text = """
            .visible .entry Kernel_Run_7(
            	.param .align 8 .b8 _arena_84735[16],
            	.param .align 4 .b8 _my_args_84740[180]
            )
            	ld.param.b32	%r44, [_my_args_84740+12];
            	@%p5 bra	L_84733688;
            	bra.uni	L_847332;
            	L_84733688:
            	L_847332:
            	mov.b64	%rd11, __shared_alloca0;
            struct type_298 { int field_0; }; struct type_298_kernel { int field_0; }; type_47 var_5;
            """;
        string expected = Text.Replace("_arena_84735", "_arena_0", StringComparison.Ordinal).Replace("_my_args_84740", "_my_args_1", StringComparison.Ordinal)
            .Replace("L_84733688", "L_2", StringComparison.Ordinal).Replace("L_847332", "L_3", StringComparison.Ordinal)
            .Replace("type_298", "type_4", StringComparison.Ordinal).Replace("type_47", "type_5", StringComparison.Ordinal);
        Assert.Equal(expected, KernelText.WithStableNames(Text));
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
        string assembly = Compile(set => typeof(KernelSet).GetMethod(kernel)!.MakeGenericMethod(type).Invoke(set, null));
        output.WriteLine(assembly);
        Assert.Contains(".visible .entry", assembly, StringComparison.Ordinal);
        Assert.DoesNotContain(".local", assembly, StringComparison.Ordinal);
        // All of it is in the kernel, and no step is approximate.
        Assert.DoesNotContain("call", assembly, StringComparison.Ordinal);
        Assert.DoesNotContain(".approx", assembly, StringComparison.Ordinal);
        AssertFloatConstants(assembly);
    }

    /// <summary>
    /// No float constant is an integer's bits: of (y &gt; 0 ? 1 : 0) as a float, with integers, ILGPU makes 1.4e-45 or 0, on CUDA and OpenCL but not on the
    /// simulator.
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
    private static string Compile(string name) => Compile(set =>
    {
        if (typeof(KernelSet).GetProperty(name)!.GetValue(set) is TiledKernel tiled)
            _ = tiled.Launch;
    });

    private static string Compile(Action<KernelSet> ask) => ((PTXCompiledKernel)H100.Compile(Source(ask), out _)).PTXAssembly;

    private static KernelSource Source(Action<KernelSet> ask)
    {
        var listing = new KernelListing();
        ask(new KernelSet(listing, hasShuffles: true));
        return Assert.Single(listing.Sources);
    }

    private static KernelCompiler NewCompiler() =>
        new(context => new PTXBackend(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_80, nvvmAPI: null!));
}
