using GradCam.Gen.Model;
using GradCam.Gen.Operations;
using static System.FormattableString;

namespace GradCam.Gen.Emit;

/// <summary>The backward slices: which one runs, each slice's steps, then one method a step.</summary>
internal static class BackwardEmitter
{
    private const string Parameters = "ref TBackend backend, int @class, float seed";

    public static void Emit(SourceWriter writer, Plan plan, Names names)
    {
        Network network = plan.Network;
        List<string> slices = Identifiers.Unique(
            [.. network.Targets.Select(target => "To" + Identifiers.FromPath(target.Name)),
             .. plan.SumsSlices.Select(slice => $"To{Identifiers.FromPath(network.Targets[slice.Target].Name)}_Sums")],
            Identifiers.ReservedInSchedule);
        List<string> sumsSlices = slices.Skip(network.Targets.Count).ToList();
        Dispatch(
            writer, "RunBackward", "The backward slice from a class's logit to a compiled layer.", "This layer was not compiled.",
            Enumerable.Range(0, network.Targets.Count).Select(target => (target, slices[target])));
        Dispatch(
            writer, "RunGradientSums", "The same gradient's sums over the pixels: what plain Grad-CAM needs.", "This layer has none.",
            plan.SumsSlices.Select((slice, i) => (slice.Target, sumsSlices[i])));
        if (slices.Count == 0)
            return;

        Dictionary<int, Layer> byId = network.ById();

        // An alias runs nothing: the gradient is already where it should be.
        List<BackwardStep> steps =
            [.. plan.Backward.Where(step => step.Kind != BackwardKind.Alias), .. plan.SumsSlices.SelectMany(slice => slice.Steps).Distinct()];
        ILookup<string, BackwardStep> byName = steps.ToLookup(step => Name(step, names, byId));
        List<string> unique = Identifiers.Unique(
            steps.Select(step => Name(step, names, byId)).Zip(steps, (name, step) => byName[name].Count() == 1 ? name : name + Difference(step)),
            [.. Identifiers.ReservedInSchedule, .. slices]);
        Dictionary<BackwardStep, string> methods = steps.Zip(unique, (step, name) => (step, name)).ToDictionary(pair => pair.step, pair => pair.name);
        writer.Line();
        writer.Summary("The backward slices: gradients of values only, never of weights.");
        writer.Open("private static class Backward");
        for (int target = 0; target < network.Targets.Count; target++)
            Slice(writer, $"d logit / d {network.Targets[target].Name}.", slices[target], plan.Slice(target), methods);
        for (int i = 0; i < plan.SumsSlices.Count; i++)
        {
            SumsSlice slice = plan.SumsSlices[i];
            string summary = $"The sums over the pixels of d logit / d {network.Targets[slice.Target].Name}.";
            Slice(writer, summary, sumsSlices[i], plan.Backward.Where(slice.Runs).Concat(slice.Steps), methods);
        }

        foreach (BackwardStep step in steps)
        {
            writer.Summary(Describe(step, byId));
            string parameters = (TakesClass(step) ? ", int @class" : "") + (TakesSeed(step) ? ", float seed" : "");
            writer.Member($"private static void {methods[step]}(ref TBackend backend{parameters})", Call(names, step, byId));
        }

        writer.Close();
    }

    private static void Dispatch(SourceWriter writer, string method, string summary, string otherwise, IEnumerable<(int Target, string Slice)> slices)
    {
        writer.Line();
        writer.Summary(summary);
        writer.Open($"public static void {method}(ref TBackend backend, int layer, int @class, float seed)");
        writer.Open("switch (layer)");
        foreach ((int target, string slice) in slices)
            writer.Line(Invariant($"case {target}: Backward.{slice}(ref backend, @class, seed); break;"));
        writer.Line($"default: throw new global::System.ArgumentOutOfRangeException(\"layer\", layer, {SourceWriter.Literal(otherwise)});");
        writer.Close();
        writer.Close();
    }

    private static void Slice(
        SourceWriter writer, string summary, string slice, IEnumerable<BackwardStep> steps, Dictionary<BackwardStep, string> methods)
    {
        writer.Summary(summary);
        writer.Open($"public static void {slice}({Parameters})");
        foreach (BackwardStep step in steps.Where(methods.ContainsKey))
            writer.Line($"{methods[step]}(ref backend{(TakesClass(step) ? ", @class" : "")}{(TakesSeed(step) ? ", seed" : "")});");
        writer.Close();
        writer.Line();
    }

    private static bool TakesSeed(BackwardStep step) => step.Kind is BackwardKind.Seed or BackwardKind.Row;

    /// <summary>The class is where the seed or the row is, or which channel of the forward pass's values belongs to the gradient's only one.</summary>
    private static bool TakesClass(BackwardStep step) => step.Kind switch
    {
        BackwardKind.Seed => !step.ToClassChannel,
        BackwardKind.Row => true,
        BackwardKind.Sum => false,
        BackwardKind.Gate => step.FromClassChannel,
        _ => step.FromClassChannel && (step.Gated || step.Layer.Operation is { KeepsChannelsApart: false } or { GradientReads: not GradientReads.Nothing }),
    };

    private static string Name(BackwardStep step, Names names, Dictionary<int, Layer> byId) => step.Kind switch
    {
        BackwardKind.Seed => names.Layer(step.Layer.Id) + "_Seed",
        BackwardKind.Sum => names.Layer(step.Layer.Id) + "_Sum",
        _ when step.OnSums => names.Layer(step.Layer.Id) + "_Sums",
        BackwardKind.Gate => names.Layer(step.Layer.Id) + "_Activation",
        BackwardKind.Clear => names.Layer(step.Operand) + "_Clear",
        BackwardKind.Pass => names.Layer(step.Layer.Id) + "_To_" + NameFrom(step.Layer, byId[step.Operand]),
        _ when step.Layer.Inputs.Count > 1 => names.Layer(step.Layer.Id) + "_To_" + NameFrom(step.Layer, byId[step.Operand]),
        _ => names.Layer(step.Layer.Id),
    };

    /// <summary>What makes a step another than one of the same layer in another slice.</summary>
    private static string Difference(BackwardStep step) => (step.FromClassChannel ? "_OfClass" : "") + (step.Gated ? "_Gated" : "");

    /// <summary>An operand's name without the scopes in which its reader is too.</summary>
    private static string NameFrom(Layer layer, Layer operand)
    {
        string[] path = operand.Name.Split('.'), scopes = layer.Name.Split('.');
        int common = path.Zip(scopes.Take(scopes.Length - 1), (a, b) => a == b).Take(path.Length - 1).TakeWhile(same => same).Count();
        return Identifiers.FromPath(string.Join(".", path.Skip(common))).TrimStart('_');
    }

    private static string Describe(BackwardStep step, Dictionary<int, Layer> byId)
    {
        Layer operand = byId[step.Operand];
        string gate = step.Gated ? $", times the derivative of its {operand.Activation!.Name}" : "";
        string how = step.Accumulate ? "adds to" : "makes";
        string gradient = $"d logit / d {operand.Name} ({(step.ToClassChannel ? $"the class's channel of {operand.Shape}" : operand.Shape.ToString())})";
        return step.Kind switch
        {
            BackwardKind.Seed => $"{gradient}: {(step.ToClassChannel ? "the seed" : "the seed at the class, zero elsewhere")}.",
            BackwardKind.Gate => $"{gradient}: takes the fused {step.Layer.Activation!.Name} off, in place.",
            BackwardKind.Clear => $"{gradient}: zero, before the gradients of its slices are added.",
            BackwardKind.Sum => $"The sums over the pixels of {gradient}.",
            _ when step.OnSums => $"{step.Layer.Name} makes the sums over the pixels of {gradient}.",
            BackwardKind.Row => $"{gradient}: the class's row of {step.Layer.Name}{gate}.",
            BackwardKind.Pass => $"{step.Layer.Name} {how} {gradient}: passes its gradient on{gate}.",
            _ => $"{step.Layer.Name} {how} {gradient}{gate}.",
        };
    }

    private static string Call(Names names, BackwardStep step, Dictionary<int, Layer> byId)
    {
        var code = new GradientCode(names, step, byId[step.Operand]);
        return step.Kind switch
        {
            BackwardKind.Seed => $"backend.OneHot({(step.ToClassChannel ? "0" : "@class")}, seed, {code.To})",
            BackwardKind.Gate => $"backend.ActivationBackward({step.Layer.Activation!.Code}, {code.Output}, {code.To}, {code.To}, accumulate: false)",
            BackwardKind.Clear => $"backend.Clear({code.To})",
            BackwardKind.Sum => $"backend.Copy({code.From}, {code.To})",
            BackwardKind.Pass => code.Pass(),
            _ => step.Layer.Operation.Backward(code),
        };
    }
}
