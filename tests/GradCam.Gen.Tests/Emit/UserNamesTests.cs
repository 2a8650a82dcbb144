using System.Text;
using CsCheck;
using GradCam.Gen.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Draw = CsCheck.Gen;

namespace GradCam.Gen.Tests.Emit;

/// <summary>No name of the user's breaks generated code: namespaces, classes, members, layers, labels.</summary>
public sealed class UserNamesTests
{
    /// <summary>Names that generated code has itself, keywords, and odd ones, as C# writes them.</summary>
    private static readonly string[] Names =
    [
        "Cam", "System", "GradCam", "Runtime", "Weights", "_model", "Schedule", "Schedule_", "Forward", "Backward", "Operations", "Values", "Gradients", "Sums",
        "TBackend",
        "IBackend", "INetwork", "Model", "Tensor", "NetworkInfo", "Heatmap", "Generated", "RunForward", "global", "nameof", "Index", "Net", "@class", "@event",
        "@record", "@var",
        "@nint", "@dynamic", "@notnull", "@__arglist", "@field", "@await", "\\u0041b", "cl\\u0061ss", "Ünïcode", "漢字", "_", "__", "x", "ReadOnlySpan",
        "IDisposable",
    ];

    private static readonly Gen<string> Name = Draw.OneOf(Names);

    [Theory]
    [InlineData("namespace Factory.Cam.Inspection { NETWORK public sealed partial class TinyA; }")]
    [InlineData("namespace Shop { public class Cam { } NETWORK public sealed partial class TinyB; }")]
    [InlineData("public class Cam { } NETWORK public sealed partial class TinyB;")]
    [InlineData("namespace Shop { public class GradCam { } public class System { } NETWORK public sealed partial class Net; }")]
    [InlineData("namespace GradCam.Shop { NETWORK public sealed partial class GradCam; }")]
    [InlineData("namespace System.GradCam { NETWORK public sealed partial class System; }")]
    [InlineData("namespace Shop { public class Cam { public class GradCam { } NETWORK public sealed partial class Net; } }")]
    [InlineData("NETWORK public sealed partial class _model { private int Schedule => 1; private int Forward() => Schedule; public int Use => Forward(); }")]
    [InlineData(
        "NETWORK public sealed partial class Schedule { public static int _model => 2; public static class Values { } public void Backward(int nameof) { } }")]
    [InlineData("public abstract class Base { public int Load, Info, Layer; public void Dispose() { } } NETWORK public sealed partial class Net : Base;")]
    [InlineData("NETWORK public sealed partial class Cam;")]
    [InlineData("NETWORK public sealed partial class Forward;")]
    [InlineData("NETWORK public sealed partial class Values;")]
    [InlineData("NETWORK public sealed partial class Weights;")]
    [InlineData("NETWORK public sealed partial class Operations;")]
    [InlineData("NETWORK public sealed partial class Gradients;")]
    [InlineData("NETWORK public sealed partial class Backward;")]
    public void Names_that_stand_around_the_network_compile(string source)
    {
        const string Attributes =
            "[global::GradCam.Network(\"a.net\", Weights = \"a.safetensors\", Labels = \"labels.txt\")] [global::GradCam.GradCam(\"conv1\")]";
        if (source.Contains("class Cam { public class", StringComparison.Ordinal))
            source = source.Replace("public class Cam", "public partial class Cam", StringComparison.Ordinal);
        GeneratorRun run = Specs.With(source: source.Replace("NETWORK", Attributes, StringComparison.Ordinal)).Run();

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void Any_names_around_the_network_compile() =>
        Draw.Select(Name.Array[0, 3], Name.Array[0, 2], Name, Name.Array[0, 4], Name.Array[0, 4]).Check(
            count: 40,
            texts =>
            {
                (string[] spaces, string[] outer, string name, string[] members, string[] siblings) = texts;
                // C# allows no member with its class's name, no type twice, and no type or namespace in place of the namespaces and types that are used.
                if (outer.Append(name).DistinctBy(Identifier).Count() <= outer.Length
                    || (spaces.Length == 0 && outer.Concat(siblings).Append(name).Any(IsNamespace)) || IsTypeOfOurs(spaces))
                    return;
                var source = new StringBuilder();
                source.Append(spaces.Length == 0 ? "" : $"namespace {string.Join('.', spaces)} {{\n");
                foreach (string sibling in siblings.DistinctBy(Identifier).Where(sibling => Identifier(sibling) != Identifier(outer.Append(name).First())))
                    source.Append($"class {sibling} {{ }}\n");
                foreach (string type in outer)
                    source.Append($"partial class {type} {{\n");
                source.Append(
                    "[global::GradCam.Network(\"a.net\", Weights = \"a.safetensors\", Labels = \"labels.txt\")]\n[global::GradCam.GradCam(\"conv1\")]\n");
                source.Append($"sealed partial class {name} {{\n");
                foreach (string member in members.DistinctBy(Identifier).Where(member => Identifier(member) != Identifier(name)))
                    source.Append($"public static void {member}() {{ }}\n");
                source.Append('}', 1 + outer.Length + (spaces.Length == 0 ? 0 : 1));

                GeneratorRun run = Specs.With(source: source.ToString()).Run();

                Assert.Empty(run.Diagnostics);
                // The compiler's advice about the user's own names is not ours.
                Assert.DoesNotContain(
                    run.Output.GetDiagnostics(),
                    diagnostic => diagnostic.Severity == DiagnosticSeverity.Error
                        || (diagnostic.Severity == DiagnosticSeverity.Warning
                            && diagnostic.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true));
            });

    /// <summary>A namespace <c>GradCam.IBackend</c> hides the type, for everybody in the project.</summary>
    private static bool IsTypeOfOurs(string[] spaces) =>
        spaces is ["GradCam", string second, ..] && typeof(NetworkOptions).Assembly.GetType("GradCam." + second) is not null;

    /// <summary>The name without <c>@</c> and escapes.</summary>
    private static string Identifier(string name) => SyntaxFactory.ParseToken(name).ValueText;

    private static bool IsNamespace(string name) => name is "System" or "GradCam";

    [Theory]
    [InlineData("class Session", "GCG0026")]
    [InlineData("class Class", "GCG0026")]
    [InlineData("class Layer", "GCG0026")]
    [InlineData("class Info", "GCG0026")]
    [InlineData("class Load", "GCG0026")]
    public void What_users_call_is_refused_as_the_class_s_name(string declaration, string id) =>
        Assert.Equal(
            id, Assert.Single(Specs.With(source: Specs.Source.Replace("class Net", declaration, StringComparison.Ordinal)).Run().Result.Diagnostics).Id);

    [Theory]
    [InlineData("namespace a.@event.@dynamic.@class", "Net")]
    [InlineData("namespace Ünïcode.漢字", "@record")]
    public void Keywords_in_the_namespace_are_escaped(string space, string name)
    {
        GeneratorRun run = Specs.With(source: $"{space};\n" + Specs.Source.Replace("class Net", "class " + name, StringComparison.Ordinal)).Run();

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("namespace A { partial class \u3164 { NETWORK } }")]
    [InlineData("namespace A\u3164 { NETWORK }")]
    [InlineData("namespace A { NETWORK }", "N\u3164")]
    public void Gcg0026_a_name_with_a_letter_that_is_not_seen(string source, string name = "Net")
    {
        string network = Specs.Source.Replace("class Net", "class " + name, StringComparison.Ordinal);

        Assert.Equal(
            "GCG0026", Assert.Single(Specs.With(source: source.Replace("NETWORK", network, StringComparison.Ordinal)).Run().Result.Diagnostics).Id);
    }

    [Fact]
    public void Gcg0026_a_type_of_the_base_class_has_its_name() =>
        Assert.Equal(
            ["(4,15)-(4,18) GCG0026: 'Net' cannot be a network: it is named like a type in its base class"],
            Specs.With(
                source: "class Base { public class Net { } }\n" +
                    Specs.Source.Replace("class Net", "class Net : Base", StringComparison.Ordinal)).Run().Diagnostics);

    [Fact]
    public void Gcg0030_a_global_type_hides_the_namespace()
    {
        Assert.Equal(
            ["(1,7)-(1,14) GCG0030: The type 'GradCam' hides the namespace GradCam, and [Network] with it: put it into a namespace, or rename it"],
            GeneratorDriverHarness.Of("class GradCam;").Run().Diagnostics);
        Assert.Empty(GeneratorDriverHarness.Of("namespace App { class GradCam; } class GradCam<T>;").Run().Diagnostics);
    }

    [Fact]
    public void Layers_of_any_name_compile()
    {
        string[] names =
        [
            .. Identifiers.ReservedInSchedule,
            .. Identifiers.ReservedInSchedule.Select(name => char.ToLowerInvariant(name[0]) + name[1..]).Where(name => name[0] != '_'),
            "value__", "backend", "input2", "toEquals", "to x", "class", "seed", "layer", "a.b", "a_b", "a b", "global", "9", "é", "schedule", "info", "Net",
        ];
        string[] distinct = [.. names.Distinct()];
        string spec = "input 3x4x4\n" + string.Concat(distinct.Select(name => $"{HostileTexts.Quote(name)}: conv 4 3x3 pad 1\nrelu\n")) +
            "flatten\nto equals: linear 3".Replace("to equals", "toX", StringComparison.Ordinal);
        string attributes = string.Concat(distinct.Append("input").Select(name => $"[GradCam.GradCam({SymbolDisplay.FormatLiteral(name, quote: true)})]\n"));

        GeneratorRun run = GeneratorDriverHarness.Of("[GradCam.Network(\"a.net\")]\n" + attributes + "partial class Net;", ("a.net", spec)).Run();

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void Layers_as_in_the_runtime_s_tables_compile()
    {
        const string spec =
            """
            input 3x16x16
            equals: conv 4 3x3 pad 1
            values: conv 4 3x3 pad 1
            gradients: conv 4 3x3 pad 1
            operations: conv 4 3x3 pad 1
            conv1: conv 4 3x3 pad 1
            weights: scale
            avgpool global
            toConv1: linear 3
            """;
        GeneratorRun run = GeneratorDriverHarness.Of(
            "using GradCam;\n[Network(\"layers.net\")] [GradCam(\"conv1\")] public sealed partial class OddLayers;", ("layers.net", spec)).Run();

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void Labels_of_any_name_compile()
    {
        string[] labels =
        [
            "Equals", "equals", "ToString", "GetHashCode", "GetType", "value__", "Class", "class", "int", "_", "?", "!", "a-b", "a_b", "a b", "cat", "cat",
            "🐱", "2 dogs", "Cat_5", "None", "Finalize", "é", "Best", "Layer", "Session",
        ];
        string spec = Specs.Small.Replace("linear 3", $"linear {labels.Length}", StringComparison.Ordinal);
        string source = "[GradCam.Network(\"a.net\", Labels = \"labels.txt\")]\n[GradCam.GradCam(\"conv1\")]\npartial class Net;";

        GeneratorRun run = GeneratorDriverHarness.Of(source, ("a.net", spec), ("labels.txt", string.Join('\n', labels))).Run();

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.Equal(
            labels.Length, CodeShape.Members(run.Source()).Count(member => member.StartsWith("EnumMemberDeclaration Net.Class.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Specs.Small)]
    [InlineData("nothing")]
    public void Everything_that_is_generated_says_so(string spec)
    {
        var tree = CodeShape.Parse(Specs.With(spec: spec).Run().Source());
        var network = tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().First();

        // Not the class: a part of it is the user's, and is to be covered and analysed.
        Assert.Empty(network.AttributeLists);
        Assert.NotEmpty(network.Members);
        Assert.All(network.Members, member => Assert.StartsWith(
            "[global::System.CodeDom.Compiler.GeneratedCode(\"GradCam.Gen\", \"", member.AttributeLists[0].ToString(), StringComparison.Ordinal));
    }
}
