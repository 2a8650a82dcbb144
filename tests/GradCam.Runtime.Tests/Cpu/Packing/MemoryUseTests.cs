using GradCam.Cpu;
using GradCam.Weights;

namespace GradCam.Runtime.Tests.Cpu.Packing;

/// <summary>The memory that a network takes, said without its weights.</summary>
public sealed class MemoryUseTests
{
    [Fact]
    public void Is_what_a_loaded_network_takes()
    {
        using var source = SafetensorsFile.FromMemory(TinyNetwork.Weights());
        using var model = (CpuModel<TinyNetwork>)new CpuOptions().Backend.Prepare<TinyNetwork>(source, new CpuOptions());
        MemoryUse use = MemoryUse.Measure<TinyNetwork>();
        Assert.Equal(model.WeightBytes, use.WeightBytes);
        Assert.True(use.SessionBytes >= sizeof(float) * TinyNetwork.Info.WorkspaceLength);
    }

    [Fact]
    public void Options_count()
    {
        MemoryUse plain = MemoryUse.Measure<TinyNetwork>(new CpuOptions { Threads = 1 });
        Assert.True(MemoryUse.Measure<TinyNetwork>(new CpuOptions { Threads = 1, LinearPrecision = LinearPrecision.Half }).WeightBytes < plain.WeightBytes);
        Assert.True(MemoryUse.Measure<TinyNetwork>(new CpuOptions { Threads = 1, UseWinograd = false }).WeightBytes <= plain.WeightBytes);
        Assert.True(MemoryUse.Measure<TinyNetwork>(new CpuOptions { Threads = 3 }).SessionBytes > plain.SessionBytes);
    }
}
