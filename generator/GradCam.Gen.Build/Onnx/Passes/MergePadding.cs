namespace GradCam.Gen.Build.Onnx;

/// <summary>Zeros that are put around a map only for a convolution become the convolution's padding (TensorFlow's converters write them apart).</summary>
internal static class MergePadding
{
    public static void Run(NetProgram program)
    {
        Dictionary<NetValue, int> uses = program.CountUses();
        Dictionary<NetValue, NetStatement> producers = program.Statements.ToDictionary(statement => statement.Output);
        var merged = new HashSet<NetStatement>();
        foreach (NetStatement conv in program.Statements)
        {
            if (conv.Operation != "conv" || !producers.TryGetValue(conv.Inputs[0], out NetStatement? pad) || pad.Operation != "pad" || pad.Reflect
                || uses[pad.Output] != 1)
                continue;
            NetEdges edges = pad.Pad;
            if (edges.Top < 0 || edges.Left < 0 || edges.Bottom < 0 || edges.Right < 0)
                continue;
            conv.Inputs[0] = pad.Inputs[0];
            conv.Pad = new NetEdges(conv.Pad.Top + edges.Top, conv.Pad.Left + edges.Left, conv.Pad.Bottom + edges.Bottom, conv.Pad.Right + edges.Right);
            merged.Add(pad);
        }
        program.Statements.RemoveAll(merged.Contains);
    }
}
