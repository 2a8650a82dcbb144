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

        protected override Executor CreateExecutorCore(int batch) => new EmptyExecutor();

        protected override void Free()
        {
        }
    }

    private sealed class EmptyExecutor : Executor
    {
        public override NetworkInfo Info => throw new NotSupportedException();

        protected override void RunCore(in SchedulePass pass, int first, int count)
        {
        }

        protected override void WriteCore(int sample, in Tensor destination, ReadOnlySpan<float> values, TensorLayout layout)
        {
        }

        protected override void ReadCore(int sample, in Tensor source, Span<float> destination)
        {
        }

        protected override void Free()
        {
        }
    }
}
