using System.Globalization;
using System.Reflection;
using System.Text;
using GradCam.Gen.Tests.Harness;
using Microsoft.CodeAnalysis.Emit;

namespace GradCam.Gen.Tests.Networks;

/// <summary>Specs, through the generator and the C# compiler into this process.</summary>
internal static class CompiledNetworks
{
    /// <summary>Compiles networks.</summary>
    /// <param name="networks">Each one's spec and the layers to explain at.</param>
    /// <returns>Their classes, in order.</returns>
    public static IReadOnlyList<Type> Compile(IReadOnlyList<(string Spec, IReadOnlyList<string> Layers)> networks)
    {
        var source = new StringBuilder();
        for (int i = 0; i < networks.Count; i++)
        {
            source.Append(CultureInfo.InvariantCulture, $"[GradCam.Network(@\"{networks[i].Spec.Replace("\"", "\"\"", StringComparison.Ordinal)}\")]\n");
            foreach (string layer in networks[i].Layers)
                source.Append(CultureInfo.InvariantCulture, $"[GradCam.GradCam(\"{layer}\")]\n");
            source.Append(CultureInfo.InvariantCulture, $"public sealed partial class Net{i};\n");
        }

        Assembly assembly = Load(source.ToString());
        return [.. Enumerable.Range(0, networks.Count).Select(i => assembly.GetType($"Net{i}", throwOnError: true)!)];
    }

    /// <summary>Compiles C# with networks in it.</summary>
    public static Assembly Load(string source)
    {
        GeneratorRun run = GeneratorDriverHarness.Of(source).Run();
        if (run.Diagnostics.Count > 0)
            throw new InvalidOperationException($"{string.Join("\n", run.Diagnostics)}\n{source}");
        using var image = new MemoryStream();
        EmitResult result = run.Output.Emit(image);
        if (!result.Success)
            throw new InvalidOperationException(string.Join("\n", result.Diagnostics));
        return Assembly.Load(image.ToArray());
    }
}
