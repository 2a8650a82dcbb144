using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace GradCam.Benchmarks;

/// <summary>
/// Bytes of packed weights and of a session's workspace beside those of the weight file: for the forward pass and the first compiled layer, and for all
/// compiled layers, whose gradients may need weights packed for them too. With --peer also the most memory that a process held which loaded a network (for the
/// first layer) and ran it once: from the weight file, from a file of packed weights, and in ONNX Runtime: <c>-- memory [NETWORK ...] [--peer] [--no-winograd]
/// [--threads N]</c>.
/// </summary>
internal static class MemoryTable
{
    private const string FromWeights = "weights";
    private const string FromPacked = "packed";
    private const string Peer = "onnx";
    private const double MiB = 1 << 20;

    public static int Run(string[] arguments)
    {
        if (arguments is ["--in-this-process", string engine, string name, string file, string packed])
            return RunHere(engine, ZooNetwork.All.Single(network => network.Name == name), file, packed);
        var options = new CpuOptions();
        bool peer = false;
        var names = new List<string>();
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--no-winograd":
                    options = options with { UseWinograd = false };
                    break;
                case "--threads":
                    options = options with { Threads = int.Parse(arguments[++i], CultureInfo.InvariantCulture) };
                    break;
                case "--peer":
                    peer = true;
                    break;
                default:
                    names.Add(arguments[i]);
                    break;
            }
        }

        Console.WriteLine(
            $"{"MiB",-20} {"file",8} {"packed",8} {"workspace",9} {"ratio",6}  {"all layers",10} {"ratio",6}"
            + (peer ? "  peak: from weights, from packed file, ONNX Runtime" : ""));
        foreach (ZooNetwork network in ZooNetwork.All.Where(network => names.Count == 0 || names.Contains(network.Name)))
        {
            double stored = sizeof(float) * network.Info.Weights.Sum(weight => weight.Shape.Aggregate(1L, (product, size) => product * size));
            MemoryUse first = new Planned(options, layers: 1).Of(network);
            MemoryUse all = new Planned(options, network.Info.Layers.Count).Of(network);
            Console.Write(
                $"{network.Name,-20} {stored / MiB,8:f1} {first.WeightBytes / MiB,8:f1} {first.SessionBytes / MiB,9:f1} " +
                $"{(first.WeightBytes + first.SessionBytes) / stored,6:f2}  "
                + $"{all.WeightBytes / MiB,10:f1} {(all.WeightBytes + all.SessionBytes) / stored,6:f2}");
            if (peer)
                WritePeaks(network);
            Console.WriteLine();
        }

        return 0;
    }

    private static void WritePeaks(ZooNetwork network)
    {
        using var files = new NetworkFiles(network);
        Loading.Load(network, files.Weights, new CpuOptions { PackedFile = files.Packed }, allLayers: false).Dispose();
        foreach ((string engine, string file) in new[] { (FromWeights, files.Weights), (FromPacked, files.Weights), (Peer, files.Onnx) })
            Console.Write($"  {ChildProcess.Run("memory", "--in-this-process", engine, network.Name, file, files.Packed)}");
    }

    private static int RunHere(string engine, ZooNetwork network, string file, string packed)
    {
        var input = new float[network.Info.Input.Length];
        if (engine == Peer)
        {
            using var session = new InferenceSession(file);
            long[] shape = [1, network.Info.Input.Channels, network.Info.Input.Height, network.Info.Input.Width];
            using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, shape);
            using var options = new Microsoft.ML.OnnxRuntime.RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(
                options, new Dictionary<string, OrtValue> { [session.InputMetadata.Keys.Single()] = value }, [session.OutputMetadata.Keys.First()]);
        }
        else
        {
            var options = new CpuOptions { PackedFile = engine == FromPacked ? packed : null };
            using Model model = Loading.Load(network, file, options, allLayers: false);
            using Executor executor = model.CreateExecutor();
            executor.Forward(input);
            executor.Backward(0, 0, 1);
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"{process.PeakWorkingSet64 / MiB:f0}");
        return 0;
    }

    /// <summary>What a network's dry run asks for; nothing is packed.</summary>
    private sealed class Planned(CpuOptions options, int layers) : INetworkVisitor
    {
        private MemoryUse _use;

        public MemoryUse Of(ZooNetwork network)
        {
            network.Visit(this);
            return _use;
        }

        public void Visit<TNetwork>()
            where TNetwork : INetwork => _use = MemoryUse.Measure<TNetwork>(options, layers);
    }
}
