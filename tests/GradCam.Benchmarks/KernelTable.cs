using System.Diagnostics;
using System.Globalization;
using GradCam.Cpu;
using GradCam.Cpu.Conv;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Threading;
using GradCam.Weights;

namespace GradCam.Benchmarks;

/// <summary>
/// Times the convolutions and linear layers of real networks, each with weights of its own and in the network's order, so that weights come from memory as they
/// do in a whole
/// network. The time of a layer is its shortest, which other work on the machine disturbs least: <c>-- kernels [network ...] [--threads N] [--rounds N]</c>.
/// </summary>
internal static class KernelTable
{
    private const string Resource = "kernels.layers.txt";

    public static int Run(string[] arguments)
    {
        int threads = 1;
        int rounds = 15;
        var networks = new List<string>();
        var options = new NetworkOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--threads":
                    threads = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--rounds":
                    rounds = int.Parse(arguments[++i], CultureInfo.InvariantCulture);
                    break;
                case "--no-winograd":
                    options = options with { Winograd = false };
                    break;
                default:
                    networks.Add(arguments[i]);
                    break;
            }
        }

        double peak = FmaPeak.Measure();
        Console.WriteLine($"FMA peak {peak / 1e9:f1} GFLOP/s a core");
        foreach (IGrouping<string, Layer> network in ReadLayers().GroupBy(layer => layer.Network))
        {
            if (networks.Count == 0 || networks.Contains(network.Key))
                Run(network.Key, [.. network], options with { Threads = threads }, rounds, peak * threads);
        }

        return 0;
    }

    private static IEnumerable<Layer> ReadLayers()
    {
        using Stream stream = typeof(KernelTable).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is string line)
        {
            if (!line.StartsWith('#'))
                yield return Layer.Parse(line);
        }
    }

    private static void Run(string network, Layer[] layers, NetworkOptions options, int rounds, double peak)
    {
        using var bench = new LayerBench(layers, options);
        double[][] times = bench.Measure(rounds);
        Console.WriteLine();
        Console.WriteLine($"{network,-34} {"algorithm",-13} {"count",5} {"us each",9} {"ms all",8} {"GFLOP/s",8} {"peak",6}");
        double totalTime = 0, totalFlops = 0;
        for (int i = 0; i < layers.Length; i++)
        {
            double each = times[i].Min();
            double flops = layers[i].Flops;
            totalTime += each * layers[i].Count;
            totalFlops += flops * layers[i].Count;
            Console.WriteLine(
                $"{layers[i],-34} {bench.AlgorithmOf(i),-13} {layers[i].Count,5} {each * 1e6,9:f1} "
                + $"{each * layers[i].Count * 1e3,8:f3} {flops / each / 1e9,8:f1} {flops / each / peak,6:p0}");
        }

        Console.WriteLine(
            $"{network} threads={options.Threads} total={totalTime * 1e3:f2} ms "
            + $"rate={totalFlops / totalTime / 1e9:f1} GFLOP/s peak_fraction={totalFlops / totalTime / peak:f2} weights={bench.WeightBytes / 1048576.0:f1} MiB");
    }

    /// <summary>A line of the table of layers.</summary>
    internal sealed record Layer(
        string Network, int Count, int Inputs, int Outputs, Extent Kernel, Extent Stride, Extent Pad, Extent Dilation, int Groups, Extent Input, bool IsLinear)
    {
        public Extent Output => new(
            (Input.Height + 2 * Pad.Height - Dilation.Height * (Kernel.Height - 1) - 1) / Stride.Height + 1,
            (Input.Width + 2 * Pad.Width - Dilation.Width * (Kernel.Width - 1) - 1) / Stride.Width + 1);

        public double Flops => 2.0 * Output.Height * Output.Width * Outputs * (Inputs / Groups) * Kernel.Height * Kernel.Width;

        public static Layer Parse(string line)
        {
            string[] parts = line.Split(' ');
            int count = Number(parts[1]);
            if (parts[2] == "linear")
            {
                int pixels = Number(parts[5]);
                return new Layer(parts[0], count, Number(parts[3]), Number(parts[4]), 1, 1, 0, 1, 1, (1, pixels), pixels == 1);
            }

            return new Layer(
                parts[0], count, Number(parts[3]), Number(parts[4]), Size(parts[5]), Size(parts[6]),
                Size(parts[7]), Size(parts[8]), Number(parts[9]), Size(parts[10]), false);
        }

        public override string ToString() => IsLinear
            ? $"linear {Inputs}->{Outputs}"
            : $"{Inputs}->{Outputs} {Kernel.Height}x{Kernel.Width}"
                + $"{(Stride.Height > 1 ? $"/{Stride.Height}" : "")}{(Groups > 1 ? $" g{Groups}" : "")} @{Input.Height}x{Input.Width}";

        private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

        private static Extent Size(string text)
        {
            string[] parts = text.Split('x');
            return (Number(parts[0]), Number(parts[1]));
        }
    }

    /// <summary>The layers of a network, ready to run.</summary>
    private sealed unsafe class LayerBench : IDisposable
    {
        private readonly Layer[] _layers;
        private readonly CpuPlan _plan;
        private readonly NativeBlock _arena;
        private readonly NativeBlock _scratch;
        private readonly CpuBackend _backend;
        private readonly List<(int Layer, Convolution Op, Tensor Input, Tensor Output)> _calls = [];

        public LayerBench(Layer[] layers, NetworkOptions options)
        {
            _layers = layers;
            var weights = new List<WeightInfo>();
            int length = 0;
            for (int i = 0; i < layers.Length; i++)
            {
                Layer layer = layers[i];
                for (int n = 0; n < layer.Count; n++)
                {
                    weights.Add(new WeightInfo("w", layer.Outputs, layer.Inputs / layer.Groups, layer.Kernel.Height, layer.Kernel.Width));
                    weights.Add(new WeightInfo("b", layer.Outputs));
                    var pad = new Edges(layer.Pad.Height, layer.Pad.Width, layer.Pad.Height, layer.Pad.Width);
                    var input = new Tensor(0, layer.Inputs, layer.Input.Height, layer.Input.Width, pad);
                    int inputLength = input.RowStride * (layer.Input.Height + 2 * layer.Pad.Height);
                    var output = new Tensor(inputLength, layer.Outputs, layer.Output.Height, layer.Output.Width);
                    length = Math.Max(length, inputLength + output.Length);
                    var op = new Convolution(
                        _calls.Count, new Window(layer.Kernel, layer.Stride, pad, layer.Dilation), layer.Groups,
                        2 * _calls.Count, 2 * _calls.Count + 1, default, Activation.Relu);
                    _calls.Add((i, op, input, output));
                }
            }

            var info = new NetworkInfo
            {
                Name = "layers",
                Input = default,
                Outputs = [],
                Layers = [],
                Weights = weights,
                WorkspaceLength = length,
                Preprocessing = new ImagePreprocessing(),
                Labels = [],
            };
            _plan = new CpuPlan(info, new RandomWeights(), options);
            var planner = new CpuPlanner(_plan);
            foreach ((int layer, Convolution op, Tensor input, Tensor output) in _calls)
            {
                if (layers[layer].IsLinear)
                    planner.Linear(new Linear(op.Id, op.Weight, op.Bias), input, output);
                else
                    planner.Convolution(op, input, output);
            }

            _plan.EndDryRun();
            _arena = new NativeBlock(CpuWorkspace.ArenaLength(info));
            _scratch = new NativeBlock(_plan.ScratchLength * options.Threads);
            RandomWeights.Fill(_arena.Span, 1);
            _backend = new CpuBackend(_arena.Pointer, _scratch.Pointer, _plan.ScratchLength, _plan.Operations, new Team(options.Threads));
        }

        public long WeightBytes => _plan.WeightBytes;

        public string AlgorithmOf(int layer)
        {
            int id = _calls.First(call => call.Layer == layer).Op.Id;
            return _plan.Operations[id] is PreparedConvolution convolution ? convolution.Forward!.Name : "linear";
        }

        /// <summary>Seconds of every call, by layer.</summary>
        public double[][] Measure(int rounds)
        {
            var times = _layers.Select(_ => new List<double>()).ToArray();
            for (int round = -2; round < rounds; round++)
            {
                foreach ((int layer, Convolution op, Tensor input, Tensor output) in _calls)
                {
                    long start = Stopwatch.GetTimestamp();
                    if (_layers[layer].IsLinear)
                        _backend.Linear(new Linear(op.Id, op.Weight, op.Bias), input, output);
                    else
                        _backend.Convolution(op, input, output);
                    if (round >= 0)
                        times[layer].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }

            return [.. times.Select(list => list.ToArray())];
        }

        public void Dispose()
        {
            _plan.Dispose();
            _arena.Dispose();
            _scratch.Dispose();
        }
    }

    private sealed class RandomWeights : WeightSource
    {
        public override string Name => "random";

        public override bool TryGetShape(string name, out ReadOnlySpan<int> shape)
        {
            shape = default;
            return false;
        }

        public override void Read(string name, Span<float> destination) => Fill(destination, 0.05f);

        public static void Fill(Span<float> values, float scale)
        {
            uint state = 12345;
            foreach (ref float value in values)
            {
                state = state * 1664525 + 1013904223;
                value = scale * ((state >> 8) * (2f / (1 << 24)) - 1);
            }
        }
    }
}
