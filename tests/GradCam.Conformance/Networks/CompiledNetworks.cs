using System.Globalization;
using System.Reflection;
using System.Text;
using GradCam.Gen;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace GradCam.Conformance.Networks;

/// <summary>Specs, through the generator and the C# compiler into this process.</summary>
public static class CompiledNetworks
{
    /// <summary>Warnings for users with photos: these networks are given tensors, and are explained at any layer for any output.</summary>
    private static readonly string[] Ignored = ["GCG0040", "GCG0041", "GCG0031"];

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "GradCam.Runtime.dll" || Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Compiles networks.</summary>
    /// <param name="networks">Each one's spec and the layers to explain at; one with a <c>+</c> before its name has a suffix.</param>
    /// <returns>Their classes, in order.</returns>
    public static IReadOnlyList<Type> Compile(IReadOnlyList<(string Spec, IReadOnlyList<string> Layers)> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        var source = new StringBuilder();
        for (int i = 0; i < networks.Count; i++)
        {
            source.Append(CultureInfo.InvariantCulture, $"[GradCam.Network(@\"{networks[i].Spec.Replace("\"", "\"\"", StringComparison.Ordinal)}\")]\n");
            foreach (string layer in networks[i].Layers)
            {
                source.Append(
                    CultureInfo.InvariantCulture, $"[GradCam.GradCam(\"{layer.TrimStart('+')}\"{(layer.StartsWith('+') ? ", Suffix = true" : "")})]\n");
            }

            source.Append(CultureInfo.InvariantCulture, $"public sealed partial class Net{i};\n");
        }

        Assembly assembly = Load(source.ToString());
        return [.. Enumerable.Range(0, networks.Count).Select(i => assembly.GetType($"Net{i}", throwOnError: true)!)];
    }

    /// <summary>Compiles C# with networks in it.</summary>
    public static Assembly Load(string source)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"Networks{Guid.NewGuid():N}", [CSharpSyntaxTree.ParseText(source, ParseOptions)], References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new NetworkGenerator().AsSourceGenerator()], parseOptions: ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);
        Diagnostic[] problems = [.. driver.GetRunResult().Diagnostics.Where(diagnostic => !Ignored.Contains(diagnostic.Id))];
        if (problems.Length > 0)
            throw new InvalidOperationException($"{string.Join("\n", problems.Select(problem => problem.ToString()))}\n{source}");
        using var image = new MemoryStream();
        EmitResult result = output.Emit(image);
        if (!result.Success)
            throw new InvalidOperationException(string.Join("\n", result.Diagnostics));
        return Assembly.Load(image.ToArray());
    }
}
