using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace GradCam.Gpu.Tests;

/// <summary>ILGPU comes with this package alone, and an app that is compiled ahead of time is warned of it.</summary>
public sealed class PackageTests
{
    [Fact]
    public void The_runtime_has_no_reference_to_ILGPU() =>
        Assert.DoesNotContain(
            typeof(CpuOptions).Assembly.GetReferencedAssemblies(), reference => reference.Name!.StartsWith("ILGPU", StringComparison.Ordinal));

    [Fact]
    public void Options_warn_of_compilation_ahead_of_time_and_name_the_way_out()
    {
        ConstructorInfo constructor = typeof(GpuOptions).GetConstructor([])!;
        Assert.Contains(nameof(CpuOptions), constructor.GetCustomAttribute<RequiresDynamicCodeAttribute>()!.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(CpuOptions), constructor.GetCustomAttribute<RequiresUnreferencedCodeAttribute>()!.Message, StringComparison.Ordinal);
    }
}
