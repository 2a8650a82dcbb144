using System.Runtime.InteropServices;
using GradCam.Weights;

namespace GradCam.Parity.Tests.Lifetime;

[Network("""
    input 3x16x16
    image none
    c1: conv 8 3x3 pad 1
    relu
    c2: conv 8 3x3 pad 1
    relu
    avgpool global
    fc: linear 4
    """)]
[GradCam("c2")]
internal sealed partial class SmallNet
{
    /// <summary>A network with weights of its own.</summary>
    public static SmallNet LoadRandom(CpuOptions? options = null)
    {
        var random = new Random(3);
        var weights = new WeightDictionary("random");
        foreach (WeightInfo weight in Info.Weights)
        {
            float[] values = [.. Enumerable.Range(0, weight.Shape.Aggregate((a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f)];
            weights.Add(weight.Name, [.. weight.Shape], values);
        }

        return Load(weights, options);
    }
}

/// <summary>A generated network as a busy server treats it: many threads, sessions of every kind, and an end in the middle.</summary>
[Collection(nameof(AllocationTests))]
public sealed class StressTests
{
    private const int Threads = 64;
    private const int Explanations = 1000;

    private static readonly float[] Input = [.. Enumerable.Range(0, 3 * 16 * 16).Select(i => MathF.Sin(i))];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Sixty_four_threads_make_one_hash_within_bounded_memory(int threads)
    {
        using SmallNet net = SmallNet.LoadRandom(new CpuOptions { Threads = threads });
        ulong expected = Expected(net);
        long before = Environment.WorkingSet;
        Run(thread =>
        {
            SmallNet.Session own = net.CreateSession();
            for (int i = 0; i < Explanations; i++)
            {
                switch ((thread + i) % 8)
                {
                    case 0:
                        own.Dispose();
                        own = net.CreateSession();
                        break;
                    case 1:
                        // Nobody disposes of it.
                        own = net.CreateSession();
                        break;
                    case 2 or 3 or 4:
                        using (RentedSession<SmallNet.Session> rented = net.RentSession())
                            Assert.Equal(expected, Explain(rented.Session));
                        continue;
                }

                Assert.Equal(expected, Explain(own));
            }

            own.Dispose();
        });
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 400L << 20);
    }

    [Fact]
    public void A_network_disposed_in_the_middle_ends_every_thread_with_an_exception()
    {
        for (int round = 0; round < 10; round++)
        {
            SmallNet net = SmallNet.LoadRandom(new CpuOptions { Threads = 1 + round % 2 });
            ulong expected = Expected(net);
            int done = 0;
            Run(thread =>
            {
                Exception? end = null;
                while (end is null)
                {
                    end = Record.Exception(() =>
                    {
                        using SmallNet.Session own = net.CreateSession();
                        for (int i = 0; i < 20; i++)
                        {
                            Assert.Equal(expected, Explain(own));
                            using (RentedSession<SmallNet.Session> rented = net.RentSession())
                                Assert.Equal(expected, Explain(rented.Session));
                            if (Interlocked.Increment(ref done) == Explanations)
                                net.Dispose();
                        }
                    });
                }

                Assert.Equal(nameof(SmallNet), Assert.IsType<ObjectDisposedException>(end).ObjectName);
            });
        }
    }

    [Fact]
    public void One_session_for_all_threads_is_right_or_refused()
    {
        using SmallNet net = SmallNet.LoadRandom(new CpuOptions { Threads = 1 });
        ulong expected = Expected(net);
        using SmallNet.Session session = net.CreateSession();
        int right = 0, refused = 0;
        Run(_ =>
        {
            for (int i = 0; i < 100; i++)
            {
                try
                {
                    // The map is read after the call, so another thread may have made the next one: then it says so.
                    Assert.Equal(expected, Hash(session.GradCam(Input, TensorLayout.Chw, (SmallNet.Class)1).Copy()));
                    right++;
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        });
        Assert.True(right > 0);
        Assert.True(refused > 0);
    }

    [Fact]
    public void Load_of_null_means_the_default_file()
    {
        using Documentation.Photo10 net = Documentation.Photo10.Load(null, new CpuOptions { Threads = 1 });
        Assert.Equal("nothing to report", net.LoadReport.ToString());
    }

    [Fact]
    public void A_session_of_a_disposed_network_says_so()
    {
        SmallNet.Session session;
        using (SmallNet net = SmallNet.LoadRandom())
            session = net.CreateSession();
        Assert.Contains(
            nameof(SmallNet), Assert.Throws<ObjectDisposedException>(() => session.Forward(Input, TensorLayout.Chw)).Message, StringComparison.Ordinal);
        session.Dispose();
        Assert.Contains("SmallNet.Session", Assert.Throws<ObjectDisposedException>(() => session.GetBest()).Message, StringComparison.Ordinal);
    }

    private static ulong Expected(SmallNet net)
    {
        using SmallNet.Session session = net.CreateSession();
        return Explain(session);
    }

    private static ulong Explain(SmallNet.Session session) => Hash(session.GradCam(Input, TensorLayout.Chw, (SmallNet.Class)1));

    /// <summary>FNV-1a of the map's bits.</summary>
    private static ulong Hash(Heatmap heatmap)
    {
        ulong hash = 14695981039346656037;
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(heatmap.Raw))
            hash = (hash ^ bits) * 1099511628211;
        return hash;
    }

    /// <summary>Runs something on many threads, and throws what one of them threw.</summary>
    private static void Run(Action<int> action)
    {
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(i => new Thread(() =>
        {
            if (Record.Exception(() => action(i)) is { } exception)
                failure = exception;
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.Null(failure);
    }
}
