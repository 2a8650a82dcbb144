namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Turns an ONNX file into a net spec and weights. The way: decode the file, inline its functions, sort its nodes; fold constants, recognise what exporters
/// write out in small operators; lower every node to statements of the language; tidy the statements up; name them; write the spec.
/// </summary>
public static class OnnxImporter
{
    private const int OldestOpset = 7;
    private const int NewestOpset = 22;

    /// <summary>The language's limit.</summary>
    private const int MaximumStatements = 20_000;

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
        var budget = new ImportBudget(bytes.Length);
        return InFile(name, () => Run(OnnxModelReader.Read(bytes, directory, budget), budget, name, options ?? new OnnxImportOptions()));
    }

    /// <summary>Imports a decoded file.</summary>
    internal static ImportedNetwork Import(OnnxModel model, long length, string name, OnnxImportOptions? options) =>
        InFile(name, () => Run(model, new ImportBudget(length), name, options ?? new OnnxImportOptions()));

    private static ImportedNetwork InFile(string name, Func<ImportedNetwork> import)
    {
        try
        {
            return import();
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

    private static ImportedNetwork Run(OnnxModel model, ImportBudget budget, string name, OnnxImportOptions options)
    {
        if (model.Opset is < OldestOpset or > NewestOpset)
            throw new OnnxImportException($"opset {model.Opset} is not supported; {OldestOpset} to {NewestOpset} are");
        OnnxGraph source = model.Graph;
        if (source.Outputs.Count == 0)
            throw new OnnxImportException("the graph has no output");
        List<OnnxNode> nodes = InlineFunctions.Run(model, budget);
        List<OnnxValueInfo> outputs = source.Outputs.GroupBy(output => output.Name).Select(same => same.First()).ToList();
        bool isTensor = options.Output is string wanted && (outputs.Any(output => output.Name == wanted) || nodes.Any(node => node.Outputs.Contains(wanted)));
        if (isTensor)
            outputs = [outputs.FirstOrDefault(output => output.Name == options.Output) ?? new OnnxValueInfo(options.Output!, ElementType.Undefined, null)];

        nodes = NeededNodes.Of(nodes, outputs.Select(output => output.Name));
        budget.Charge((long)ImportBudget.NodePasses * (nodes.Count + outputs.Count), $"{nodes.Count} nodes");
        var unusable = new Dictionary<string, string>(source.Unusable, StringComparer.Ordinal);
        OnnxValueInfo input = ChooseInput(source, nodes, outputs, unusable);
        var known = new HashSet<string>(source.Initializers.Keys.Concat(unusable.Keys), StringComparer.Ordinal) { input.Name };
        var graph = new WorkGraph
        {
            Opset = model.Opset,
            Nodes = SortNodes.Run(nodes, known, model.Opset),
            Constants = source.Initializers,
            Unusable = unusable,
            Inputs = [input],
            Outputs = outputs,
            Budget = budget,
        };
        foreach (Action<WorkGraph> pass in GraphPasses)
            pass(graph);
        graph.Index();

        TensorView view = InputShape.View(graph, input, options);
        var program = new NetProgram { InputView = view, FileOutputs = isTensor ? 1 : outputs.Count };
        var lowering = new Lowering(graph, program, options.AnyArrangement);
        lowering.Run(input.Name, view);
        LoweredOutput[] lowered = [.. outputs.Select(output => lowering.Output(output.Name))];
        bool all = isTensor || options.AllOutputs || options.AnyArrangement;
        IReadOnlyList<string?> leftOut = OutputChoice.Make(program, lowered, all, options.AllLayers || (options.Output is not null && !isTensor));
        foreach (Action<NetProgram> pass in StatementPasses)
            pass(program);
        if (program.Statements.Count == 0)
            throw new OnnxImportException("the network computes nothing");
        if (program.Statements.Count > MaximumStatements)
            throw new OnnxImportException($"the network would be a spec of {program.Statements.Count} statements; {MaximumStatements} are supported");
        if (options.Output is not null && !isTensor)
            ChooseLayer(program, options.Output, outputs);
        if (!options.AllLayers)
        {
            program.Kept.Clear();
            RemoveUnusedStatements.Run(program);
        }
        ImportedOutput[] imported = [
            .. lowered.Select(
                (output, i) => new ImportedOutput(
                    output.Name, Layer(program, output), output.Value?.ToString(), output.Value is { IsVector: true }, leftOut[i]))];
        foreach (ImportedOutput output in imported.Where(output => output.LeftOut is not null && options.Output is null))
            program.Notes.Add(LeftOutNote.Write(output));
        ImageLine image = ImageLine.Of(model.Metadata, program.Input, options.Image);
        return new ImportedNetwork(
            SpecWriter.Write(program, Comments(model, name, image, program), image.Text, options.AllLayers), program, imported, image, model.Metadata)
        {
            ExternalFiles = model.ExternalFiles,
        };
    }

    /// <summary>The layer that an output's value became: merging may have given it another object.</summary>
    private static string? Layer(NetProgram program, LoweredOutput output)
    {
        int at = program.OutputNames.IndexOf(output.Name);
        return output.Value is null ? null : at >= 0 && at < program.Outputs.Count ? program.Outputs[at].Name : output.Value.Name;
    }

    /// <summary>
    /// The input that the network has: the one that the outputs need. Of several, the one that an output needs alone; what depends on the others cannot be
    /// imported.
    /// </summary>
    private static OnnxValueInfo ChooseInput(OnnxGraph source, List<OnnxNode> nodes, List<OnnxValueInfo> outputs, Dictionary<string, string> unusable)
    {
        OnnxValueInfo[] inputs = source.Inputs.Where(input => !source.Initializers.ContainsKey(input.Name) && !unusable.ContainsKey(input.Name)).ToArray();
        if (inputs.Length == 1)
            return inputs[0];
        foreach (OnnxValueInfo output in outputs.Take(16))
        {
            var read = new HashSet<string>(NeededNodes.Of(nodes, [output.Name]).SelectMany(node => node.Inputs), StringComparer.Ordinal);
            OnnxValueInfo[] own = inputs.Where(input => read.Contains(input.Name)).ToArray();
            if (own.Length != 1)
                continue;
            foreach (OnnxValueInfo other in inputs.Where(input => input != own[0]))
                unusable[other.Name] = "is another input of the network; networks of one input, an image, are supported";
            return own[0];
        }
        throw new OnnxImportException(
            $"the graph has {inputs.Length} inputs ({string.Join(", ", inputs.Take(8).Select(input => input.Name))}); networks of one input, an image, are " +
            "supported");
    }

    private static void ChooseLayer(NetProgram program, string name, List<OnnxValueInfo> outputs)
    {
        NetValue value = program.Statements.FirstOrDefault(statement => statement.Output.Name == name)?.Output ?? throw new OnnxImportException(
            $"neither an output, nor a tensor, nor a layer is called '{name}'; the outputs are " +
            $"{string.Join(", ", outputs.Take(8).Select(output => $"'{output.Name}'"))}");
        program.Outputs.Clear();
        program.OutputNames.Clear();
        program.OutputViews.Clear();
        program.Outputs.Add(value);
        program.OutputNames.Add(name);
        program.OutputViews.Add(TensorView.Map(value));
    }

    private static IEnumerable<string> Comments(OnnxModel model, string name, ImageLine image, NetProgram program)
    {
        string producer = NameValues.OneLine(model.Producer, 80);
        yield return $"Made from {name} (opset {model.Opset}{(producer.Length > 0 ? ", " + producer : "")}).";
        foreach (string note in program.Notes.Concat(image.Notes))
            yield return note;
    }
}
