using GradCam.Gen.Build.Onnx;

namespace GradCam.Onnx.Tests;

/// <summary>Runs all claimed operator tests once: they compile together, which takes a second, not one each.</summary>
public sealed class NodeTestRuns
{
    private static readonly HashSet<string> FoldedOperators =
    [
        "ConstantOfShape", "Shape", "Size", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Gather", "Concat", "Slice", "Split", "Range", "Expand",
        "Tile", "Where",
        "DequantizeLinear", "ReduceProd", "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum", "Equal",
        "Less", "Greater",
        "LessOrEqual", "GreaterOrEqual", "And", "Or", "Neg", "Abs", "Floor", "Ceil", "Round", "Relu", "Sqrt", "Reciprocal", "Exp", "Log", "Not", "Identity",
        "Constant", "Cast",
    ];

    private static readonly Lazy<IReadOnlyList<(string Name, string[] Operators)>> Models = new(
        () => [.. NodeTest.Names.Select(Load).Where(test => test is not null).Select(test => test!.Value)]);

    public NodeTestRuns()
    {
        if (!NodeTest.IsInstalled)
            return;
        var ready = new List<(string Name, NetworkSource Source, IReadOnlyList<TensorView> Views, float[][] Samples, float[][] Expected)>();
        foreach (string name in Claimed)
        {
            try
            {
                var test = new NodeTest(name);
                (ImportedNetwork network, float[][] samples) = test.Import();
                ready.Add((name, NetworkSource.OfAllOutputs(network), network.Program.OutputViews, samples, Expected(test, samples.Length)));
            }
            catch (Exception exception) when (exception is OnnxImportException or InvalidOperationException)
            {
                Results[name] = new Result(exception.Message, 0);
            }
        }

        for (int i = ready.Count - 1; i >= 0; i--)
        {
            try
            {
                CompiledNetwork.Resolve(ready[i].Source);
            }
            catch (Xunit.Sdk.XunitException exception)
            {
                Results[ready[i].Name] = new Result("the spec does not compile: " + exception.Message + Environment.NewLine + ready[i].Source.Spec, 0);
                ready.RemoveAt(i);
            }
        }
        IReadOnlyList<CompiledNetwork> networks = CompiledNetwork.Compile([.. ready.Select(test => test.Source)]);
        for (int i = 0; i < ready.Count; i++)
        {
            using CompiledNetwork network = networks[i];
            double worst = 0;
            for (int n = 0; n < ready[i].Samples.Length; n++)
            {
                float[][] outputs = network.Forward(ready[i].Samples[n]);
                float[] found = [.. ready[i].Views.SelectMany((view, k) => NodeTest.Places(view).Select(place => outputs[k + 1][place]))];
                worst = Math.Max(
                    worst, found.Length == ready[i].Expected[n].Length ? Difference.Relative(ready[i].Expected[n], found) : double.PositiveInfinity);
            }
            Results[ready[i].Name] = new Result(null, worst);
        }
    }

    /// <summary>What came of a test: an error, or how far its output is from the expected one.</summary>
    public sealed record Result(string? Error, double Difference);

    /// <summary>The tests whose operators are all claimed.</summary>
    public static IReadOnlyList<string> Claimed { get; } =
        [
            .. Models.Value.Where(
                test => test.Operators.All(op => OperatorTable.TryGet("", op, out _)) && !OperatorLimits.IsNoCase(test.Name)).Select(test => test.Name)];

    /// <summary>The tests of one operator that is folded.</summary>
    public static IReadOnlyList<string> Folded { get; } =
        [
            .. Models.Value.Where(
                test => test.Operators is [var op] && FoldedOperators.Contains(op) && !OperatorLimits.IsNotFolded(test.Name)).Select(test => test.Name)];

    public Dictionary<string, Result> Results { get; } = new(StringComparer.Ordinal);

    private static (string, string[])? Load(string name)
    {
        try
        {
            return (name, [.. new NodeTest(name).Operators]);
        }
        catch (OnnxImportException)
        {
            // Sequences, strings: no network.
            return null;
        }
    }

    /// <summary>For each sample of the batch its part of all outputs.</summary>
    private static float[][] Expected(NodeTest test, int samples)
    {
        List<OnnxTensor> outputs = test.ReadOutputs();
        int read = test.Operators.Contains("LayerNormalization") ? 1 : test.Model.Graph.Outputs.Count;
        var expected = new float[samples][];
        for (int n = 0; n < samples; n++)
            expected[n] = [.. outputs.Take(read).SelectMany(output => output.ToFloats().Skip(n * (output.Count / samples)).Take(output.Count / samples))];
        return expected;
    }
}
