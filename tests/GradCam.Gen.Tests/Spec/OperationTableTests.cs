using System.Reflection;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Operations;
using GradCam.Gen.Passes;
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

    /// <summary>A family that is not in the table, or an operation that no word makes, would be dead code that nobody misses.</summary>
    [Fact]
    public void Every_family_is_in_the_table()
    {
        OperationWord[] declared = [.. typeof(Operation).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public))
            .Where(field => field.FieldType == typeof(OperationWord[]))
            .SelectMany(field => (OperationWord[])field.GetValue(null)!)];
        Assert.NotEmpty(declared);
        Assert.Equal(declared.ToHashSet(), OperationTable.All.ToHashSet());
    }

    [Fact]
    public void Every_operation_is_made_by_a_word()
    {
        var made = new HashSet<Type>();
        IEnumerable<string> statements =
            OperationTable.Names.SelectMany(word => AllOperations.Statements[word].Select(text => word == "from" ? "from first" : text));
        foreach (string statement in statements)
        {
            var problems = new List<Problem>();
            string text = $"input 8x6x6\nfirst: conv 8 3x3 pad 1\nword: {statement}\nflatten\nlast: linear 3";
            Network? network = ResolveShapes.Run(SpecParser.Parse(text).Syntax, text, "Net", problems);
            Assert.Empty(problems);
            made.UnionWith(network!.Layers.Select(layer => layer.Operation.GetType()));
        }

        Assert.Equal(typeof(Operation).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Operation)) && !type.IsAbstract).ToHashSet(), made);
    }

    /// <summary>The runtime's enum and property, and the generator's table.</summary>
    [Fact]
    public void Activations_are_those_of_the_runtime()
    {
        Dictionary<string, GradCam.Gen.Operations.ActivationKind> table = typeof(GradCam.Gen.Operations.ActivationKind)
            .GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => field.GetValue(null)).OfType<GradCam.Gen.Operations.ActivationKind>()
            .ToDictionary(kind => kind.Name);
        Assert.Equal(
            Enum.GetNames<GradCam.Contract.ActivationKind>().Where(name => name != "None").Order(StringComparer.Ordinal),
            table.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, GradCam.Gen.Operations.ActivationKind kind) in table)
        {
            foreach (float alpha in (float[])[-0.5f, 0, 0.5f])
            {
                var runtime = new GradCam.Contract.Activation(Enum.Parse<GradCam.Contract.ActivationKind>(name), alpha);
                Assert.Equal(runtime.GradientFromOutput, new GradCam.Gen.Operations.Activation(name, kind, alpha).GradientFromOutput);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Words))]
    public void Every_word_compiles_forward_and_backward(string word)
    {
        foreach (string statement in AllOperations.Statements[word])
        {
            // The first layer is explained, so that the gradient goes through the statement.
            string spec = $"input 8x6x6\nfirst: conv 8 3x3 pad 1\nword: {(word == "from" ? "from first" : statement)}\nflatten\nlast: linear 3";
            GeneratorRun run = GeneratorDriverHarness.Of(
                "[GradCam.Network(\"a.net\")]\n[GradCam.GradCam(\"first\")]\n[GradCam.GradCam(\"input\")]\npartial class Net;", ("a.net", spec)).Run();

            Assert.Empty(run.Diagnostics);
            Assert.Empty(run.CompilerDiagnostics);
            Assert.Contains("Forward.First(ref backend);", run.Source(), StringComparison.Ordinal);
            Assert.Contains("public static void ToInput(ref TBackend backend, ", run.Source(), StringComparison.Ordinal);
            Assert.DoesNotContain("The build of this network failed.", run.Source(), StringComparison.Ordinal);
        }
    }
}
