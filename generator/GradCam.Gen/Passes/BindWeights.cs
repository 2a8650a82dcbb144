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
    public static Network? Run(Network network, WeightManifest? manifest, List<Problem> problems)
    {
        var table = new List<TensorEntry>();
        var indexOf = new Dictionary<string, int>(StringComparer.Ordinal);
        Dictionary<string, TensorEntry>? file = manifest?.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        WeightProblemPlaces? places = file is null ? null : new WeightProblemPlaces(network, file);
        int before = problems.Count;
        var layers = new List<Layer>();
        foreach (Layer layer in network.Layers)
        {
            WeightBinding Bind(WeightBinding weight)
            {
                if (!indexOf.TryGetValue(weight.Key, out int index))
                {
                    indexOf[weight.Key] = index = table.Count;
                    table.Add(Resolve(weight, layer, file, manifest?.File ?? "", places, problems));
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
        if (manifest is not null)
            ReportUnused(manifest, indexOf, problems);
        return network with { Layers = layers, Weights = table };
    }

    private static TensorEntry Resolve(
        WeightBinding weight, Layer layer, Dictionary<string, TensorEntry>? file, string fileName, WeightProblemPlaces? places, List<Problem> problems)
    {
        var expected = new TensorEntry(weight.Key, "F32", weight.Shapes[0]);
        if (file is null || places is null)
            return expected;
        if (!file.TryGetValue(weight.Key, out TensorEntry? found))
        {
            string hint = weight.Role == "bias" && file.ContainsKey(weight.Key.Substring(0, weight.Key.Length - "bias".Length) + "weight")
                ? " If the layer has no bias, say 'bias off'."
                : NearestName.Suggest(weight.Key, file.Keys);
            var missing = new Problem(ProblemId.WeightMissing, layer.Range, weight.Key, layer.Name, fileName, hint);
            problems.Add(places.Place(missing, layer, weight, found: null));
            return expected;
        }

        if (found.Type is not ("F32" or "F16" or "BF16" or "F64"))
        {
            problems.Add(places.Place(new Problem(ProblemId.WeightType, layer.Range, weight.Key, found.Type, fileName), layer, weight, found));
        }
        else if (!weight.Shapes.Contains(found.Shape))
        {
            string shapes = string.Join(" or ", weight.Shapes.Select(Format));
            problems.Add(places.Place(new Problem(ProblemId.WeightShape, layer.Range, weight.Key, shapes, Format(found.Shape), fileName), layer, weight, found));
        }

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
