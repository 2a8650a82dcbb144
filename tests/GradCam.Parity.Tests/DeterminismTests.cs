namespace GradCam.Parity.Tests;

/// <summary>The same input gives the same bits: with one thread or two, in a second session, on another thread, and again.</summary>
public class DeterminismTests
{
    public static TheoryData<string> Names() => ZooNetwork.NamesBelow(5_000_000_000);

    [Theory]
    [MemberData(nameof(Names))]
    public void Bits_do_not_depend_on_threads_or_session(string name)
    {
        var golden = GoldenFile.Load(name);
        float[] input = golden.CreateInput();
        ZooNetwork network = ZooNetwork.Find(name);
        int[] expected;
        using (Model single = network.Prepare(golden, new CpuOptions().Backend, threads: 1))
        {
            using var session = new NetworkSession(single.CreateExecutor());
            expected = Bits(session, input, golden.ClassIndex);
            // Nothing of the first run is left in the second.
            session.Forward(new float[input.Length], TensorLayout.Chw);
            Assert.Equal(expected, Bits(session, input, golden.ClassIndex));
        }

        using Model model = network.Prepare(golden, new CpuOptions().Backend, threads: 2);
        using var first = new NetworkSession(model.CreateExecutor());
        using var second = new NetworkSession(model.CreateExecutor());
        int[] other = [];
        var thread = new Thread(() => other = Bits(second, input, golden.ClassIndex));
        thread.Start();
        int[] own = Bits(first, input, golden.ClassIndex);
        thread.Join();
        Assert.Equal(expected, own);
        Assert.Equal(expected, other);
    }

    /// <summary>The bits of everything that a user can see of a forward pass and its explanations at all layers.</summary>
    private static int[] Bits(NetworkSession session, float[] input, int classIndex)
    {
        var bits = new List<int>();
        Add(bits, session.Forward(input, TensorLayout.Chw));
        for (int layer = 0; layer < session.Info.Layers.Count; layer++)
        {
            Add(bits, session.Explain(classIndex, layer, CamMethod.GradCam).Raw);
            Add(bits, session.GetGradients(classIndex, layer).Values);
        }

        return [.. bits];
    }

    private static void Add(List<int> bits, ReadOnlySpan<float> values)
    {
        foreach (float value in values)
            bits.Add(BitConverter.SingleToInt32Bits(value));
    }
}
