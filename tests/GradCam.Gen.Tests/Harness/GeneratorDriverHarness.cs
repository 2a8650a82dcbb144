using System.Collections.Immutable;
using GradCam.Gen.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace GradCam.Gen.Tests.Harness;

/// <summary>
/// Runs the generator as the compiler does: over C# sources and additional files, with the real runtime and the running .NET as references. Immutable: every
/// change gives a new harness, whose driver remembers the steps of the runs before, so that tests can see what an edit re-runs.
/// </summary>
internal sealed record GeneratorDriverHarness
{
    /// <summary>The folder that relative paths are in.</summary>
    public const string Project = "/project";

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "GradCam.Runtime.dll" || Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private GeneratorDriver Driver { get; init; } = CSharpGeneratorDriver.Create(
        [new NetworkGenerator().AsSourceGenerator()],
        parseOptions: ParseOptions,
        optionsProvider: new ProjectOptions(Project),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    private CSharpCompilation Compilation { get; init; } = CSharpCompilation.Create(
        "Tests",
        [],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable)
            .WithSpecificDiagnosticOptions([new(ProblemId.UnstatedImage, ReportDiagnostic.Suppress), new(ProblemId.OnePixelLayer, ReportDiagnostic.Suppress)]));

    private ImmutableDictionary<string, AdditionalText> Files { get; init; } = ImmutableDictionary<string, AdditionalText>.Empty;

    /// <summary>One source, <c>/project/Net.cs</c>, and additional files.</summary>
    public static GeneratorDriverHarness Of(string source, params (string Path, string Text)[] files) =>
        files.Aggregate(new GeneratorDriverHarness().WithSource("Net.cs", source), (harness, file) => harness.WithFile(file.Path, file.Text));

    /// <summary>
    /// The networks of most tests are given tensors, without a word about images, and are explained at any layer. Here both are warnings, as for users.
    /// </summary>
    public GeneratorDriverHarness WithAllWarnings() =>
        this with { Compilation = Compilation.WithOptions(Compilation.Options.WithSpecificDiagnosticOptions([])) };

    /// <summary>Another version of C#: of the sources, and of what is generated for them.</summary>
    public GeneratorDriverHarness WithLanguage(LanguageVersion version)
    {
        CSharpParseOptions options = ParseOptions.WithLanguageVersion(version);
        SyntaxTree[] trees = [.. Compilation.SyntaxTrees.Select(tree => CSharpSyntaxTree.ParseText(tree.ToString(), options, tree.FilePath))];
        return this with
        {
            Compilation = Compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(trees),
            Driver = Driver.WithUpdatedParseOptions(options),
        };
    }

    /// <summary>Adds or replaces a C# source.</summary>
    public GeneratorDriverHarness WithSource(string path, string source)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source, ParseOptions, Absolute(path));
        SyntaxTree? old = Compilation.SyntaxTrees.FirstOrDefault(other => other.FilePath == tree.FilePath);
        return this with { Compilation = old is null ? Compilation.AddSyntaxTrees(tree) : Compilation.ReplaceSyntaxTree(old, tree) };
    }

    /// <summary>Adds or replaces an additional file.</summary>
    public GeneratorDriverHarness WithFile(string path, string text) => WithFile(path, SourceText.From(text));

    /// <summary>Adds or replaces an additional file that the compiler has read in an encoding.</summary>
    public GeneratorDriverHarness WithFile(string path, SourceText text)
    {
        AdditionalText file = new FileText(Absolute(path), text);
        GeneratorDriver driver = Files.TryGetValue(file.Path, out AdditionalText? old)
            ? Driver.ReplaceAdditionalText(old, file)
            : Driver.AddAdditionalTexts([file]);
        return this with { Driver = driver, Files = Files.SetItem(file.Path, file) };
    }

    /// <summary>Runs the generator.</summary>
    public GeneratorRun Run()
    {
        GeneratorDriver driver = Driver.RunGeneratorsAndUpdateCompilation(Compilation, out Compilation output, out _);
        return new GeneratorRun(this with { Driver = driver }, driver.GetRunResult().Results.Single(), output);
    }

    private static string Absolute(string path) => path.StartsWith('/') ? path : $"{Project}/{path}";
}
