using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;

namespace GradCam.Gen.Passes;

/// <summary>
/// Settles what is explained and where: the output and its logits, the layers that the attributes name. Leaves out what influences no output.
/// </summary>
internal static class BindTargets
{
    /// <param name="network">The network.</param>
    /// <param name="output">The output that the attribute names, or null.</param>
    /// <param name="layers">The layers that the attributes name.</param>
    /// <param name="suffixes">Those of them behind which the network can run alone.</param>
    /// <param name="problems">What is wrong.</param>
    /// <param name="imported">
    /// What is known of the ONNX file that the spec was made from, or null: then <paramref name="output"/> may be any of its tensors.
    /// </param>
    public static Network? Run(
        Network network, string? output, EquatableArray<string> layers, EquatableArray<string> suffixes, List<Problem> problems, ImportedSpec? imported = null)
    {
        if (ChooseOutput(network, output, problems, imported) is not { } withOutput)
            return null;

        network = TakeOffHeads.Run(withOutput);
        int before = problems.Count;
        HashSet<int> live = Ancestors(network, network.Outputs.Select(output => output.Id));
        var targets = new List<Target>();
        for (int i = 0; i < layers.Count; i++)
        {
            string name = layers[i];
            if (targets.Any(target => target.Name == name))
                continue;
            var place = new Place(PlaceKind.GradCamAttribute, default, i);
            if (!network.Labels.TryGetValue(name, out int id))
                problems.Add(new Problem(ProblemId.UnknownLayer, place, name, Suggest(name, network)));
            else if (Bind(network, name, id, place, problems))
                targets.Add(new Target(name, id, suffixes.Contains(name)));
        }

        if (problems.Skip(before).Any(problem => Descriptors.IsError(problem.Id)))
            return null;
        // An imported spec has layers beyond the output on purpose: each may be chosen.
        foreach (Layer dead in network.Layers.Where(layer => imported is null && !live.Contains(layer.Id) && !layer.IsInput))
            problems.Add(new Problem(ProblemId.DeadStatement, dead.Range, dead.Name) { Elsewhere = OtherPlace.Use(dead.Use) });
        return network with { Layers = network.Layers.Where(layer => live.Contains(layer.Id) || layer.IsInput).ToList(), Targets = targets };
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

    /// <summary>The layer that was probably meant, or else the one that most take, with the blank in front.</summary>
    private static string Suggest(string name, Network network)
    {
        string nearest = NearestName.Suggest(name, network.Labels.Keys);
        if (nearest.Length > 0 || SuggestedLayer.Of(network) is not { } usual)
            return nearest;
        return $" The usual one is '{SuggestedLayer.Candidates(network)[usual.Id]}' ({usual.Shape}); 'gradcam inspect' lists all.";
    }

    /// <summary>Whether a layer influences an output: another one than itself.</summary>
    private static bool Bind(Network network, string name, int id, Place place, List<Problem> problems)
    {
        HashSet<int> dependents = network.DependentsOf(id);
        List<Output> influenced = [.. network.Outputs.Where(output => dependents.Contains(output.Id))];
        string first = network.Outputs[0].Name;
        if (influenced.Count == 0)
        {
            problems.Add(new Problem(ProblemId.LayerWithoutInfluence, place, name, string.Join("' or '", network.Outputs.Select(output => output.Name))));
        }
        else if (influenced[0] != network.Outputs[0])
        {
            problems.Add(new Problem(
                ProblemId.LayerOfOtherOutput, place, name, first, $"'{string.Join("' and '", influenced.Select(output => output.Name))}'"));
        }

        return influenced.Count > 0;
    }

    private static Network? ChooseOutput(Network network, string? output, List<Problem> problems, ImportedSpec? imported)
    {
        if (output is null)
            return imported is null ? network : DefaultOutput(network, problems, imported);
        if (network.Outputs.FirstOrDefault(one => one.Name == output) is { } chosen && imported is not { HasOutputs: false })
            return network with { Outputs = [chosen, .. network.Outputs.Where(other => other != chosen)] };
        if (imported?.Find(output, network) is int id)
            return network with { Outputs = [new Output(network.ById()[id].Name, id)] };
        if (imported?.LeftOut.FirstOrDefault(one => one.Name == output) is { Name: not null } leftOut)
            problems.Add(Unexplained(output, leftOut.Reason, network));
        else
            problems.Add(UnknownOutput(output, network, isImported: imported is not null));
        return null;
    }

    /// <summary>Without a choice: the first output that can be explained. What was left out for it is worth a warning.</summary>
    private static Network? DefaultOutput(Network network, List<Problem> problems, ImportedSpec imported)
    {
        if (imported.LeftOut.Count == 0)
            return network;
        (string name, string reason) = imported.LeftOut[0];
        if (!imported.HasOutputs)
        {
            problems.Add(Unexplained(name, reason, network));
            return null;
        }

        string[] leftOut = [.. imported.LeftOut.Take(3).Select(one => $"'{one.Name}' ({one.Reason.TrimEnd('.')})")];
        string more = imported.LeftOut.Count > leftOut.Length ? $" and {imported.LeftOut.Count - leftOut.Length} more" : "";
        problems.Add(new Problem(
            ProblemId.OutputsLeftOut, new Place(PlaceKind.NetworkAttribute), network.Outputs[0].Name, string.Join(", ", leftOut) + more));
        return network;
    }

    /// <summary>An output of an ONNX file that could not be imported; with the vectors within the network, where it could end instead.</summary>
    private static Problem Unexplained(string name, string reason, Network network)
    {
        string[] vectors =
        [
            .. network.Layers.Where(layer => layer.Shape is { IsVector: true, Channels: > 1 } && !layer.IsInput && layer.Name != name)
                .Reverse().Take(3).Select(layer => $"Output = \"{layer.Name}\"")
        ];
        string cure = vectors.Length > 0
            ? $"The network can end at a vector within it, alone: {string.Join(", ", vectors)}."
            : "The network has no vector within it to end at. Write the spec with 'gradcam import', and end it where you like.";
        return new Problem(ProblemId.OutputNotExplained, new Place(PlaceKind.OutputArgument), name, reason.TrimEnd('.'), cure);
    }

    private static Problem UnknownOutput(string name, Network network, bool isImported)
    {
        string[] names = [.. network.Outputs.Select(output => output.Name)];
        string[] quoted = [.. names.Select(other => $"'{other}'")];
        string found = quoted.Length == 1 ? quoted[0] + " alone" : string.Join(", ", quoted.Take(quoted.Length - 1)) + " and " + quoted[quoted.Length - 1];
        return new Problem(
            ProblemId.UnknownOutput, new Place(PlaceKind.OutputArgument), name, found,
            NearestName.Suggest(name, isImported ? names.Concat(network.Labels.Keys) : names));
    }
}
