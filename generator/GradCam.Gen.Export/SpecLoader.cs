using System.Globalization;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Passes;
using GradCam.Gen.Spec;

namespace GradCam.Gen.Export;

/// <summary>A net spec's text, and the header of its weights, to the network that the compiler would see before it merges anything.</summary>
internal static class SpecLoader
{
    private static readonly ClassDeclaration Class = new("Network", "", default, "internal", CanBeExtended: true);

    /// <summary>Parses and resolves a spec.</summary>
    /// <param name="text">The spec.</param>
    /// <param name="name">Its file's name, for messages.</param>
    /// <param name="weights">The weights' header, or null to take every tensor for what the spec expects.</param>
    /// <exception cref="SpecException">The spec has errors, or does not fit the weights.</exception>
    public static Network Load(string text, string name, WeightManifest? weights)
    {
        CompilationInput input = Parse(text, name, weights, layers: default);
        var problems = new List<Problem>();
        Network? network = Pipeline.Resolve(input, problems);
        Throw(problems, text, name);
        return network ?? throw new SpecException($"{name}: the spec has errors");
    }

    /// <summary>The same with all layers, also those that no output needs.</summary>
    public static Network LoadAll(string text, string name)
    {
        CompilationInput input = Parse(text, name, weights: null, layers: default);
        var problems = new List<Problem>();
        Network? network = ResolveShapes.Run(input.Spec!, text, name, problems);
        network = network is null ? null : BindWeights.Run(network, null, prefix: "", problems);
        Throw(problems, text, name);
        return network ?? throw new SpecException($"{name}: the spec has errors");
    }

    /// <summary>The C# of a spec that <see cref="Load"/> takes.</summary>
    /// <param name="text">The spec.</param>
    /// <param name="name">Its file's name.</param>
    /// <param name="layers">The layers to explain at.</param>
    /// <param name="labels">The class names, or null.</param>
    /// <param name="isWithSuffixes">True for what follows each layer as well.</param>
    /// <param name="isWithInput">True for the gradient at the input as well, of networks of one.</param>
    /// <exception cref="SpecException">It would need more memory than a network may, or has another number of classes.</exception>
    public static string Generate(
        string text, string name, IEnumerable<string> layers, LabelNames? labels, bool isWithSuffixes = false, bool isWithInput = false)
    {
        CompilationInput input = Parse(text, name, weights: null, layers.ToEquatableArray());
        if (isWithSuffixes)
            input = input with { Suffixes = input.Layers };
        if (isWithInput && input.Spec!.Inputs.Count == 1)
            input = input with { Layers = input.Layers.Append("input").Distinct().ToEquatableArray() };
        if (labels is not null)
            input = input with { Labels = labels.Names.ToEquatableArray(), LabelsName = labels.Path };
        CompilationOutput output = Pipeline.Compile(input);
        Throw(output.Problems, text, name);
        return output.Source!;
    }

    private static CompilationInput Parse(string text, string name, WeightManifest? weights, EquatableArray<string> layers)
    {
        ParsedSpec parsed = SpecParser.Parse(text);
        Throw(parsed.Problems, text, name);
        return new CompilationInput(Class, parsed.Syntax, text, name, weights, weights?.File, null, null, null, layers, HasErrors: false);
    }

    /// <summary>Throws what is more than a warning.</summary>
    private static void Throw(IEnumerable<Problem> problems, string text, string name)
    {
        EquatableArray<Problem> errors = ProblemGroups.Group(problems.Where(problem => Descriptors.IsError(problem.Id)), text);
        if (errors.Count > 0)
            throw new SpecException(string.Join(Environment.NewLine, errors.Select(problem => Describe(problem, text, name))));
    }

    /// <summary>A problem in words, without its place.</summary>
    public static string Message(Problem problem)
    {
        string format = Descriptors.Find(problem.Id).MessageFormat.ToString(CultureInfo.InvariantCulture);
        return string.Format(CultureInfo.InvariantCulture, format, [.. problem.Arguments]) + problem.Note;
    }

    private static string Describe(Problem problem, string text, string name)
    {
        string message = Message(problem);
        if (problem.Place.Kind != PlaceKind.Spec)
            return $"{name}: {problem.Id}: {message}";
        // Of a spec that was made from an ONNX file nobody can look lines up.
        if (name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            return $"{name}: {problem.Id}: {message} (at \"{ImportedSpec.LineOf(problem, text)}\")";
        ReadOnlySpan<char> before = text.AsSpan(0, Math.Min(problem.Place.Range.Start, text.Length));
        int line = before.Count('\n') + 1, column = before.Length - before.LastIndexOf('\n');
        return $"{name}({line},{column}): {problem.Id}: {message}";
    }
}
