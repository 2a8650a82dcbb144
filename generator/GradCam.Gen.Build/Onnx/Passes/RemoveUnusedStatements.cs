namespace GradCam.Gen.Build.Onnx;

/// <summary>Drops statements whose result no output needs.</summary>
internal static class RemoveUnusedStatements
{
    public static void Run(NetProgram program)
    {
        var needed = new HashSet<NetValue>(program.Outputs);
        for (int i = program.Statements.Count - 1; i >= 0; i--)
        {
            NetStatement statement = program.Statements[i];
            if (!needed.Contains(statement.Output))
                program.Statements.RemoveAt(i);
            else
                needed.UnionWith(statement.Inputs);
        }
    }
}
