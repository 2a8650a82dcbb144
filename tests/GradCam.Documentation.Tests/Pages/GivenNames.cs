using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GradCam.Documentation.Tests.Pages;

/// <summary>What pages take as given: the names that code uses and does not declare, with their types.</summary>
internal static class GivenNames
{
    /// <summary>What the SDK gives to every file of a console or web app.</summary>
    public const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;\n" +
        "global using System.Threading; global using System.Threading.Tasks;\n";

    /// <summary>What a piece of a file has above it.</summary>
    public const string Usings =
        "using GradCam; using GradCam.Contract; using GradCam.Evaluate; using GradCam.Imaging; using GradCam.Planning; using GradCam.Weights;\n" +
        "using GradCam.Conformance; using System.Diagnostics; using System.Numerics.Tensors; using Microsoft.AspNetCore.Builder;\n" +
        "using Microsoft.AspNetCore.Http; using Microsoft.AspNetCore.RateLimiting; using Microsoft.Extensions.DependencyInjection;\n" +
        "using Tensor = GradCam.Contract.Tensor;\n";

    private static readonly Dictionary<string, string> Types = new()
    {
        ["args"] = "string[]",
        ["boxes"] = "global::GradCam.Evaluate.PhotoBox[]",
        ["classes"] = "int[]",
        ["folder"] = "string",
        ["height"] = "int",
        ["layer"] = "string",
        ["net"] = "",
        ["network"] = "global::GradCam.ILoadedNetwork",
        ["other"] = "global::GradCam.Imaging.Photo",
        ["output"] = "string",
        ["path"] = "string",
        ["paths"] = "string[]",
        ["photo"] = "global::GradCam.Imaging.Photo",
        ["photos"] = "global::GradCam.Imaging.Photo[]",
        ["pixels"] = "byte[]",
        ["session"] = "",
        ["tensor"] = "float[]",
        ["tensors"] = "(string, int[], float[])[]",
        ["width"] = "int",
    };

    private static readonly Dictionary<string, string> Declarations = new()
    {
        ["Photo10"] = "[Network(\"photo10.net\", Weights = \"photo10.safetensors\")] [GradCam(\"layer3\")] [GradCam(\"layer2\")]",
        ["ResNet18"] = "[Network(\"resnet18.net\", Weights = \"resnet18.safetensors\", Labels = \"imagenet.labels.txt\")] [GradCam(\"layer4\")]",
    };

    /// <summary>The classes that pages use without declaring them.</summary>
    /// <param name="source">A page's code.</param>
    public static string Classes(string source) => "\nnamespace Given\n{\nusing GradCam;\n" + string.Concat(Declarations
        .Where(network => source.Contains(network.Key + ".", StringComparison.Ordinal) || source.Contains(network.Key + " ", StringComparison.Ordinal))
        .Select(network => $"{network.Value}\npublic sealed partial class {network.Key};\n")) + "}\n";

    /// <summary>The class of the page's session: the first of those that it mentions.</summary>
    public static string Network(string code)
    {
        return Declarations.Keys.Where(name => code.Contains(name + ".", StringComparison.Ordinal))
            .OrderBy(name => code.IndexOf(name + ".", StringComparison.Ordinal)).FirstOrDefault() ?? "";
    }

    /// <summary>The parameters of a block.</summary>
    /// <param name="unit">The block.</param>
    /// <param name="network">The class of its session.</param>
    public static string Parameters(CompilationUnitSyntax unit, string network)
    {
        // A class of the page that the block names is its session's.
        string named = unit.DescendantNodes().Select(NetworkOf).FirstOrDefault(name => name is not null) ?? network;
        // What a session of any network has not, one of a certain network has.
        if (named.Length == 0 && unit.ToString().Contains("session.GetBest()", StringComparison.Ordinal))
            named = "Photo10";
        HashSet<string> declared =
        [
            .. unit.DescendantNodes().OfType<VariableDeclaratorSyntax>().Select(variable => variable.Identifier.Text),
            .. unit.DescendantNodes().OfType<SingleVariableDesignationSyntax>().Select(variable => variable.Identifier.Text),
            .. unit.DescendantNodes().OfType<ParameterSyntax>().Select(parameter => parameter.Identifier.Text),
            .. unit.DescendantNodes().OfType<ForEachStatementSyntax>().Select(loop => loop.Identifier.Text),
        ];
        IEnumerable<string> used = unit.DescendantNodes().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.Text).Distinct()
            .Where(name => Types.ContainsKey(name) && !declared.Contains(name)).Order(StringComparer.Ordinal);
        return string.Join(", ", used.Select(name => $"{TypeOf(name, named)} {name}"));
    }

    /// <summary>Of <c>Scene.Class</c>, Scene.</summary>
    private static string? NetworkOf(SyntaxNode node) => node switch
    {
        MemberAccessExpressionSyntax { Name.Identifier.Text: "Class" } access => access.Expression.ToString(),
        QualifiedNameSyntax { Right.Identifier.Text: "Class" } name => name.Left.ToString(),
        _ => null,
    };

    private static string TypeOf(string name, string network) => (name, network) switch
    {
        ("session", "") => "global::GradCam.NetworkSession",
        ("session", _) => network + ".Session",
        ("net", "") => "Photo10",
        ("net", _) => network,
        _ => Types[name],
    };
}
