using System.Xml.Linq;
using Microsoft.Build.Framework;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GradCam.Packaging;

/// <summary>Copies a documentation file without what users of the assembly cannot see: the compiler writes its internals too.</summary>
public sealed class WritePublicDocumentation : Microsoft.Build.Utilities.Task
{
    /// <summary>The assembly.</summary>
    [Required]
    public string Assembly { get; set; } = "";

    /// <summary>Its documentation, as the compiler wrote it.</summary>
    [Required]
    public string Documentation { get; set; } = "";

    /// <summary>Where the copy goes.</summary>
    [Required]
    public string Destination { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        var visible = new HashSet<string>(StringComparer.Ordinal);
        MetadataReference reference = MetadataReference.CreateFromFile(Assembly);
        // Also what is internal is imported, so that a protected member of a nested type has its id.
        var compilation = CSharpCompilation.Create("Read", references: [reference]);
        Add(((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!).GlobalNamespace, visible);

        XDocument document = XDocument.Load(Documentation, LoadOptions.PreserveWhitespace);
        foreach (XElement member in document.Descendants("member").ToList())
        {
            if (visible.Contains(member.Attribute("name")!.Value))
                continue;
            if (member.NextNode is XText space)
                space.Remove();
            member.Remove();
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Destination)!);
        document.Save(Destination, SaveOptions.DisableFormatting);
        Log.LogMessage("{0}: {1} of {2} members are public", Destination, document.Descendants("member").Count(), visible.Count);
        return true;
    }

    private static void Add(INamespaceOrTypeSymbol container, HashSet<string> visible)
    {
        foreach (ISymbol member in container.GetMembers())
        {
            bool isVisible = member is INamespaceSymbol
                || member.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;
            if (!isVisible)
                continue;
            if (member.GetDocumentationCommentId() is string id)
                visible.Add(id);
            if (member is INamespaceOrTypeSymbol inner)
                Add(inner, visible);
        }
    }
}
