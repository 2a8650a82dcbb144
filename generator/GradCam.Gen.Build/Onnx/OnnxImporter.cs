namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Turns an ONNX file into a net spec and weights. The way: decode the file, inline its functions, sort its nodes; fold constants, recognise what exporters write
/// out in small operators; lower every node to statements of the language; tidy the statements up; name them; write the spec.
/// </summary>
public static class OnnxImporter
{
    private const int OldestOpset = 7;
    private const int NewestOpset = 22;

    /// <summary>What is done to the graph before it is lowered, in this order.</summary>
    private static readonly Action<WorkGraph>[] GraphPasses =
    [
        FoldConstants.Run,
        RemoveUnusedNodes.Run,
        RecogniseLayerNorm.Run,
        RecogniseActivations.Run,
    ];

    /// <summary>What is done to the statements after it, in this order.</summary>
    private static readonly Action<NetProgram>[] StatementPasses =
    [
        RemoveUnusedStatements.Run,
        MergeBias.Run,
        MergeAffine.Run,
        MergePadding.Run,
        NameValues.Run,
        NameOutputs.Run,
    ];

    /// <summary>Reads and imports a file.</summary>
    /// <param name="path">The file. External data is looked for in its directory.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="OnnxImportException">The file cannot be read, or has something in it that the spec language cannot say.</exception>
    public static ImportedNetwork Import(string path, OnnxImportOptions? options = null)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new OnnxImportException($"{path}: {exception.Message}", exception);
        }
        return Import(bytes, Path.GetFileName(path), Path.GetDirectoryName(Path.GetFullPath(path)), options);
    }

    /// <summary>Imports a file's bytes.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">Its name, for messages and for the spec's first line.</param>
    /// <param name="directory">Where external data may lie; null to reject it.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="OnnxImportException">As above.</exception>
    public static ImportedNetwork Import(byte[] bytes, string name, string? directory, OnnxImportOptions? options = null)
    {
        try
        {
            return Import(OnnxModelReader.Read(bytes, directory), bytes.Length, name, options);
        }
        catch (OnnxImportException exception) when (exception.InnerException is not OnnxImportException)
        {
            throw new OnnxImportException(name, exception);
        }
    }

    /// <summary>Imports a decoded file.</summary>
    internal static ImportedNetwork Import(OnnxModel model, long length, string name, OnnxImportOptions? options)
    {
        try
        {
            return Run(model, length, name, options ?? new OnnxImportOptions());
        }
        catch (OnnxImportException exception)
        {
            throw new OnnxImportException(name, exception);
        }
        catch (OverflowException exception)
        {
            throw new OnnxImportException($"{name}: a size overflows", exception);
        }
    }

    private static ImportedNetwork Run(OnnxModel model, long length, string name, OnnxImportOptions options)
    {
        if (model.Opset is < OldestOpset or > NewestOpset)
            throw new OnnxImportException($"opset {model.Opset} is not supported; {OldestOpset} to {NewestOpset} are");
        OnnxGraph source = model.Graph;
        OnnxValueInfo[] inputs = source.Inputs.Where(input => !source.Initializers.ContainsKey(input.Name)).ToArray();
        if (inputs.Length != 1)
            throw new OnnxImportException($"the graph has {inputs.Length} inputs ({string.Join(", ", inputs.Take(8).Select(input => input.Name))}); networks of one input, an image, are supported");
        if (source.Outputs.Count == 0)
            throw new OnnxImportException("the graph has no output");

        var known = new HashSet<string>(source.Initializers.Keys, StringComparer.Ordinal) { inputs[0].Name };
        var graph = new WorkGraph
        {
            Opset = model.Opset,
            Nodes = SortNodes.Run(InlineFunctions.Run(model), known, model.Opset),
            Constants = source.Initializers,
            Inputs = [inputs[0]],
            Outputs = source.Outputs.GroupBy(output => output.Name).Select(same => same.First()).ToList(),
            Budget = new FoldingBudget(length),
        };
        foreach (Action<WorkGraph> pass in GraphPasses)
            pass(graph);
        graph.Index();

        TensorView input = InputShape.View(graph, inputs[0], options);
        var program = new NetProgram { InputView = input };
        new Lowering(graph, program, options.AnyArrangement).Run(inputs[0].Name, input);
        foreach (Action<NetProgram> pass in StatementPasses)
            pass(program);
        if (program.Statements.Count == 0)
            throw new OnnxImportException("the network computes nothing");
        return new ImportedNetwork(SpecWriter.Write(program, Comments(model, name, options, program), options.Image), program);
    }

    private static IEnumerable<string> Comments(OnnxModel model, string name, OnnxImportOptions options, NetProgram program)
    {
        string producer = new(model.Producer.Where(c => !char.IsControl(c)).Take(80).ToArray());
        yield return $"Made from {new string(name.Where(c => !char.IsControl(c)).ToArray())} (opset {model.Opset}{(producer.Length > 0 ? ", " + producer : "")}).";
        foreach (string note in program.Notes)
            yield return note;
        if (options.Image is null)
        {
            yield return "The file does not say how a photo becomes the input: here it is squashed to the input's size and scaled to 0 … 1. If the network was trained";
            yield return "otherwise, say so in an image line, e.g. for torchvision: image rgb resize 256 crop 224 mean 0.485 0.456 0.406 std 0.229 0.224 0.225";
        }
    }
}
