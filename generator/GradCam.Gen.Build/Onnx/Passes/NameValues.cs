using System.Text;
using System.Text.RegularExpressions;
using GradCam.Gen.Texts;

namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Gives every value the name that it has in the file: its weight's (layer1.0.conv1.weight: layer1.0.conv1), else its tensor's. The paths that PyTorch
/// writes (/layer1/layer1.0/conv1/Conv_output_0) become the module's name (layer1.0.conv1), with the operator behind it where the module has several
/// (layer1.0.Add). A number becomes the operation and the number (conv_193).
/// </summary>
internal static class NameValues
{
    private const int MaximumLength = 160;
    private const int MaximumPath = 256;
    private static readonly string[] Reserved = ["in", "input"];
    private static readonly Regex OutputSuffix = new(@"^(?<node>/.+)_output_\d+$", RegexOptions.CultureInvariant);

    public static void Run(NetProgram program)
    {
        var taken = new HashSet<string>(Reserved, StringComparer.Ordinal);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        ModulePaths modules = new(program.Statements.Select(statement => NodePath(statement)));
        var last = new Dictionary<string, NetStatement>(StringComparer.Ordinal);
        foreach (NetStatement statement in program.Statements)
            last[statement.TensorName] = statement;

        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        // Names in the file go before those that are made up here.
        foreach (NetStatement statement in program.Statements
            .OrderBy(statement => last[statement.TensorName] == statement || statement.WeightName is not null ? 0 : 1))
        {
            bool own = last[statement.TensorName] == statement;
            string name = Clean(statement.WeightName ?? TensorName(statement, modules) + (own ? "" : "_" + statement.Operation));
            string unique = name;
            counts.TryGetValue(name, out int count);
            for (int i = Math.Max(count, 1) + 1; !IsFree(statement, unique); i++)
            {
                unique = $"{name}_{NumberText.Format(i)}";
                counts[name] = i;
            }
            taken.Add(unique);
            foreach (NetWeight weight in statement.Weights)
                keys.Add(unique + weight.Suffix);
            statement.Output.Name = unique;
        }

        bool IsFree(NetStatement statement, string name) =>
            !taken.Contains(name) && !keys.Contains(name)
                && statement.Weights.All(
                    weight => !keys.Contains(name + weight.Suffix) && (weight.Suffix.Length == 0 || !taken.Contains(name + weight.Suffix)));
    }

    private static string TensorName(NetStatement statement, ModulePaths modules)
    {
        if (NodePath(statement) is string path)
            return modules.Name(path);
        string tensor = statement.TensorName;
        return tensor.Length > 0 && tensor.All(char.IsDigit) ? $"{statement.Operation}_{tensor}" : tensor;
    }

    /// <summary>The node's path of modules, as PyTorch writes it, or null.</summary>
    private static string? NodePath(NetStatement statement)
    {
        // The exporter's paths are of a dozen modules; what is longer is a name like others.
        if (statement.TensorName.Length > MaximumPath || statement.NodeName.Length > MaximumPath)
            return null;
        if (OutputSuffix.Match(statement.TensorName) is { Success: true } match)
            return match.Groups["node"].Value;
        // The network's outputs carry a name of their own: where it is a number, the node's says more.
        return statement.TensorName.All(char.IsDigit) && statement.NodeName.Length > 1 && statement.NodeName[0] == '/' ? statement.NodeName : null;
    }

    /// <summary>Names that the language gives itself.</summary>
    public static bool IsReserved(string name) => Reserved.Contains(name);

    /// <summary>A name as a label can have it.</summary>
    public static string Clean(string name)
    {
        string clean = OneLine(name, MaximumLength).Replace('"', '_').Replace('\\', '_').Trim();
        return clean.Length == 0 ? "value" : clean;
    }

    /// <summary>
    /// A text of the file's as it may stand in a comment or between quotes: on one line, whoever reads it (also U+0085, U+2028 and U+2029 end lines), without
    /// characters that are not seen.
    /// </summary>
    public static string OneLine(string text, int maximumLength)
    {
        var clean = new StringBuilder();
        for (int i = 0; i < text.Length && clean.Length < maximumLength;)
        {
            int character = HiddenCharacters.At(text, i, out int length);
            if (HiddenCharacters.IsHidden(character))
                clean.Append('_');
            else
                clean.Append(text, i, length);
            i += length;
        }

        return clean.ToString();
    }

    /// <summary>The modules that PyTorch's node names speak of.</summary>
    private sealed class ModulePaths
    {
        /// <summary>Modules within each other that are counted.</summary>
        private const int MaximumModules = 16;

        private readonly Dictionary<string, int> _nodes = new(StringComparer.Ordinal);

        public ModulePaths(IEnumerable<string?> paths)
        {
            foreach (string? path in paths)
            {
                if (path is null)
                    continue;
                string module = Split(path).Module;
                // Two for a module that has others inside, so that it counts as one of several nodes.
                for (int weight = 1, depth = 0; depth < MaximumModules; weight = 2, depth++)
                {
                    _nodes[module] = (_nodes.TryGetValue(module, out int count) ? count : 0) + weight;
                    int dot = module.LastIndexOf('.');
                    if (dot < 0)
                        break;
                    module = module.Substring(0, dot);
                }
            }
        }

        public string Name(string path)
        {
            (string module, string op) = Split(path);
            return module.Length == 0 ? op : _nodes.TryGetValue(module, out int count) && count == 1 ? module : module + "." + op;
        }

        /// <summary>"/layer1/layer1.0/conv1/Conv" as layer1.0.conv1 and Conv: a part that repeats the one before it continues it.</summary>
        private static (string Module, string Operator) Split(string path)
        {
            string[] parts = path.Split(['/'], StringSplitOptions.RemoveEmptyEntries);
            var names = new List<string>();
            for (int i = 0; i < parts.Length - 1; i++)
            {
                if (names.Count > 0 && parts[i].StartsWith(names[names.Count - 1] + ".", StringComparison.Ordinal))
                    names[names.Count - 1] = parts[i];
                else
                    names.Add(parts[i]);
            }
            return (string.Join(".", names), parts.Length == 0 ? "" : parts[parts.Length - 1]);
        }
    }
}
