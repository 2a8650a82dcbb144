using GradCam.Gen.Model;
using GradCam.Gen.Operations;
using static System.FormattableString;

namespace GradCam.Gen.Emit;

/// <summary>The backward slices: which one runs, each slice's steps, then one method a step.</summary>
internal static class BackwardEmitter
{
    private const string ClassParameters = "ref TBackend backend, int @class, float seed";

    /// <summary>Steps that two slices to one target must share at their end, to be worth a method.</summary>
    private const int FewestShared = 4;

    public static void Emit(SourceWriter writer, Plan plan, Names names)
    {
        Network network = plan.Network;
        IReadOnlyList<Slice> slices = plan.Slices;
        string Path(int target) => "To" + Identifiers.FromPath(network.Targets[target].Name);
        List<string> all = Identifiers.Unique(
            [.. slices.Select(slice => Path(slice.Target) + (slice.Seed == SliceSeed.Class ? "" : "_Seeded")),
             .. plan.SumsSlices.Select(slice => Path(slice.Target) + "_Sums"),
             .. network.Targets.Select((_, target) => Path(target) + "_Rest")],
            Identifiers.ReservedInSchedule);
        Dictionary<Slice, string> sliceNames = slices.Zip(all, (slice, name) => (slice, name)).ToDictionary(pair => pair.slice, pair => pair.name);
        List<string> sumsNames = all.GetRange(slices.Count, plan.SumsSlices.Count);
        List<string> restNames = all.GetRange(slices.Count + plan.SumsSlices.Count, network.Targets.Count);
        Dispatch(
            writer, "RunBackward", "The backward slice from a class's logit to a compiled layer.", "No class is explained at this layer.", takesClass: true,
            [.. slices.Where(slice => slice.Seed == SliceSeed.Class).Select(slice => (slice.Target, sliceNames[slice]))]);
        Dispatch(
            writer, "RunSeededBackward", "The backward slice from gradients of the outputs to a compiled layer.", "This layer was not compiled.",
            takesClass: false,
            [.. slices.Where(slice => slice.Seed == SliceSeed.Tensors).Select(slice => (slice.Target, sliceNames[slice]))]);
        Dispatch(
            writer, "RunGradientSums", "The class's gradient's sums over the pixels: what plain Grad-CAM needs.", "This layer has none.", takesClass: true,
            [.. plan.SumsSlices.Select((slice, i) => (slice.Target, sumsNames[i]))]);
        if (slices.Count == 0)
            return;

        Dictionary<int, Layer> byId = network.ById();

        // An alias runs nothing: the gradient is already where it should be.
        List<BackwardStep> steps =
            [
                .. plan.Backward.Where(step => step.Kind is not (BackwardKind.Alias or BackwardKind.Given)),
                .. plan.SumsSlices.SelectMany(slice => slice.Steps).Distinct()];
        ILookup<string, BackwardStep> byName = steps.ToLookup(step => Name(step, names, byId));
        List<string> unique = Identifiers.Unique(
            steps.Select(step => Name(step, names, byId)).Zip(steps, (name, step) => byName[name].Count() == 1 ? name : name + Difference(step)),
            [.. Identifiers.ReservedInSchedule, .. all]);
        Dictionary<BackwardStep, string> methods = steps.Zip(unique, (step, name) => (step, name)).ToDictionary(pair => pair.step, pair => pair.name);
        writer.Line();
        writer.Summary("The backward slices: gradients of values only, never of weights.");
        writer.Open("private static class Backward");
        for (int target = 0; target < network.Targets.Count; target++)
            Slices(writer, plan, target, sliceNames, restNames[target], methods);
        for (int i = 0; i < plan.SumsSlices.Count; i++)
        {
            SumsSlice slice = plan.SumsSlices[i];
            string summary = $"The sums over the pixels of d logit / d {network.Targets[slice.Target].Name}.";
            Method(
                writer, summary, $"public static void {sumsNames[i]}({ClassParameters})", Calls(plan.Backward.Where(slice.Runs).Concat(slice.Steps), methods));
        }

        foreach (BackwardStep step in steps)
        {
            writer.Summary(Describe(step, byId));
            string parameters = (TakesClass(step) ? ", int @class" : "") + (TakesSeed(step) ? ", float seed" : "");
            writer.Member($"private static void {methods[step]}(ref TBackend backend{parameters})", Call(names, step, byId));
        }

        writer.Close();
    }

    private static void Dispatch(
        SourceWriter writer, string method, string summary, string otherwise, bool takesClass, List<(int Target, string Slice)> slices)
    {
        writer.Line();
        writer.Summary(summary);
        string signature = $"public static void {method}(ref TBackend backend, int layer{(takesClass ? ", int @class, float seed" : "")})";
        string none = $"throw new global::System.ArgumentOutOfRangeException(\"layer\", layer, {SourceWriter.Literal(otherwise)})";
        if (slices.Count == 0)
        {
            writer.Member(signature, none);
            return;
        }

        writer.Open(signature);
        writer.Open("switch (layer)");
        foreach ((int target, string slice) in slices)
            writer.Line(Invariant($"case {target}: Backward.{slice}(ref backend{(takesClass ? ", @class, seed" : "")}); break;"));
        writer.Line($"default: {none};");
        writer.Close();
        writer.Close();
    }

    /// <summary>A target's slices, which differ near the outputs. What both end in is a method of its own where it is long.</summary>
    private static void Slices(
        SourceWriter writer, Plan plan, int target, Dictionary<Slice, string> names, string rest, Dictionary<BackwardStep, string> methods)
    {
        string name = plan.Network.Targets[target].Name;
        List<Slice> slices = [.. names.Keys.Where(slice => slice.Target == target)];
        List<List<string>> calls = [.. slices.Select(slice => Calls(plan.Steps(slice), methods))];
        int shared = 0;
        if (slices.Count == 2)
        {
            IEnumerable<string> second = Enumerable.Reverse(calls[1]);
            shared = Enumerable.Reverse(calls[0]).Zip(second, (a, b) => a == b).TakeWhile(same => same).Count();
        }

        List<string>? end = shared >= FewestShared ? calls[0].GetRange(calls[0].Count - shared, shared) : null;
        for (int i = 0; i < slices.Count; i++)
        {
            if (end is not null)
                calls[i] = [.. calls[i].Take(calls[i].Count - shared), $"{rest}(ref backend);"];
            bool isClass = slices[i].Seed == SliceSeed.Class;
            string summary = isClass ? $"d logit / d {name}." : $"d y / d {name}, from d y / d outputs.";
            Method(writer, summary, $"public static void {names[slices[i]]}({(isClass ? ClassParameters : "ref TBackend backend")})", calls[i]);
        }

        if (end is not null)
            Method(writer, $"What both slices to {name} end in.", $"private static void {rest}(ref TBackend backend)", end);
    }

    private static List<string> Calls(IEnumerable<BackwardStep> steps, Dictionary<BackwardStep, string> methods) =>
        [.. steps.Where(methods.ContainsKey)
            .Select(step => $"{methods[step]}(ref backend{(TakesClass(step) ? ", @class" : "")}{(TakesSeed(step) ? ", seed" : "")});")];

    private static void Method(SourceWriter writer, string summary, string signature, List<string> calls)
    {
        writer.Summary(summary);
        writer.Open(signature);
        foreach (string call in calls)
            writer.Line(call);
        writer.Close();
        writer.Line();
    }

    private static bool TakesSeed(BackwardStep step) => step.Kind is BackwardKind.Seed or BackwardKind.Row;

    /// <summary>The class is where the seed or the row is, or which channel of the forward pass's values belongs to the gradient's only one.</summary>
    private static bool TakesClass(BackwardStep step) => step.Kind switch
    {
        BackwardKind.Seed => !step.ToClassChannel,
        BackwardKind.Row => true,
        BackwardKind.Sum or BackwardKind.Given => false,
        BackwardKind.Gate => step.FromClassChannel,
        _ => step.FromClassChannel && (step.Gated || step.Layer.Operation is { KeepsChannelsApart: false } or { GradientReads: not GradientReads.Nothing }),
    };

    private static string Name(BackwardStep step, Names names, Dictionary<int, Layer> byId) => step.Kind switch
    {
        BackwardKind.Seed => names.Layer(step.Layer.Id) + "_Seed",
        BackwardKind.Row => names.Layer(step.Layer.Id) + "_Row",
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
