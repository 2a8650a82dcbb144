using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace GradCam.Benchmarks;

/// <summary>
/// What networks compute, to the bit: a line for each result with its SHA-256, the same for 1 and 2 threads: <c>-- hashes [network ...]</c>. Versions of the
/// code that compute the same print the same on processors of one kind.
/// </summary>
internal static class Hashes
{
    private static readonly int[] ThreadCounts = [1, 2];

    // In the order in which all versions print them. Others are made of the same activations and gradients.
    private static readonly CamMethod[] Methods =
    [
        CamMethod.GradCam, CamMethod.HiResCam, CamMethod.GradCamPlusPlus, CamMethod.XGradCam, CamMethod.LayerCam, CamMethod.GradCamElementWise,
    ];

    public static int Run(string[] arguments)
    {
        int differing = 0;
        foreach ((ZooNetwork network, ZooNetwork toInput) in ZooNetwork.All.Zip(ZooNetwork.AllToInput))
        {
            if (arguments.Length == 0 || arguments.Contains(network.Name))
                differing += Run(network, toInput);
        }

        if (differing > 0)
            Console.Error.WriteLine($"{differing} result(s) depend on the number of threads.");
        return differing > 0 ? 1 : 0;
    }

    private static int Run(ZooNetwork network, ZooNetwork toInput)
    {
        string folder = Directory.CreateTempSubdirectory("gradcam-hashes").FullName;
        try
        {
            string weights = Path.Combine(folder, network.Name + ".safetensors");
            RandomSafetensors.Write(network.Info, weights);
            List<string>[] lines = [.. ThreadCounts.Select(threads => LinesOf(network, weights, threads).Concat(LinesOf(toInput, weights, threads)).ToList())];
            int differing = 0;
            for (int i = 0; i < lines[0].Count; i++)
            {
                string[] distinct = [.. lines.Select(list => list[i]).Distinct()];
                differing += distinct.Length - 1;
                foreach (string line in distinct)
                    Console.WriteLine(line);
            }

            return differing;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<string> LinesOf(ZooNetwork network, string weights, int threads)
    {
        var lines = new List<string>();
        using Model model = Loading.Load(network, weights, new CpuOptions { Threads = threads }, allLayers: true);
        using var session = new NetworkSession(model.CreateExecutor());
        NetworkInfo info = network.Info;
        var random = new Random(2);
        float[] image = [.. Enumerable.Range(0, info.Input.Length).Select(_ => 4 * random.NextSingle() - 2)];
        Add("logits", session.Forward(image, TensorLayout.Chw));
        for (int layer = 0; layer < info.Layers.Count; layer++)
        {
            string name = info.Layers[layer].Name;
            foreach (int classIndex in new[] { 0, info.Logits.Channels - 1 })
            {
                string of = $"{name} class {classIndex}";

                // Grad-CAM first: it may take the gradient's sums, which need no maps.
                foreach (CamMethod method in Methods)
                    Add($"{of} {Identifier(method)}", session.Explain(classIndex, layer, method).Raw);
                Add($"{of} gradients", session.GetGradients(classIndex, layer).Values);
            }
        }

        return lines;

        void Add(string what, ReadOnlySpan<float> values) =>
            lines.Add($"{network.Name} {what} {Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values)))}");
    }

    /// <summary>What C# calls the method: <c>GradCamPlusPlus</c>.</summary>
    private static string Identifier(CamMethod method) =>
        typeof(CamMethod).GetProperties(BindingFlags.Public | BindingFlags.Static).First(property => property.GetValue(null) == method).Name;
}
