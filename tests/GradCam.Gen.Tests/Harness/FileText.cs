using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace GradCam.Gen.Tests.Harness;

/// <summary>An additional file that is not on disk.</summary>
internal sealed class FileText(string path, SourceText text) : AdditionalText
{
    public override string Path => path;

    public override SourceText GetText(CancellationToken cancellationToken = default) => text;
}
