using System.Reflection;
using System.Runtime.Loader;
using GradCam.Gen.Tool.Graphs;
using GradCam.Weights;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GradCam.Gen.Tool.Networks;

/// <summary>A network as the build would generate it, compiled in memory and unloaded when it is disposed of.</summary>
internal sealed class CompiledNetwork : IDisposable
{
    private readonly AssemblyLoadContext _context;
    private readonly Type _type;

    private CompiledNetwork(AssemblyLoadContext context, Type type) => (_context, _type) = (context, type);

    /// <summary>Its description.</summary>
    public NetworkInfo Info => (NetworkInfo)_type.GetProperty(nameof(Info), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    /// <summary>Compiles generated code.</summary>
    /// <param name="source">The generated C#, of a class Network in no namespace.</param>
    /// <exception cref="InvalidOperationException">The source does not compile.</exception>
    public static CompiledNetwork Compile(string source)
    {
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            "Network",
            [CSharpSyntaxTree.ParseText(source)],
            platform.Where(path => IsReferenced(Path.GetFileName(path))).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        Diagnostic? error = compilation.Emit(image).Diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        if (error is not null)
            throw new InvalidOperationException($"The generated code does not compile: {error}");
        image.Position = 0;
        var context = new AssemblyLoadContext("network", isCollectible: true);
        return new CompiledNetwork(context, context.LoadFromStream(image).GetType("Network", throwOnError: true)!);
    }

    /// <summary>The memory that the network takes on this machine.</summary>
    public MemoryUse Measure() => (MemoryUse)Call(typeof(MemoryUse).GetMethod(nameof(MemoryUse.Measure))!.MakeGenericMethod(_type), [null]);

    /// <summary>Its operations, and the memory that it takes on this machine.</summary>
    public NetworkAnatomy LookInside() => (NetworkAnatomy)Call(typeof(NetworkAnatomy).GetMethod(nameof(NetworkAnatomy.Of))!.MakeGenericMethod(_type), []);

    /// <summary>Loads it from a safetensors file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The backend's options; null for its own.</param>
    /// <exception cref="WeightException">The file is missing or damaged, or does not fit.</exception>
    public ILoadedNetwork Load(string path, NetworkOptions? options = null) => Load<string>(path, options);

    /// <summary>Loads it from tensors.</summary>
    /// <param name="weights">The tensors.</param>
    /// <param name="options">The backend's options; null for its own.</param>
    /// <exception cref="WeightException">They do not fit.</exception>
    public ILoadedNetwork Load(WeightSource weights, NetworkOptions? options = null) => Load<WeightSource>(weights, options);

    public void Dispose() => _context.Unload();

    private ILoadedNetwork Load<TWeights>(TWeights weights, NetworkOptions? options) =>
        (ILoadedNetwork)Call(_type.GetMethod("Load", [typeof(TWeights), typeof(NetworkOptions)])!, [weights, options]);

    private static object Call(MethodInfo method, object?[] arguments) =>
        method.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!;

    private static bool IsReferenced(string assembly) => assembly == "GradCam.Runtime.dll" || assembly.StartsWith("System.", StringComparison.Ordinal);
}
