namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Decides which of the file's outputs the spec has. The vectors, in the file's order; where there is none, the maps. What cannot be
/// imported, and maps beside vectors, are left out, with the reason, and its layers are kept for who wants to cut there.
/// </summary>
internal static class OutputChoice
{
    /// <summary>Settles the program's outputs.</summary>
    /// <param name="program">The program.</param>
    /// <param name="outputs">What became of each of the file's outputs.</param>
    /// <param name="all">Every output must be there, maps too.</param>
    /// <param name="allLayers">It is enough that layers can be chosen as an output.</param>
    /// <returns>For each output why it is left out, or null.</returns>
    /// <exception cref="OnnxImportException">No output can be imported.</exception>
    public static IReadOnlyList<string?> Make(NetProgram program, IReadOnlyList<LoweredOutput> outputs, bool all, bool allLayers)
    {
        bool any = outputs.Any(output => output.Value is not null);
        OnnxImportException? failure = outputs.FirstOrDefault(output => output.Failure is not null)?.Failure;
        if (failure is not null && (all || (!any && !(allLayers && program.Kept.Overlaps(program.Statements.Select(statement => statement.Output))))))
            throw all ? failure : WithCure(failure, program);
        bool vectors = outputs.Any(output => output.Value is { IsVector: true });
        var reasons = new List<string?>();
        foreach (LoweredOutput output in outputs)
        {
            string? reason = output.Value is not NetValue value ? output.Failure!.Message
                : !all && vectors && !value.IsVector ? $"it is a map of {value}; vectors of logits come first"
                : null;
            reasons.Add(reason);
            if (reason is null)
            {
                program.Outputs.Add(output.Value!);
                program.OutputNames.Add(output.Name);
                program.OutputViews.Add(output.View!);
            }
            else if (output.Value is not null)
            {
                program.Kept.Add(output.Value);
            }
        }
        return reasons;
    }

    /// <summary>Names the tensors up to which the network was imported: who needs no more than that can end there.</summary>
    private static OnnxImportException WithCure(OnnxImportException failure, NetProgram program)
    {
        string[] tensors = [
            .. program.Statements.Where(statement => program.Kept.Contains(statement.Output))
                .Select(statement => $"'{statement.TensorName}'").Distinct().Take(4)];
        return tensors.Length == 0
            ? failure
            : new OnnxImportException(failure, $"the network can end before it, at a tensor that is chosen as the output: {string.Join(", ", tensors)}");
    }
}
