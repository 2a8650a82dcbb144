using GradCam.Runtime.Tests.Cpu.Packing;
using GradCam.Weights;

namespace GradCam.Runtime.Tests.Cpu;

public sealed class CpuOptionsTests
{
    [Fact]
    public void Of_another_backends_options_counts_what_all_have_in_common()
    {
        using WeightSource weights = WeightLoading.OpenStream(new MemoryStream(TinyNetwork.Weights()));
        BackendProvider cpu = new CpuOptions().Backend;
        cpu.Prepare<TinyNetwork>(weights, new OtherOptions()).Dispose();
        var exception = Assert.Throws<WeightException>(() => cpu.Prepare<TinyNetwork>(weights, new OtherOptions { VerifyHash = true }));
        Assert.Contains("SHA-256", exception.Message, StringComparison.Ordinal);
    }

    private sealed record OtherOptions : NetworkOptions
    {
        public override BackendProvider Backend => throw new NotSupportedException();
    }
}
