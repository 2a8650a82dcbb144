using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Weights;
using static System.FormattableString;

namespace GradCam.Gen.Passes;

/// <summary>
/// Gives every weight that a layer needs its place in the network's weight table, and checks the table against the weight file's manifest.
/// Without a manifest the table is what the spec asks for, and loading checks it.
/// </summary>
internal sealed class BindWeights
{
    /// <summary>Hints search the whole file: more problems than anyone reads need none.</summary>
    private const int MostHints = 50;

    private const int MostSuggested = 3;

    private readonly Network _network;
    private readonly WeightManifest? _manifest;
    private readonly string _prefix;
    private readonly List<Problem> _problems;

    /// <summary>The names in the file of all tensors that layers read.</summary>
    private readonly HashSet<string> _wanted;

    private readonly Dictionary<string, TensorEntry>? _file;

    private readonly WeightProblemPlaces? _places;

    /// <summary>The tensors of the file that no layer reads, by shape.</summary>
    private readonly ILookup<EquatableArray<int>, string>? _unread;

    private int _hints;

    private BindWeights(Network network, WeightManifest? manifest, string prefix, List<Problem> problems)
    {
        _network = network;
        _manifest = manifest;
        _prefix = prefix;
        _problems = problems;
        _wanted = new HashSet<string>(
            network.Layers.SelectMany(layer => layer.Weights.Concat(layer.Affine?.Weights ?? [])).Select(weight => prefix + weight.Key),
            StringComparer.Ordinal);
        if (manifest is null)
            return;
        _file = manifest.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        _places = new WeightProblemPlaces(network, _file, prefix);
        _unread = manifest.Tensors.Where(tensor => !_wanted.Contains(tensor.Name)).ToLookup(tensor => tensor.Shape, tensor => tensor.Name);
    }

    /// <param name="network">The network.</param>
    /// <param name="manifest">What the weight file holds, or null where the network has none.</param>
    /// <param name="prefix">What the names in the file begin with, but not in the spec.</param>
    /// <param name="problems">Where problems go.</param>
    /// <param name="reportUnused">
    /// Whether a tensor that no layer reads is worth a warning: not where the file was made with the spec and the class ends early.
    /// </param>
    public static Network? Run(Network network, WeightManifest? manifest, string prefix, List<Problem> problems, bool reportUnused = true) =>
        new BindWeights(network, manifest, prefix, problems).Run(reportUnused);

    private Network? Run(bool reportUnused)
    {
        var table = new List<TensorEntry>();
        var indexOf = new Dictionary<string, int>(StringComparer.Ordinal);
        int before = _problems.Count;
        var layers = new List<Layer>();
        foreach (Layer layer in _network.Layers)
        {
            WeightBinding Bind(WeightBinding weight)
            {
                if (!indexOf.TryGetValue(weight.Key, out int index))
                {
                    indexOf[weight.Key] = index = table.Count;
                    table.Add(Resolve(weight, layer));
                }
                else if (!weight.Shapes.Contains(table[index].Shape) && _problems.Count == before)
                {
                    _problems.Add(new Problem(
                        ProblemId.WeightShape, layer.Range, weight.Key, Format(weight.Shapes[0]), Format(table[index].Shape), "another layer of the spec"));
                }

                return weight with { Index = index };
            }

            layers.Add(layer with { Weights = layer.Weights.Select(Bind).ToList(), Affine = layer.Affine?.Bind(Bind) });
        }

        if (_problems.Count > before)
        {
            if (OtherPrefix() is Problem prefix)
            {
                _problems.RemoveRange(before, _problems.Count - before);
                _problems.Add(prefix);
            }

            return null;
        }

        if (_manifest is not null && reportUnused)
            ReportUnused(_manifest);
        return _network with { Layers = layers, Weights = table };
    }

    private TensorEntry Resolve(WeightBinding weight, Layer layer)
    {
        string name = _prefix + weight.Key;
        var expected = new TensorEntry(name, "F32", weight.Shapes[0]);
        if (_file is null)
            return expected;
        if (!_file.TryGetValue(name, out TensorEntry? found))
        {
            _problems.Add(_places!.Place(
                new Problem(ProblemId.WeightMissing, layer.Range, name, layer.Name, _manifest!.File, Hint(weight, name)), layer, weight, found: null));
            return expected;
        }

        if (found.Type is not ("F32" or "F16" or "BF16" or "F64"))
        {
            _problems.Add(_places!.Place(new Problem(ProblemId.WeightType, layer.Range, name, found.Type, _manifest!.File), layer, weight, found));
        }
        else if (!weight.Shapes.Contains(found.Shape))
        {
            string shapes = string.Join(" or ", weight.Shapes.Select(Format));
            _problems.Add(_places!.Place(
                new Problem(ProblemId.WeightShape, layer.Range, name, shapes, Format(found.Shape), _manifest!.File), layer, weight, found));
        }

        // A kernel of one row without its height: the elements are the same, and only here anyone sees a difference.
        return weight.Shapes[0].Count == 4 && found.Shape.Count == 3 ? found with { Shape = weight.Shapes[0] } : found;
    }

    /// <summary>What the missing tensor may be: without bias, misspelt, or one that no layer reads and that has its shape.</summary>
    private string Hint(WeightBinding weight, string name)
    {
        if (++_hints > MostHints)
            return "";
        if (weight.Role == "bias" && _file!.ContainsKey(name.Substring(0, name.Length - "bias".Length) + "weight"))
            return " If the layer has no bias, say 'bias off'.";
        List<string> fitting = [.. weight.Shapes.SelectMany(shape => _unread![shape])];
        string nearest = NearestName.Suggest(name, fitting);
        if (nearest.Length == 0 && fitting.Count > 0)
        {
            string more = fitting.Count <= MostSuggested ? "" : Invariant($" and {fitting.Count - MostSuggested} more");
            return $" No layer reads {string.Join(", ", fitting.Take(MostSuggested).Select(other => $"'{other}'"))}{more} of the same shape.";
        }

        return nearest.Length > 0 ? nearest : NearestName.Suggest(name, _file!.Keys);
    }

    /// <summary>The tensors are there, under names that begin otherwise: one message instead of one a tensor.</summary>
    private Problem? OtherPrefix()
    {
        if (_file is null || KeyPrefix.Find(_wanted, _file.Keys) is not KeyPrefix found)
            return null;
        string begin = found.Stored.Length > 0 ? $"begin with '{found.Stored}'" : $"do not begin with '{found.Expected}'";
        string cure;
        if (_prefix.StartsWith(found.Expected, StringComparison.Ordinal))
        {
            string right = found.Stored + _prefix.Remove(0, found.Expected.Length);
            cure = right.Length > 0 ? $"Say WeightPrefix = \"{right}\" in [Network]" : "Leave WeightPrefix out of [Network]";
        }
        else
        {
            string rest = found.Stored.Length == 0 ? "name" : $"name.removeprefix(\"{found.Stored}\")";
            string rename = $"{{\"{found.Expected}\" + {rest}: tensor for name, tensor in state.items()}}";
            cure = $"Change the labels in the spec, or save the weights under the spec's names, in Python: {rename}";
        }

        return new Problem(
            ProblemId.WeightPrefix, new Place(PlaceKind.WeightsArgument), _manifest!.File, begin, found.StoredExample, found.Example, cure);
    }

    private void ReportUnused(WeightManifest manifest)
    {
        // PyTorch's batch norms count their training batches; no inference reads that.
        List<string> unused = manifest.Tensors.Select(tensor => tensor.Name)
            .Where(name => !_wanted.Contains(name) && !name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToList();
        if (unused.Count == 0)
            return;
        string more = unused.Count == 1 ? "" : Invariant($" and {unused.Count - 1} more");
        _problems.Add(new Problem(ProblemId.WeightUnused, new Place(PlaceKind.WeightsArgument), unused[0], manifest.File, more));
    }

    private static string Format(EquatableArray<int> shape) => "[" + string.Join(", ", shape.Select(size => Invariant($"{size}"))) + "]";
}
