using System.Text.RegularExpressions;

namespace GradCam.Gen.Tests.Folders;

/// <summary>
/// The direction in which folders use each other: the tables say whom each may use, and no row names a row below it, so there are no circles.
/// </summary>
public sealed partial class FolderTests
{
    private const string Kernels = "Contract, Planning, Weights, Memory, Numerics, Cpu/Simd, Cpu/Threading, Cpu/Memory, Cpu/Packing";

    /// <summary>
    /// The runtime: a folder, then the folders that it may use. A row stands for what is below its folder too, where that has no row of its own.
    /// </summary>
    private static readonly (string Folder, string MayUse)[] Runtime =
    [
        ("Files", ""),
        ("Memory", ""),
        ("Numerics", ""),
        ("Weights", "Numerics"),
        ("Contract", "Weights, Numerics"),
        ("Planning", "Contract, Weights, Memory, Numerics"),
        ("Images", "Contract, Numerics"),
        ("Explain", "Contract, Planning, Images, Files, Numerics"),
        ("Evaluate", "Contract, Weights, Images, Numerics, Explain"),
        (".", ""),
        ("Cpu/Simd", "Numerics"),
        ("Cpu/Threading", ""),
        ("Cpu/Memory", "Contract, Memory, Cpu/Threading"),
        ("Cpu/Packing", "Contract, Planning, Weights, Memory, Cpu/Simd, Cpu/Threading, Cpu/Memory"),
        ("Cpu/Pointwise/Functions", "Contract, Cpu/Simd"),
        ("Cpu/Pointwise", Kernels + ", Cpu/Pointwise/Functions"),
        ("Cpu/Normalization", Kernels + ", Cpu/Pointwise, Cpu/Pointwise/Functions"),
        ("Cpu/Pooling", Kernels + ", Cpu/Pointwise, Cpu/Pointwise/Functions"),
        ("Cpu/Layout", Kernels + ", Cpu/Pointwise, Cpu/Pointwise/Functions"),
        ("Cpu/FullyConnected", Kernels + ", Cpu/Pointwise"),
        ("Cpu/Conv/Algorithm", Kernels + ", Cpu/Pointwise"),
        ("Cpu/Conv/Direct", Kernels + ", Cpu/FullyConnected, Cpu/Conv/Algorithm"),
        ("Cpu/Conv/Winograd", Kernels + ", Cpu/Conv/Algorithm, Cpu/Conv/Direct"),
        ("Cpu/Conv/Depthwise", Kernels + ", Cpu/Conv/Algorithm"),
        ("Cpu/Conv/Chain", Kernels + ", Cpu/Pooling, Cpu/Conv/Algorithm"),
        ("Cpu/Conv", Kernels + ", Cpu/Conv/Algorithm, Cpu/Conv/Direct, Cpu/Conv/Winograd, Cpu/Conv/Depthwise, Cpu/Conv/Chain"),
        ("Cpu/Reproducible", Kernels + ", Cpu/Pointwise, Cpu/Pointwise/Functions, Cpu/Normalization, Cpu/Pooling, Cpu/Layout, Cpu/Conv/Algorithm"),
        ("Cpu", Kernels + ", Cpu/Pointwise, Cpu/Pointwise/Functions, Cpu/Normalization, Cpu/Pooling, Cpu/Layout, Cpu/FullyConnected, "
            + "Cpu/Conv, Cpu/Conv/Algorithm, Cpu/Conv/Direct, Cpu/Conv/Chain, Cpu/Reproducible"),
        ("Manifests", "Contract, Images, Explain, Files, Cpu/Simd"),
    ];

    /// <summary>
    /// The generator, likewise: spec, passes, C#, and what reads declarations and files beside them. A layer has its operation and an operation looks at its
    /// layer, so the model and the operations are one station.
    /// </summary>
    private static readonly (string Folder, string MayUse)[] Generator =
    [
        ("Polyfills", ""),
        ("Collections", ""),
        ("Texts", ""),
        ("CSharp", "Texts"),
        ("Diagnostics", "Collections, Texts"),
        ("Syntax", "Collections, Texts"),
        ("Model and Operations", "Collections, Texts, CSharp, Diagnostics, Syntax"),
        ("Spec", "Collections, Texts, Diagnostics, Syntax, Model and Operations"),
        ("Passes", "Collections, Texts, Diagnostics, Syntax, Model and Operations, Spec"),
        ("Emit", "Collections, Texts, CSharp, Syntax, Model and Operations, Spec"),
        ("Declarations", "Collections, Texts, Diagnostics, Syntax, Model and Operations, Spec"),
        ("Files", "Collections, Texts, Diagnostics, Syntax, Model and Operations, Spec, Declarations"),
        (".", "Collections, Texts, CSharp, Diagnostics, Syntax, Model and Operations, Spec, Passes, Emit, Declarations, Files"),
    ];

    [Theory]
    [InlineData("runtime/GradCam.Runtime")]
    [InlineData("generator/GradCam.Gen")]
    public void Folders_use_each_other_in_one_direction(string project)
    {
        (string Folder, string MayUse)[] table = project.StartsWith("runtime", StringComparison.Ordinal) ? Runtime : Generator;
        for (int i = 0; i < table.Length; i++)
            Assert.All(Names(table[i].MayUse), name => Assert.Contains(name, table.Take(i).Select(row => row.Folder)));

        Dictionary<(string From, string To), string> found = FolderDependencies.Of($"{project}/{Path.GetFileName(project)}.csproj");
        var wrong = new List<string>();
        var used = new HashSet<(string, string)>();
        foreach (((string from, string to), string example) in found)
        {
            ((string user, string mayUse), (string other, _)) = (Row(table, from), Row(table, to));
            used.Add((user, other));
            if (user != other && !Names(mayUse).Contains(other))
                wrong.Add($"{from} may not use {to}: {example}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        // Every station uses the one before it: had the compiler understood nothing, nothing would be wrong.
        (string, string)[] known = table == Runtime
            ? [("Planning", "Contract"), ("Cpu/Packing", "Planning"), ("Explain", "Contract")]
            : [("Spec", "Model and Operations"), ("Passes", "Model and Operations"), ("Emit", "Model and Operations")];
        Assert.All(known, pair => Assert.Contains(pair, used));
    }

    /// <summary>
    /// In the runtime a public type that users touch is in namespace GradCam, whatever its folder; the compiler looks for Polyfills in namespaces of its own.
    /// </summary>
    [Theory]
    [InlineData("runtime/GradCam.Runtime", "GradCam")]
    [InlineData("generator/GradCam.Gen", "GradCam.Gen")]
    public void Namespaces_are_folders(string project, string rootNamespace)
    {
        string root = Repository.File(project);
        foreach (string file in Repository.Sources(root))
        {
            string folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('\\', '/');
            if (folder.Split('/')[0] == "Polyfills")
                continue;
            string text = System.IO.File.ReadAllText(file);
            string found = Namespace().Match(text).Groups[1].Value;
            string expected = folder == "." ? rootNamespace : $"{rootNamespace}.{folder.Replace('/', '.')}";
            bool isUsers = rootNamespace == "GradCam" && found == rootNamespace && PublicType().IsMatch(text);
            Assert.True(found == expected || isUsers, $"{file}: expected namespace {expected}, found {found}.");
        }
    }

    private static (string Folder, string MayUse) Row((string Folder, string MayUse)[] table, string folder)
    {
        for (string? at = folder; !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at)?.Replace('\\', '/'))
        {
            int index = Array.FindIndex(table, row => row.Folder.Split(" and ").Contains(at));
            if (index >= 0)
                return table[index];
        }

        throw new InvalidOperationException($"The table has no row for folder {folder}.");
    }

    private static string[] Names(string list) => list.Split(", ", StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^public ", RegexOptions.Multiline)]
    private static partial Regex PublicType();
}
