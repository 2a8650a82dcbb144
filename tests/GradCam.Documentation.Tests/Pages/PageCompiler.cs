using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using GradCam.Gen;
using GradCam.Gen.Tests;
using GradCam.Gen.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GradCam.Documentation.Tests.Pages;

/// <summary>
/// Compiles the C# of a page as it stands, by the real generator. Each block is a method in a namespace of its own, within that of the block before it: what a
/// block declares, later ones know. What a page takes as given (a session, a photo) is a parameter, as <see cref="GivenNames"/> says.
/// </summary>
internal sealed partial class PageCompiler
{
    private const string Generated = "generated";
    private const string Sketch = "sketch";

    private static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp14);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("GradCam.Gen", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>What the networks ask for that several pages have.</summary>
    private static readonly ConcurrentDictionary<string, NetworkInfo> Known = new();

    private readonly MarkdownPage _page;
    private readonly GivenFiles _files;
    private readonly StringBuilder _source = new();

    /// <summary>Lines of the source, from 0, with those of the page, from 1.</summary>
    private readonly Dictionary<int, int> _pageLines = [];

    private PageCompiler(MarkdownPage page)
    {
        _page = page;
        _files = new GivenFiles(page);
    }

    /// <summary>The blocks that are compiled.</summary>
    public static IEnumerable<FencedBlock> BlocksOf(MarkdownPage page) =>
        page.Blocks.Where(block => block.Language == "csharp" && block.Name is not (Generated or Sketch));

    /// <summary>The blocks that show what the generator writes.</summary>
    public static IEnumerable<FencedBlock> GeneratedBlocksOf(MarkdownPage page) =>
        page.Blocks.Where(block => block.Language == "csharp" && block.Name == Generated);

    /// <summary>Compiles a page.</summary>
    /// <returns>What was wrong, with the page's lines; and the compilation.</returns>
    public static (IReadOnlyList<string> Problems, Compilation Compilation) Compile(MarkdownPage page)
    {
        var compiler = new PageCompiler(page);
        string source = compiler.Wrap();
        compiler.AddManifests(source);
        (IReadOnlyList<Diagnostic> errors, Compilation compilation) = Run(source, compiler._files);
        return ([.. errors.Select(compiler.Describe)], compilation);
    }

    /// <summary>Compiles a page and loads what it became.</summary>
    public static Assembly Load(MarkdownPage page)
    {
        (IReadOnlyList<string> problems, Compilation compilation) = Compile(page);
        Assert.Equal([], problems);
        return Emit(compilation);
    }

    private static (IReadOnlyList<Diagnostic> Errors, Compilation Compilation) Run(string source, GivenFiles files)
    {
        var compilation = CSharpCompilation.Create(
            "Page",
            [
                CSharpSyntaxTree.ParseText(source, Options, $"{GivenFiles.Project}/Page.cs"),
                CSharpSyntaxTree.ParseText(GivenNames.ImplicitUsings, Options, $"{GivenFiles.Project}/Usings.cs"),
            ],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new NetworkGenerator().AsSourceGenerator()], files.All, Options, new ProjectOptions(GivenFiles.Project));
        driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);
        IEnumerable<Diagnostic> found = driver.GetRunResult().Diagnostics.Concat(output.GetDiagnostics());
        return ([.. found.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)], output);
    }

    private string Describe(Diagnostic diagnostic)
    {
        FileLinePositionSpan place = diagnostic.Location.GetLineSpan();
        string where = place.Path.EndsWith("Page.cs", StringComparison.Ordinal) && _pageLines.TryGetValue(place.StartLinePosition.Line, out int line)
            ? $"{_page.Path}:{line}"
            : $"{place}";
        return $"{where}: {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";
    }

    private static Assembly Emit(Compilation compilation)
    {
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return Assembly.Load(image.ToArray());
    }

    private string Wrap()
    {
        FencedBlock[] blocks = [.. BlocksOf(_page)];
        string all = string.Concat(blocks.Select(block => block.Text));
        string own = Repository.File($"tests/GradCam.Documentation.Tests/Given/{_page.Path.Replace('/', '.')}.cs");
        if (File.Exists(own))
            _source.Append(File.ReadAllText(own));
        _source.Append("namespace Given\n{\n");
        int number = 0;
        foreach (FencedBlock block in blocks)
            Wrap(block, ++number, GivenNames.Network(all));
        _source.Append('}', number + 1);
        _source.Append(GivenNames.Classes(_source.ToString()));
        return _source.ToString();
    }

    private void Wrap(FencedBlock block, int number, string network)
    {
        // A line of dots stands for the reader's own code.
        string text = Dots().Replace(block.Text, ";");
        CompilationUnitSyntax unit = CSharpSyntaxTree.ParseText(text, Options).GetCompilationUnitRoot();
        _source.Append($"namespace Block{number}\n{{\n");
        foreach (UsingDirectiveSyntax use in unit.Usings)
            Append(use, block);
        // A block that has the library's own using is a whole file; others are pieces of one.
        if (!unit.Usings.Any(use => use.Name?.ToString() == "GradCam"))
            _source.Append(GivenNames.Usings);
        foreach (MemberDeclarationSyntax type in unit.Members.Where(member => member is not GlobalStatementSyntax))
            Append(type, block);
        GlobalStatementSyntax[] statements = [.. unit.Members.OfType<GlobalStatementSyntax>()];
        if (statements.Length > 0)
        {
            bool waits = statements.Any(Waits);
            string returned = waits ? "async System.Threading.Tasks.Task" : "void";
            _source.Append($"static class Code\n{{\npublic static {returned} Run({GivenNames.Parameters(unit, network)})\n{{\n");
            foreach (GlobalStatementSyntax statement in statements)
                Append(statement, block);
            _source.Append("}\n}\n");
        }
    }

    private void Append(SyntaxNode node, FencedBlock block)
    {
        string text = node.ToString();
        int line = block.Line + node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        int first = _source.ToString().AsSpan().Count('\n');
        for (int i = 0; i <= text.AsSpan().Count('\n'); i++)
            _pageLines[first + i] = line + i;
        _source.Append(text).Append('\n');
    }

    private static bool Waits(SyntaxNode statement) =>
        statement.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .OfType<AwaitExpressionSyntax>()
            .Any();

    /// <summary>
    /// The build would say what is in the weight files. The pages have none, so each file has what the networks ask for: they are compiled without weights
    /// first.
    /// </summary>
    private void AddManifests(string source)
    {
        foreach ((string onnx, string spec) in _files.Imported.Where(file => source.Contains($"\"{file.Key}\"", StringComparison.Ordinal)))
            _files.AddWeights(onnx + ".safetensors", Describe($"[GradCam.Network(\"\"\"\n{spec}\n\"\"\")]", "Imported"));
        string[] files = [.. WeightFile().Matches(source).Select(match => match.Groups["file"].Value).Distinct()];
        SyntaxNode root = CSharpSyntaxTree.ParseText(source, Options).GetRoot();
        foreach (string file in files)
        {
            ClassDeclarationSyntax declared = root.DescendantNodes().OfType<ClassDeclarationSyntax>()
                .First(type => type.AttributeLists.ToString().Contains($"Weights = \"{file}\"", StringComparison.Ordinal));
            _files.AddWeights(file, Describe("using GradCam;\n" + WeightFile().Replace(declared.AttributeLists.ToString(), ""), declared.Identifier.Text));
        }
    }

    /// <summary>What a network asks for.</summary>
    private NetworkInfo Describe(string attributes, string name)
    {
        string source = $"{attributes}\npublic partial class {name};";
        // A spec of the page's own is of this page alone.
        string key = source + string.Concat(_page.Blocks.Where(block => block.Language == "net").Select(block => block.Text));
        return Known.GetOrAdd(key, _ =>
        {
            (IReadOnlyList<Diagnostic> errors, Compilation compilation) = Run(source, _files);
            Assert.True(errors.Count == 0, $"{_page.Path}: {name}: {string.Join("; ", errors)}");
            return (NetworkInfo)Emit(compilation).GetType(name)!.GetProperty("Info")!.GetValue(null)!;
        });
    }

    [GeneratedRegex(@", Weights = ""(?<file>[^""]+)""")]
    private static partial Regex WeightFile();

    [GeneratedRegex(@"(?<=^\s*)…(?=\s*$)", RegexOptions.Multiline)]
    private static partial Regex Dots();
}
