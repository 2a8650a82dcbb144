using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Spec;
using static System.FormattableString;

namespace GradCam.Gen.Passes;

/// <summary>
/// Gives every weight that a layer needs its place in the network's weight table, and checks the table against the weight file's manifest.
/// Without a manifest the table is what the spec asks for, and loading checks it.
/// </summary>
internal static class BindWeights
{
    /// <param name="network">The network.</param>
    /// <param name="manifest">What the weight file holds, or null.</param>
    /// <param name="problems">What is wrong.</param>
    /// <param name="reportUnused">Whether a tensor that no layer reads is worth a warning: not where the file was made with the spec and the class ends early.</param>
    public static Network? Run(Network network, WeightManifest? manifest, List<Problem> problems, bool reportUnused = true)
    {
        var table = new List<TensorEntry>();
        var indexOf = new Dictionary<string, int>(StringComparer.Ordinal);
        Dictionary<string, TensorEntry>? file = manifest?.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        int before = problems.Count;
        var layers = new List<Layer>();
        foreach (Layer layer in network.Layers)
        {
            WeightBinding Bind(WeightBinding weight)
            {
                if (!indexOf.TryGetValue(weight.Key, out int index))
                {
                    indexOf[weight.Key] = index = table.Count;
                    table.Add(Resolve(weight, layer, file, manifest?.File ?? "", problems));
                }
                else if (!weight.Shapes.Contains(table[index].Shape) && problems.Count == before)
                {
                    problems.Add(new Problem(ProblemId.WeightShape, layer.Range, weight.Key, Format(weight.Shapes[0]), Format(table[index].Shape), "another layer of the spec"));
                }

                return weight with { Index = index };
            }

            layers.Add(layer with { Weights = layer.Weights.Select(Bind).ToList(), Affine = layer.Affine?.Bind(Bind) });
        }

        if (problems.Count > before)
            return null;
        if (manifest is not null && reportUnused)
            ReportUnused(manifest, indexOf, problems);
        return network with { Layers = layers, Weights = table };
    }

    private static TensorEntry Resolve(
        WeightBinding weight, Layer layer, Dictionary<string, TensorEntry>? file, string fileName, List<Problem> problems)
    {
        var expected = new TensorEntry(weight.Key, "F32", weight.Shapes[0]);
        if (file is null)
            return expected;
        if (!file.TryGetValue(weight.Key, out TensorEntry? found))
        {
            string hint = weight.Role == "bias" && file.ContainsKey(weight.Key.Substring(0, weight.Key.Length - "bias".Length) + "weight")
                ? " If the layer has no bias, say 'bias off'."
                : NearestName.Suggest(weight.Key, file.Keys);
            problems.Add(new Problem(ProblemId.WeightMissing, layer.Range, weight.Key, layer.Name, fileName, hint));
            return expected;
        }

        if (found.Type is not ("F32" or "F16" or "BF16" or "F64"))
            problems.Add(new Problem(ProblemId.WeightType, layer.Range, weight.Key, found.Type, fileName));
        else if (!weight.Shapes.Contains(found.Shape))
            problems.Add(new Problem(ProblemId.WeightShape, layer.Range, weight.Key, string.Join(" or ", weight.Shapes.Select(Format)), Format(found.Shape), fileName));
        return found;
    }

    private static void ReportUnused(WeightManifest manifest, Dictionary<string, int> used, List<Problem> problems)
    {
        // PyTorch's batch norms count their training batches; no inference reads that.
        List<string> unused = manifest.Tensors.Select(tensor => tensor.Name)
            .Where(name => !used.ContainsKey(name) && !name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToList();
        if (unused.Count == 0)
            return;
        string more = unused.Count == 1 ? "" : Invariant($" and {unused.Count - 1} more");
        problems.Add(new Problem(ProblemId.WeightUnused, new Place(PlaceKind.WeightsArgument), unused[0], manifest.File, more));
    }

    private static string Format(EquatableArray<int> shape) => "[" + string.Join(", ", shape.Select(size => Invariant($"{size}"))) + "]";
}
