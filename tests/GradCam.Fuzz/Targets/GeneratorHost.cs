using System.Collections.Immutable;
using System.Text;
using GradCam.Fuzz.Engine;
using GradCam.Gen;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GradCam.Fuzz.Targets;

/// <summary>The generator as the compiler runs it, on one class; what it writes is parsed, and now and then compiled.</summary>
internal sealed class GeneratorHost
{
    private const int OneInMany = 64;

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "GradCam.Runtime.dll" || Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly CSharpCompilation _compilation;
    private readonly GeneratorDriver _driver;
    private readonly Dictionary<string, AdditionalText> _files = [];

    /// <summary>Prepares.</summary>
    /// <param name="source">The class <c>Net</c>.</param>
    /// <param name="files">The files that it names, by path.</param>
    public GeneratorHost(string source, params (string Path, byte[] Content)[] files)
    {
        _compilation = CSharpCompilation.Create(
            "Fuzz",
            [CSharpSyntaxTree.ParseText(source, ParseOptions, "Net.cs")],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        foreach ((string path, byte[] content) in files)
            _files.Add(path, new FileText(path, content));
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new NetworkGenerator().AsSourceGenerator()], _files.Values, ParseOptions);
        _driver = driver.RunGenerators(_compilation);
    }

    /// <summary>Runs the generator with files of other content.</summary>
    /// <param name="files">The files.</param>
    /// <returns>The diagnostics.</returns>
    /// <exception cref="FuzzException">The generator failed, or wrote what is no class <c>Net</c> and nothing else.</exception>
    public ImmutableArray<Diagnostic> Run(params (string Path, byte[] Content)[] files)
    {
        GeneratorDriver driver = _driver;
        foreach ((string path, byte[] content) in files)
            driver = driver.ReplaceAdditionalText(_files[path], new FileText(path, content));
        GeneratorRunResult result = driver.RunGenerators(_compilation).GetRunResult().Results.Single();
        if (result.Exception is Exception exception)
            throw new FuzzException($"the generator failed with {exception.GetType().Name}: {exception}");
        if (result.Diagnostics.FirstOrDefault(diagnostic => !diagnostic.Id.StartsWith("GCG", StringComparison.Ordinal)) is Diagnostic foreign)
            throw new FuzzException($"a diagnostic {foreign.Id} of the compiler: {foreign}");
        foreach (Diagnostic diagnostic in result.Diagnostics)
        {
            if (diagnostic.GetMessage().IndexOfAny(['\u0085', '\u2028', '\u2029', '\n', '\r', '\0', '\u001b']) >= 0)
                throw new FuzzException($"a message of {diagnostic.Id} with control characters: {diagnostic}");
        }

        foreach (GeneratedSourceResult source in result.GeneratedSources)
            Check(source);
        return result.Diagnostics;
    }

    private void Check(GeneratedSourceResult source)
    {
        if (source.SyntaxTree.GetDiagnostics().FirstOrDefault(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning) is Diagnostic syntax)
            throw new FuzzException($"generated code that cannot be parsed: {syntax}");
        var root = (CompilationUnitSyntax)source.SyntaxTree.GetRoot();
        if (root.Members is not [ClassDeclarationSyntax { Identifier.Text: "Net" }] || root.AttributeLists.Count > 0)
            throw new FuzzException($"generated code with other members than Net: {string.Join(", ", root.Members.Select(member => member.Kind()))}");
        for (DirectiveTriviaSyntax? directive = root.GetFirstDirective(); directive is not null; directive = directive.GetNextDirective())
        {
            if (directive is not (NullableDirectiveTriviaSyntax or PragmaWarningDirectiveTriviaSyntax))
                throw new FuzzException($"generated code with a directive: {directive}");
        }

        // The compiler takes a hundred times as long as all of the above.
        if (source.SourceText.GetChecksum()[0] % OneInMany != 0 || source.SourceText.Length > 1 << 18)
            return;
        IEnumerable<Diagnostic> diagnostics = _compilation.AddSyntaxTrees(source.SyntaxTree).GetDiagnostics();
        if (diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) is Diagnostic error)
            throw new FuzzException($"generated code that does not compile: {error}");
    }

    private sealed class FileText(string path, byte[] content) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(content, content.Length, Encoding.UTF8);
    }
}
