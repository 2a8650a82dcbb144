namespace GradCam.Gen.Build.Onnx;

/// <summary>Drops statements whose result neither an output nor what is kept needs.</summary>
internal static class RemoveUnusedStatements
{
    public static void Run(NetProgram program)
    {
        var needed = new HashSet<NetValue>(program.Outputs.Concat(program.Kept));
        var kept = new List<NetStatement>(program.Statements.Count);
        for (int i = program.Statements.Count - 1; i >= 0; i--)
        {
            NetStatement statement = program.Statements[i];
            if (!needed.Contains(statement.Output))
                continue;
            needed.UnionWith(statement.Inputs);
            kept.Add(statement);
        }
        kept.Reverse();
        program.Statements.Clear();
        program.Statements.AddRange(kept);
    }
}
