using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Spec;

namespace GradCam.Gen.Passes;

/// <summary>
/// Settles what is explained and where: the output and its logits, the layers that the attributes name. Leaves out what influences no output.
/// </summary>
internal static class BindTargets
{
    public static Network? Run(Network network, string? output, EquatableArray<string> layers, List<Problem> problems)
    {
        if (output is not null)
        {
            if (network.Outputs.FirstOrDefault(one => one.Name == output) is not { } chosen)
            {
                problems.Add(UnknownOutput(output, network.Outputs));
                return null;
            }

            network = network with { Outputs = [chosen, .. network.Outputs.Where(other => other != chosen)] };
        }

        network = TakeOffHeads.Run(network);
        int before = problems.Count;
        Layer logits = network.ById()[network.LogitsId];
        if (!logits.Shape.IsVector)
            problems.Add(new Problem(ProblemId.OutputNotVector, logits.Range, network.Outputs[0].Name, logits.Shape.ToString()));

        HashSet<int> live = Ancestors(network, network.Outputs.Select(output => output.Id));
        HashSet<int> influential = Ancestors(network, [network.LogitsId]);
        var targets = new List<Target>();
        for (int i = 0; i < layers.Count; i++)
        {
            string name = layers[i];
            if (targets.Any(target => target.Name == name))
                continue;
            var place = new Place(PlaceKind.GradCamAttribute, default, i);
            if (!network.Labels.TryGetValue(name, out int id))
                problems.Add(new Problem(ProblemId.UnknownLayer, place, name, NearestName.Suggest(name, network.Labels.Keys)));
            else if (!influential.Contains(id) || id == network.LogitsId)
                problems.Add(new Problem(ProblemId.LayerWithoutInfluence, place, name, network.Outputs[0].Name));
            else
                targets.Add(new Target(name, id));
        }

        if (problems.Count > before)
            return null;
        foreach (Layer dead in network.Layers.Where(layer => !live.Contains(layer.Id) && layer.Id != 0))
            problems.Add(new Problem(ProblemId.DeadStatement, dead.Range, dead.Name) { Elsewhere = OtherPlace.Use(dead.Use) });
        return network with { Layers = network.Layers.Where(layer => live.Contains(layer.Id) || layer.Id == 0).ToList(), Targets = targets };
    }

    /// <summary>The ids and everything they depend on.</summary>
    public static HashSet<int> Ancestors(Network network, IEnumerable<int> ids)
    {
        var found = new HashSet<int>(ids);
        foreach (Layer layer in network.Layers.Reverse())
            if (found.Contains(layer.Id))
                found.UnionWith(layer.Operands);
        return found;
    }

    private static Problem UnknownOutput(string name, IReadOnlyList<Output> outputs)
    {
        string[] names = [.. outputs.Select(output => output.Name)];
        string[] quoted = [.. names.Select(other => $"'{other}'")];
        string found = quoted.Length == 1 ? quoted[0] + " alone" : string.Join(", ", quoted.Take(quoted.Length - 1)) + " and " + quoted[quoted.Length - 1];
        return new Problem(ProblemId.UnknownOutput, new Place(PlaceKind.OutputArgument), name, found, NearestName.Suggest(name, names));
    }
}
