using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GradCam.NetTool;

/// <summary>A network as the build would generate it, compiled in memory: what it needs at run time is asked of the code itself.</summary>
internal static class GeneratedNetwork
{
    /// <summary>The memory that the network takes on this machine.</summary>
    /// <param name="source">The generated C#, of a class Network in no namespace.</param>
    /// <exception cref="InvalidOperationException">The source does not compile.</exception>
    public static MemoryUse Measure(string source)
    {
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "Inspected",
            [CSharpSyntaxTree.ParseText(source)],
            platform.Where(path => IsReferenced(Path.GetFileName(path))).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        Diagnostic? error = compilation.Emit(image).Diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        if (error is not null)
            throw new InvalidOperationException($"The generated code does not compile: {error}");
        Type network = Assembly.Load(image.ToArray()).GetType("Network", throwOnError: true)!;
        return (MemoryUse)typeof(MemoryUse).GetMethod(nameof(MemoryUse.Measure))!.MakeGenericMethod(network).Invoke(null, [null])!;
    }

    private static bool IsReferenced(string assembly) => assembly == "GradCam.Runtime.dll" || assembly.StartsWith("System.", StringComparison.Ordinal);
}
