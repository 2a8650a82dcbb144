using System.Collections.Immutable;
using System.Text;
using GradCam.Gen.Declarations;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Files;
using GradCam.Gen.Model;
using GradCam.Gen.Spec;
using GradCam.Gen.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GradCam.Gen;

/// <summary>
/// The generator's wiring: annotated classes and additional files in, generated C# and diagnostics out. Each step's output compares by value, so that an edit
/// re-runs only what depends on it. Positions go another way than content, and meet it again only for the diagnostics.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class NetworkGenerator : IIncrementalGenerator
{
    /// <summary>The steps' names.</summary>
    internal static class Step
    {
        public const string Classes = "Classes";
        public const string Declarations = "Declarations";
        public const string InlineSpecs = "InlineSpecs";
        public const string Places = "Places";
        public const string SpecTexts = "SpecTexts";
        public const string Specs = "Specs";
        public const string Labels = "Labels";
        public const string Manifests = "Manifests";
        public const string Files = "Files";
        public const string Resolved = "Resolved";
        public const string Compiled = "Compiled";
        public const string Sources = "Sources";
        public const string Problems = "Problems";
        public const string Misuses = "Misuses";
        public const string HidingTypes = "HidingTypes";

        public static readonly ImmutableArray<string> All =
            [
                Classes, Declarations, InlineSpecs, Places, SpecTexts, Specs, Labels, Manifests, Files, Resolved, Compiled, Sources, Problems, Misuses,
                HidingTypes];
    }

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<AnnotatedClass> classes = context.SyntaxProvider
            .ForAttributeWithMetadataName(DeclarationReader.NetworkAttribute, static (node, _) => IsClass(node), DeclarationReader.Read)
            .Where(static declared => declared is not null)
            .Select(static (declared, _) => declared!)
            .WithTrackingName(Step.Classes);
        IncrementalValuesProvider<ParsedDeclaration> declarations = classes
            .Select(static (declared, _) => declared.Declaration)
            .WithTrackingName(Step.Declarations)
            .Select(static (declaration, _) => new ParsedDeclaration(declaration, declaration.IsInline ? SpecParser.Parse(declaration.Spec!) : null))
            .WithTrackingName(Step.InlineSpecs);
        IncrementalValueProvider<ImmutableArray<DeclarationPlaces>> places = classes
            .Select(static (declared, _) => declared.Places)
            .WithTrackingName(Step.Places)
            .Collect();

        IncrementalValuesProvider<CompiledNetwork> networks = declarations
            .Combine(ReadFiles(context))
            .Select(static (pair, _) => NetworkResolver.Resolve(pair.Left, pair.Right))
            .WithTrackingName(Step.Resolved)
            .Select(static (resolved, _) => CompiledNetwork.Compile(resolved))
            .WithTrackingName(Step.Compiled);

        IncrementalValuesProvider<GeneratedFile> sources = networks
            .Select(static (network, _) => new GeneratedFile(network.Key, network.Output.HintName, network.Output.Source))
            .WithTrackingName(Step.Sources);
        IncrementalValueProvider<EquatableArray<string>> keys = declarations
            .Select(static (declared, _) => declared.Declaration.Key)
            .Collect()
            .Select(static (all, _) => all.ToEquatableArray());
        context.RegisterSourceOutput(sources.Combine(keys), static (output, pair) => AddSource(output, pair.Left, pair.Right));

        IncrementalValuesProvider<EquatableArray<ReportedProblem>> problems = networks
            .Combine(places)
            .Select(static (pair, _) => Locate(pair.Left, pair.Right))
            .WithTrackingName(Step.Problems);
        context.RegisterSourceOutput(problems, static (output, reported) => Report(output, reported));

        IncrementalValuesProvider<ReportedProblem> misuses = context.SyntaxProvider
            .ForAttributeWithMetadataName(DeclarationReader.GradCamAttribute, static (node, _) => IsClass(node), DeclarationReader.ReadMisuse)
            .Where(static misuse => misuse is not null)
            .Select(static (misuse, _) => misuse!)
            .WithTrackingName(Step.Misuses);
        context.RegisterSourceOutput(misuses, static (output, misuse) => output.ReportDiagnostic(misuse.ToDiagnostic()));

        IncrementalValueProvider<EquatableArray<ReportedProblem>> hidingTypes = context.CompilationProvider
            .Select(DeclarationReader.ReadHidingTypes)
            .WithTrackingName(Step.HidingTypes);
        context.RegisterSourceOutput(hidingTypes, static (output, reported) => Report(output, reported));
    }

    private static bool IsClass(SyntaxNode node) => node is ClassDeclarationSyntax or RecordDeclarationSyntax;

    private static IncrementalValueProvider<ProjectFiles> ReadFiles(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<TextFile> Texts(string extension) => context.AdditionalTextsProvider
            .Where(file => file.Path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            .Select(static (file, cancellation) => ReadText(file, cancellation));

        IncrementalValueProvider<ImmutableArray<SpecFile>> specs = Texts(".net")
            .WithTrackingName(Step.SpecTexts)
            .Select(static (file, _) => new SpecFile(file.Path, file.Text, SpecParser.Parse(file.Text)))
            .WithTrackingName(Step.Specs)
            .Collect();
        IncrementalValueProvider<ImmutableArray<LabelFile>> labels = Texts(".txt")
            .Select(static (file, _) => LabelFile.Read(file))
            .WithTrackingName(Step.Labels)
            .Collect();
        IncrementalValueProvider<ImmutableArray<ManifestFile>> manifests = Texts(".manifest")
            .Select(static (file, _) => new ManifestFile(file.Path, ManifestReader.Read(file.Text)))
            .WithTrackingName(Step.Manifests)
            .Collect();
        IncrementalValueProvider<string> folder = context.AnalyzerConfigOptionsProvider
            .Select(static (options, _) => options.GlobalOptions.TryGetValue("build_property.ProjectDir", out string? path) ? path : "");

        return specs.Combine(labels).Combine(manifests).Combine(folder)
            .Select(static (files, _) => new ProjectFiles(
                files.Left.Left.Left.ToEquatableArray(), files.Left.Left.Right.ToEquatableArray(), files.Left.Right.ToEquatableArray(), files.Right))
            .WithTrackingName(Step.Files);
    }

    private static TextFile ReadText(AdditionalText file, CancellationToken cancellation)
    {
        // UTF-16 and UTF-32 with a byte order mark, and UTF-8, are text; what is none of them the compiler reads in the machine's code page.
        SourceText? text = file.GetText(cancellation);
        bool isUnicode = text?.Encoding is null || text.Encoding.CodePage is 65001 or 1200 or 1201 or 12000 or 12001;
        return new TextFile(file.Path, text?.ToString() ?? "", isUnicode);
    }

    private static void AddSource(SourceProductionContext output, GeneratedFile file, EquatableArray<string> keys)
    {
        if (file.Source is null)
            return;
        // The compiler's names of generated files ignore case; C#'s names of classes do not.
        int twins = keys.Count(key => string.CompareOrdinal(key, file.Key) < 0 && string.Equals(key, file.Key, StringComparison.OrdinalIgnoreCase));
        string hintName = twins == 0 ? file.HintName : $"{file.HintName.Substring(0, file.HintName.Length - ".g.cs".Length)}-{twins}.g.cs";
        output.AddSource(hintName, SourceText.From(file.Source, Encoding.UTF8));
    }

    private static EquatableArray<ReportedProblem> Locate(CompiledNetwork network, ImmutableArray<DeclarationPlaces> places)
    {
        if (network.Problems.Count == 0)
            return default;
        var locator = new ProblemLocator(places.First(place => place.Key == network.Key), network.SpecPath, network.SpecText, network.LabelsPath);
        return network.Problems.Select(locator.Locate).ToEquatableArray();
    }

    private static void Report(SourceProductionContext output, EquatableArray<ReportedProblem> problems)
    {
        foreach (ReportedProblem problem in problems)
            output.ReportDiagnostic(problem.ToDiagnostic());
    }

    /// <summary>What the passes made of a network, and what its problems' places refer to.</summary>
    private sealed record CompiledNetwork(
        string Key, CompilationOutput Output, string? SpecPath, string SpecText, string? LabelsPath, EquatableArray<Problem> Problems)
    {
        public static CompiledNetwork Compile(ResolvedNetwork resolved)
        {
            CompilationOutput output = Pipeline.Compile(resolved.Input);
            IEnumerable<Problem> found = resolved.Problems.Concat(output.Problems.Select(problem => AtLabelsLine(problem, resolved)));
            EquatableArray<Problem> problems = ProblemGroups.Group(
                found.Select(problem => ImportedSpec.Explain(problem, resolved.Input)), resolved.Input.SpecText);
            // The text counts only where something is to be located in it.
            string specText = problems.Count == 0 ? "" : resolved.Input.SpecText;
            return new CompiledNetwork(resolved.Key, output, resolved.SpecPath, specText, resolved.LabelsPath, problems);
        }

        /// <summary>A problem of the class names belongs to the line of the spec that names them, if the attribute does not.</summary>
        private static Problem AtLabelsLine(Problem problem, ResolvedNetwork resolved) =>
            problem.Place.Kind == PlaceKind.LabelsArgument && resolved is { LabelsAreInSpec: true, Input.Spec.Labels: LabelsSyntax labels }
                ? problem with { Place = labels.Range }
                : problem;
    }

    private sealed record GeneratedFile(string Key, string HintName, string? Source);
}
