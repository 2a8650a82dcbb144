using System.Diagnostics;

namespace GradCam.Benchmarks;

/// <summary>What keeps a session to one thread costs: to enter and leave a call, and to do so again inside of one.</summary>
internal static class GuardCost
{
    private const int Calls = 100_000;
    private const int Rounds = 500;

    public static int Run()
    {
        using var model = new EmptyModel();
        using Executor executor = model.CreateExecutor();
        double call = Measure(executor);
        double again;
        using (executor.Enter())
            again = Measure(executor);
        Console.WriteLine($"a call {call:f1} ns, a call inside of one {again:f1} ns; the best of {Rounds} rounds of {Calls:n0}");
        return 0;
    }

    private static double Measure(Executor executor)
    {
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Calls; i++)
            {
                using (executor.Enter())
                {
                }
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls);
        }

        return best;
    }

    private sealed class EmptyModel : Model
    {
        public override NetworkInfo Info => throw new NotSupportedException();

        protected override Executor CreateExecutorCore() => new EmptyExecutor();

        protected override void Free()
        {
        }
    }

    private sealed class EmptyExecutor : Executor
    {
        public override NetworkInfo Info => throw new NotSupportedException();

        protected override void ForwardCore(ReadOnlySpan<float> input, TensorLayout layout)
        {
        }

        protected override void BackwardCore(int layer, int @class, float seed)
        {
        }

        protected override void GradientSumsCore(int layer, int @class, float seed)
        {
        }

        protected override void ReadCore(in Tensor source, Span<float> destination)
        {
        }

        protected override void Free()
        {
        }
    }
}
