using System.Diagnostics;
using GradCam.Cpu;
using GradCam.Weights;
using Microsoft.ML.OnnxRuntime;

namespace GradCam.Benchmarks;

/// <summary>
/// Bytes of packed weights and of a session's workspace beside those of the weight file, and with --peer the most memory that a process held which loaded a
/// network and ran it once, here and in ONNX Runtime: <c>-- memory [NETWORK ...] [--peer] [--no-winograd]</c>.
/// </summary>
internal static class MemoryUse
{
    private const string Ours = "here";
    private const string OursPacked = "packed";
    private const string Peer = "onnx";
    private const double MiB = 1 << 20;

    public static int Run(string[] arguments)
    {
        if (arguments is ["--in-this-process", string engine, string name, string file, string packed])
            return RunHere(engine, ZooNetwork.All.Single(network => network.Name == name), file, packed);
        string[] names = [.. arguments.Where(argument => !argument.StartsWith('-'))];
        var options = new NetworkOptions { Winograd = !arguments.Contains("--no-winograd") };
        bool peer = arguments.Contains("--peer");
        Console.WriteLine($"{"network",-20} {"file MiB",9} {"packed",9} {"workspace",9} {"together",9}{(peer ? "  most of a process: here, packed file, onnx" : "")}");
        foreach (ZooNetwork network in ZooNetwork.All.Where(network => names.Length == 0 || names.Contains(network.Name)))
        {
            using var files = new NetworkFiles(network);
            double stored = new FileInfo(files.Weights).Length;
            (long weights, long workspace) = Measure(network, files.Weights, options);
            Console.Write($"{network.Name,-20} {stored / MiB,9:f1} {weights / MiB,9:f1} {workspace / MiB,9:f1} {(weights + workspace) / stored,8:f2}x");
            if (peer)
            {
                Load(network, files.Weights, new NetworkOptions { PackedFile = files.Packed }).Dispose();
                foreach ((string of, string from) in new[] { (Ours, files.Weights), (OursPacked, files.Weights), (Peer, files.Onnx) })
                    Console.Write($" {ChildProcess.Run("memory", "--in-this-process", of, network.Name, from, files.Packed),6}");
            }

            Console.WriteLine();
        }

        return 0;
    }

    private static (long Weights, long Workspace) Measure(ZooNetwork network, string file, NetworkOptions options)
    {
        using Model model = Load(network, file, options);
        return ((ICpuModel)model).Bytes;
    }

    private static int RunHere(string engine, ZooNetwork network, string file, string packed)
    {
        var input = new float[network.Info.Input.Length];
        if (engine == Peer)
        {
            using var session = new InferenceSession(file);
            long[] shape = [1, network.Info.Input.Channels, network.Info.Input.Height, network.Info.Input.Width];
            using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, shape);
            using var options = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(
                options, new Dictionary<string, OrtValue> { [session.InputMetadata.Keys.Single()] = value }, [session.OutputMetadata.Keys.First()]);
        }
        else
        {
            using Model model = Load(network, file, new NetworkOptions { PackedFile = engine == OursPacked ? packed : null });
            using Executor executor = model.CreateExecutor();
            executor.Forward(input);
            executor.Backward(0, 0, 1);
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"{process.PeakWorkingSet64 / MiB:f0}");
        return 0;
    }

    private static Model Load(ZooNetwork network, string file, NetworkOptions options)
    {
        using WeightSource source = WeightLoading.OpenFile(file);
        return network.Prepare(source, options);
    }
}
