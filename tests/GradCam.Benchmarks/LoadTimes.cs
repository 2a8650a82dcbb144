using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace GradCam.Benchmarks;

/// <summary>
/// The time to load networks, for their first compiled layer or for all of them, from a mapped weight file, from a file of packed weights, and in ONNX Runtime,
/// with the page cache warm; each in a process of its own, the first load there and the median of the later ones:
/// <c>-- load [NETWORK ...] [--rounds N] [--all-layers]</c>.
/// </summary>
internal static class LoadTimes
{
    private const string FromWeights = "weights";
    private const string FromPacked = "packed";
    private const string Peer = "onnx";

    public static int Run(string[] arguments)
    {
        string rounds = "15";
        bool allLayers = false;
        var names = new List<string>();
        if (arguments is ["--in-this-process", string engine, string name, string file, string packed, string count, string all])
        {
            ZooNetwork network = ZooNetwork.All.Single(network => network.Name == name);
            return RunHere(engine, network, file, packed, int.Parse(count, CultureInfo.InvariantCulture), bool.Parse(all));
        }

        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--rounds")
                rounds = arguments[++i];
            else if (arguments[i] == "--all-layers")
                allLayers = true;
            else
                names.Add(arguments[i]);
        }

        foreach (ZooNetwork network in ZooNetwork.All.Where(network => names.Count == 0 || names.Contains(network.Name)))
        {
            using var files = new NetworkFiles(network);
            Loading.Load(network, files.Weights, new CpuOptions { PackedFile = files.Packed }, allLayers).Dispose();
            Console.Write(network.Name);
            foreach ((string from, string path) in new[] { (FromWeights, files.Weights), (FromPacked, files.Weights), (Peer, files.Onnx) })
                Console.Write("  " + ChildProcess.Run("load", "--in-this-process", from, network.Name, path, files.Packed, rounds, allLayers.ToString()));
            Console.WriteLine();
        }

        return 0;
    }

    private static int RunHere(string engine, ZooNetwork network, string file, string packed, int rounds, bool allLayers)
    {
        Func<IDisposable> load = engine switch
        {
            Peer => () => new InferenceSession(file),
            FromPacked => () => Loading.Load(network, file, new CpuOptions { PackedFile = packed }, allLayers),
            _ => () => Loading.Load(network, file, new CpuOptions(), allLayers),
        };
        foreach (string read in new[] { file, packed }.Where(File.Exists))
        {
            using FileStream stream = File.OpenRead(read);
            stream.CopyTo(Stream.Null);
        }

        var times = new double[1 + rounds];
        for (int round = 0; round <= rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            IDisposable loaded = load();
            times[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            loaded.Dispose();
        }

        double[] later = [.. times.Skip(1).Order()];
        Console.WriteLine($"{engine} first={times[0]:f1} later={later[rounds / 2]:f1} best={later[0]:f1} ms");
        return 0;
    }
}
