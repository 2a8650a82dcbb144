using GradCam.Gen.Build.Onnx;

namespace GradCam.Onnx.Tests;

/// <summary>
/// The ONNX project's own operator tests, for every operator that the import claims: each either gives the expected numbers, or is named in
/// <see cref="OperatorLimits"/> and then is a diagnostic of the expected kind.
/// </summary>
public sealed class NodeTests(NodeTestRuns runs) : IClassFixture<NodeTestRuns>
{
    public static TheoryData<string> Claimed => NodeTest.IsInstalled ? [.. NodeTestRuns.Claimed] : [""];

    [SkippableTheory]
    [MemberData(nameof(Claimed))]
    public void Gives_the_expected_output(string test)
    {
        Skip.If(test.Length == 0, $"{NodeTest.Folder} is not there (Debian: libonnx-testdata)");
        string? limit = OperatorLimits.Of(test);
        NodeTestRuns.Result result = runs.Results[test];
        if (limit is not null)
        {
            Assert.True(result.Error is not null, "is named as a limit, but works");
            Assert.Contains(limit, result.Error, StringComparison.Ordinal);
            return;
        }
        Assert.True(result.Error is null, result.Error);
        // A cast to half precision is not one here: what follows is computed in single precision.
        double tolerance = test.Contains("_FLOAT16", StringComparison.Ordinal) ? 1e-3 : 1e-4;
        Assert.True(result.Difference < tolerance, $"difference {result.Difference}");
    }

    /// <summary>What the import computes itself, on constants: shapes and weights.</summary>
    public static TheoryData<string> Folded => NodeTest.IsInstalled ? [.. NodeTestRuns.Folded] : [""];

    [SkippableTheory]
    [MemberData(nameof(Folded))]
    public void Folds_constants_to_the_expected_output(string test)
    {
        Skip.If(test.Length == 0, $"{NodeTest.Folder} is not there (Debian: libonnx-testdata)");
        var node = new NodeTest(test);
        OnnxTensor[]? found = new ConstantFolder(new ImportBudget(1 << 20)).Evaluate(node.Model.Graph.Nodes.Single(), [.. node.ReadInputs()], node.Model.Opset);
        List<OnnxTensor> expected = node.ReadOutputs();
        Assert.NotNull(found);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Shape, found[i].Shape);
            Assert.Equal(expected[i].Type.IsFloat(), found[i].Type.IsFloat());
            float[] want = expected[i].ToFloats(), have = found[i].ToFloats();
            for (int k = 0; k < want.Length; k++)
                Assert.Equal(want[k], have[k], (test.Contains("_FLOAT16", StringComparison.Ordinal) ? 1e-3f : 1e-5f) * (1 + Math.Abs(want[k])));
        }
    }

    [SkippableFact]
    public void Each_limit_is_of_a_claimed_operator()
    {
        Skip.IfNot(NodeTest.IsInstalled, $"{NodeTest.Folder} is not there (Debian: libonnx-testdata)");
        Assert.Empty(OperatorLimits.Tests.Except(NodeTestRuns.Claimed));
    }
}
