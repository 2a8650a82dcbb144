using System.Diagnostics;
using System.Globalization;
using GradCam.Weights;
using Microsoft.ML.OnnxRuntime;

namespace GradCam.Benchmarks;

/// <summary>
/// The time to load networks from a mapped weight file, from a file of packed weights, and in ONNX Runtime, with the page cache warm; each in a process of its
/// own, the first load there and the median of the later ones: <c>-- load [NETWORK ...] [--rounds N]</c>.
/// </summary>
internal static class LoadTimes
{
    private const string OnlyWeights = "weights";
    private const string WithPacked = "packed";
    private const string OnlyPeer = "onnx";

    public static int Run(string[] arguments)
    {
        if (arguments is ["--in-this-process", string engine, string name, string file, string packed, string count])
            return RunHere(engine, ZooNetwork.All.Single(network => network.Name == name), file, packed, int.Parse(count, CultureInfo.InvariantCulture));
        string rounds = "7";
        var names = new List<string>();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--rounds")
                rounds = arguments[++i];
            else
                names.Add(arguments[i]);
        }

        foreach (ZooNetwork network in ZooNetwork.All.Where(network => names.Count == 0 || names.Contains(network.Name)))
        {
            using var files = new NetworkFiles(network);
            Load(network, files.Weights, new NetworkOptions { PackedFile = files.Packed }).Dispose();
            foreach ((string of, string from) in new[] { (OnlyWeights, files.Weights), (WithPacked, files.Weights), (OnlyPeer, files.Onnx) })
                Console.WriteLine($"{network.Name} {ChildProcess.Run("load", "--in-this-process", of, network.Name, from, files.Packed, rounds)}");
        }

        return 0;
    }

    private static int RunHere(string engine, ZooNetwork network, string file, string packed, int rounds)
    {
        Func<IDisposable> load = engine switch
        {
            OnlyPeer => () => new InferenceSession(file),
            WithPacked => () => Load(network, file, new NetworkOptions { PackedFile = packed }),
            _ => () => Load(network, file, new NetworkOptions()),
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
        Console.WriteLine($"{engine} first={times[0]:f1} ms later={later[rounds / 2]:f1} ms (best {later[0]:f1})");
        return 0;
    }

    private static Model Load(ZooNetwork network, string file, NetworkOptions options)
    {
        using WeightSource source = WeightLoading.OpenFile(file);
        return network.Prepare(source, options);
    }
}
