namespace GradCam.Parity.Tests;

/// <summary>After a first call of each kind, Forward and GradCam allocate nothing, on the calling thread and on the workers.</summary>
[Collection(nameof(AllocationTests))]
public class AllocationTests
{
    public static TheoryData<string> Names() => ZooNetwork.NamesBelow(5_000_000_000);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_calling_thread_allocates_nothing(string name) => Assert.Equal(0, LeastAllocation(name, threads: 1, GC.GetAllocatedBytesForCurrentThread));

    [Theory]
    [InlineData("mobilenet_v3_small")]
    [InlineData("shufflenet_v2_x1_0")]
    [InlineData("squeezenet1_1")]
    public void No_thread_allocates_anything(string name) => Assert.Equal(0, LeastAllocation(name, threads: 2, () => GC.GetTotalAllocatedBytes(precise: true)));

    /// <summary>The least of some runs after a first one: what the test host allocates meanwhile is not ours, what we allocate is there each time.</summary>
    private static long LeastAllocation(string name, int threads, Func<long> allocated)
    {
        var golden = GoldenFile.Load(name);
        float[] input = golden.CreateInput();
        using Model model = ZooNetwork.Find(name).Prepare(golden, new CpuOptions().Backend, threads);
        using var session = new NetworkSession(model.CreateExecutor());
        long least = long.MaxValue;
        for (int i = 0; i < 10 && least > 0; i++)
        {
            long before = allocated();
            session.Forward(input, TensorLayout.Chw);
            for (int layer = 0; layer < session.Info.Layers.Count; layer++)
                session.Explain(golden.ClassIndex, layer, CamMethod.GradCam);
            least = i == 0 ? long.MaxValue : Math.Min(least, allocated() - before);
        }

        return least;
    }
}

/// <summary>Allocations are counted for the whole process, so nothing else may run.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTestsRunAlone;
