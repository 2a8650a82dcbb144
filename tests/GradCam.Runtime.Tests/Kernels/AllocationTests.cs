using GradCam.Conformance.Cases;

namespace GradCam.Runtime.Tests.Kernels;

/// <summary>No operation allocates once it has run a few times, on the calling thread or on the pool's.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Cases = 25;
    private const int Attempts = 50;

    public static TheoryData<string> Names => [.. OperationCases.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Allocates_nothing_after_warm_up(string name)
    {
        for (int seed = 1; seed <= Cases; seed++)
        {
            OperationCase operation = OperationCases.Create(name, seed);
            using var run = new CpuRun(operation, threads: 1 + seed % 2);
            operation.Workspace.CopyTo(run.Workspace);
            Assert.True(Attempts > Enumerable.Range(0, Attempts).TakeWhile(_ => Allocated(run, operation) != 0).Count(), $"seed {seed}: {operation}");
        }
    }

    /// <summary>Bytes that one forward and backward run allocates in the whole process.</summary>
    /// <remarks>Other threads of the test runner may allocate meanwhile; an operation that allocates does so at every attempt.</remarks>
    private static long Allocated(CpuRun run, OperationCase operation)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        run.Forward();
        if (!operation.InputGradient.IsEmpty)
            run.Backward();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}

/// <summary>Keeps other tests from running, and allocating, at the same time.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1711", Justification = "xunit's term.")]
public sealed class AllocationTestsCollection;
