namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Of several outputs each can be called as the file calls it, since one is to be chosen by name: a value that is named otherwise, after its weight, gets the
/// output's name as a second one.
/// </summary>
internal static class NameOutputs
{
    public static void Run(NetProgram program)
    {
        if (program.FileOutputs == 1)
            return;
        var taken = new HashSet<string>(program.Statements.Select(statement => statement.Output.Name), StringComparer.Ordinal);
        foreach (NetStatement statement in program.Statements)
            taken.UnionWith(statement.Weights.Select(weight => statement.Output.Name + weight.Suffix));
        for (int i = 0; i < program.Outputs.Count; i++)
        {
            NetValue value = program.Outputs[i];
            string name = NameValues.Clean(program.OutputNames[i]);
            if (NameValues.IsReserved(name) || !taken.Add(name))
                continue;
            var named = new NetValue(value.Channels, value.Height, value.Width) { Name = name };
            program.Statements.Add(new NetStatement
            {
                Operation = "identity",
                Arguments = "",
                Inputs = [value],
                Output = named,
                TensorName = program.OutputNames[i],
            });
            program.Outputs[i] = named;
            program.OutputViews[i] = program.OutputViews[i].Of(named);
        }
    }
}
