using System.Runtime.CompilerServices;
using GradCam.Runtime.Tests.Cpu.Packing;
using GradCam.Tests;
using GradCam.Weights;
using Xunit.Abstractions;

namespace GradCam.Runtime.Tests.Lifetime;

/// <summary>What nobody disposes of is freed by the collector, which is told how much it is: thousands of sessions and networks stay within bounds.</summary>
[Collection(nameof(UndisposedTests))]
public sealed class UndisposedTests(ITestOutputHelper output) : IDisposable
{
    private const int MiB = 1 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sessions()
    {
        using Model model = new CpuOptions().Backend.Prepare<WideNetwork>(new WeightDictionary(), new CpuOptions { Threads = 1 });
        // 3.2 GiB in all; when the collector comes is its own choice.
        Assert.InRange(Growth(800, () => model.CreateExecutor().Forward([1])), 0, 1024 * MiB);
    }

    [Fact]
    public void Networks()
    {
        byte[] weights = TinyNetwork.Weights();
        string file = _folder.Write("tiny.safetensors", weights);
        long inMemory = Growth(3000, () => Load(SafetensorsFile.FromMemory(weights), null));
        Assert.InRange(inMemory, 0, 256 * MiB);
        Assert.InRange(Growth(3000, () => Load(SafetensorsFile.Open(file), _folder.Path + "/tiny.packed")), 0, 256 * MiB);
    }

    [Fact]
    public void Weight_sources()
    {
        // A mapping is more than its bytes: there are 65,530 at most in a process of Linux, and 1,024 open files where nobody raised that.
        string small = _folder.Write("tiny.safetensors", TinyNetwork.Weights());
        Assert.InRange(Growth(5000, () => SafetensorsFile.Open(small)), 0, 256 * MiB);
        if (OperatingSystem.IsLinux())
            Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, 1000);
        byte[] large = new SafetensorsBuilder().Add("w", [4 * MiB], new float[4 * MiB]).Build();
        // 4.8 GiB in all.
        Assert.InRange(Growth(300, () => SafetensorsFile.Open(new MemoryStream(large))), 0, 1536 * MiB);
    }

    /// <summary>How much larger the process is, at most, while something is done again and again.</summary>
    private long Growth(int times, Action action)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Environment.WorkingSet, most = 0;
        for (int i = 0; i < times; i++)
        {
            Once(action);
            if (i % 20 != 0)
                continue;
            most = Math.Max(most, Environment.WorkingSet - before);
            // On a busy machine finalizers lag behind what the collector has found.
            GC.WaitForPendingFinalizers();
        }

        output.WriteLine($"{most / MiB} MiB");
        return most;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Once(Action action) => action();

    private static void Load(WeightSource source, string? packed) =>
        new CpuOptions().Backend.Prepare<TinyNetwork>(source, new CpuOptions { PackedFile = packed }).CreateExecutor()
            .Forward(new float[TinyNetwork.Info.Input.Length]);

    /// <summary>A network of much memory and no work.</summary>
    private sealed class WideNetwork : INetwork
    {
        public static NetworkInfo Info { get; } = new()
        {
            Name = "Wide",
            Inputs = [new InputInfo { Name = "input", Tensor = new Tensor(0, 1, 1, 1) }],
            Outputs = [new OutputInfo { Name = "out", Tensor = new Tensor(0, 1, 1, 1) }],
            Layers = [],
            Weights = [],
            WorkspaceLength = MiB,
            Preprocessing = new ImagePreprocessing(),
            Labels = [],
        };

        public static void RunForward<TBackend>(ref TBackend backend)
            where TBackend : struct, IBackend
        {
        }

        public static void RunBackward<TBackend>(ref TBackend backend, int layer, int @class, float seed)
            where TBackend : struct, IBackend
        {
        }

        public static void RunSuffix<TBackend>(ref TBackend backend, int layer)
            where TBackend : struct, IBackend
        {
        }

        public static void RunSeededBackward<TBackend>(ref TBackend backend, int layer)
            where TBackend : struct, IBackend
        {
        }

        public static void RunGradientSums<TBackend>(ref TBackend backend, int layer, int @class, float seed)
            where TBackend : struct, IBackend
        {
        }
    }
}

/// <summary>The whole process's memory is looked at, so nothing else may run.</summary>
[CollectionDefinition(nameof(UndisposedTests), DisableParallelization = true)]
public sealed class UndisposedTestsRunAlone;
