using GradCam.Gen.Spec;
using GradCam.Gen.Tests.Harness;

namespace GradCam.Gen.Tests.Spec;

/// <summary>Every word of the language compiles to code that runs: a word that is in the table alone fails here.</summary>
public sealed class OperationTableTests
{
    public static TheoryData<string> Words() => [.. OperationTable.Names];

    [Fact]
    public void Every_word_has_its_statements() =>
        Assert.Equal(OperationTable.Names.Order(StringComparer.Ordinal), AllOperations.Statements.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Words))]
    public void Every_word_compiles_forward_and_backward(string word)
    {
        foreach (string statement in AllOperations.Statements[word])
        {
            // The first layer is explained, so that the gradient goes through the statement.
            string spec = $"input 8x6x6\nfirst: conv 8 3x3 pad 1\nword: {(word == "from" ? "from first" : statement)}\nflatten\nlast: linear 3";
            GeneratorRun run = GeneratorDriverHarness.Of("[GradCam.Network(\"a.net\")]\n[GradCam.GradCam(\"first\")]\n[GradCam.GradCam(\"input\")]\npartial class Net;", ("a.net", spec)).Run();

            Assert.Empty(run.Diagnostics);
            Assert.Empty(run.CompilerDiagnostics);
            Assert.Contains("Forward.First(ref backend);", run.Source(), StringComparison.Ordinal);
            Assert.Contains("public static void ToInput(ref TBackend backend, ", run.Source(), StringComparison.Ordinal);
            Assert.DoesNotContain("The build of this network failed.", run.Source(), StringComparison.Ordinal);
        }
    }
}
