using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GradCam.Gen.Tests.Folders;

/// <summary>Which folders of a project name types of which others, as the compiler sees them. Documentation does not count.</summary>
internal static class FolderDependencies
{
    /// <summary>Reads a project.</summary>
    /// <param name="project">The path of its csproj in the repository.</param>
    /// <returns>Pairs of folders, "." for the project's own, each with an example: the file, and the type that it uses.</returns>
    public static Dictionary<(string From, string To), string> Of(string project)
    {
        string path = Repository.File(project);
        string root = Path.GetDirectoryName(path)!;
        var xml = XDocument.Load(path);
        Dictionary<string, string> folders = Sources(root, xml);
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        SyntaxTree[] trees = [.. folders.Keys.Select(file => CSharpSyntaxTree.ParseText(System.IO.File.ReadAllText(file), options, file))];
        var compilation = CSharpCompilation.Create("Read", [.. trees, CSharpSyntaxTree.ParseText(GlobalUsings(xml), options)], References());
        HashSet<string> types = [
            .. trees.SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>()).Select(type => type.Identifier.Text)];

        var found = new Dictionary<(string From, string To), string>();
        foreach (SyntaxTree tree in trees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            string from = folders[tree.FilePath];
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Where(name => types.Contains(name.Identifier.Text)))
            {
                ISymbol? symbol = model.GetSymbolInfo(name).Symbol;
                INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
                string? declared = type?.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.FilePath;
                if (declared is not null && folders.TryGetValue(declared, out string? to) && to != from)
                    found.TryAdd((from, to), $"{Path.GetRelativePath(root, tree.FilePath)} uses {type!.Name}");
            }
        }

        return found;
    }

    /// <summary>The project's files, and those of others that it compiles, with their folders.</summary>
    private static Dictionary<string, string> Sources(string root, XDocument xml)
    {
        var folders = new Dictionary<string, string>();
        foreach (string file in Repository.Sources(root))
            folders[file] = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('\\', '/');

        foreach (XElement link in xml.Descendants("Compile"))
        {
            string pattern = Path.GetFullPath(Path.Combine(root, link.Attribute("Include")!.Value));
            foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(pattern)!, Path.GetFileName(pattern)))
                folders[file] = link.Attribute("LinkBase")?.Value ?? Path.GetDirectoryName(link.Attribute("Link")!.Value)!;
        }

        return folders;
    }

    private static string GlobalUsings(XDocument xml)
    {
        IEnumerable<string> own = xml.Descendants("Using").Select(use =>
            use.Attribute("Alias") is { } alias ? $"{alias.Value} = {use.Attribute("Include")!.Value}" : use.Attribute("Include")!.Value);
        string[] implied = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading", "System.Threading.Tasks"];
        return string.Concat(implied.Concat(own).Select(name => $"global using {name};\n"));
    }

    /// <summary>What the tests run on, but for the repository's own assemblies.</summary>
    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("GradCam.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
}
