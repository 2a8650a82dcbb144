using GradCam.Conformance;
using GradCam.Conformance.Cases;
using GradCam.Runtime.Tests.Cpu.Packing;
using GradCam.Runtime.Tests.Kernels;
using GradCam.Weights;

namespace GradCam.Runtime.Tests.Reproducible;

/// <summary>Networks that are loaded to compute the same bits everywhere.</summary>
[Collection(nameof(AllocationTests))]
public sealed class ReproducibleCpuOptionsTests
{
    private const int Attempts = 50;

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    public void Numbers_of_threads_that_make_no_sense_are_refused(int threads)
    {
        using WeightSource weights = WeightLoading.OpenStream(new MemoryStream(TinyNetwork.Weights()));
        var options = new ReproducibleCpuOptions { Threads = threads };
        Assert.Throws<ArgumentOutOfRangeException>(() => options.Backend.Prepare<TinyNetwork>(weights, options));
    }

    [Fact]
    public void Weights_are_checked_as_for_the_fast_mode()
    {
        using WeightSource weights = WeightLoading.OpenStream(new MemoryStream(TinyNetwork.Weights()));
        var options = new ReproducibleCpuOptions { VerifyHash = true };
        var exception = Assert.Throws<WeightException>(() => options.Backend.Prepare<TinyNetwork>(weights, options));
        Assert.Contains("SHA-256", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_sessions_say_so()
    {
        using WeightSource weights = WeightLoading.OpenStream(new MemoryStream(TinyNetwork.Weights()));
        foreach (NetworkOptions options in new NetworkOptions[] { new CpuOptions(), new ReproducibleCpuOptions() })
        {
            using Model model = options.Backend.Prepare<TinyNetwork>(weights, options);
            using var session = new NetworkSession(model.CreateExecutor());
            Assert.Equal(options is ReproducibleCpuOptions, session.IsReproducible);
        }
    }

    [Fact]
    public void Allocates_nothing_after_warm_up()
    {
        foreach (string name in OperationCases.Names)
        {
            OperationCase operation = OperationCases.Create(name, 1);
            using var run = new ProviderRun(operation, new ReproducibleCpuOptions().Backend, new ReproducibleCpuOptions { Threads = 2 });
            float[] workspace = [.. operation.Workspace];
            Assert.True(Attempts > Enumerable.Range(0, Attempts).TakeWhile(_ => Allocated(run, operation, workspace) > Harness).Count(), operation.ToString());
        }
    }

    /// <summary>Bytes of what surrounds a case, whatever its size.</summary>
    private const long Harness = 1024;

    private static long Allocated(ProviderRun run, OperationCase operation, float[] workspace)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        run.Forward(workspace);
        if (!operation.InputGradient.IsEmpty)
            run.Backward();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
