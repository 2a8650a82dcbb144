namespace GradCam.Methods.Tests;

/// <summary>Explanations of <see cref="ChainNet"/>'s class 3 by any method: at its last layer, or at its input.</summary>
internal static class ChainExplanation
{
    public static ChainNet Load(int threads) => ChainNet.Load(PlainNetwork.Chain(1, isLast: true).Weights, new CpuOptions { Threads = threads });

    /// <param name="session">A session of the network.</param>
    /// <param name="method">The method.</param>
    /// <param name="value">The input's value at an index.</param>
    public static (float[] Raw, float[] Values) Explain(NetworkSession session, IExplanationMethod method, Func<int, float> value)
    {
        float[] input = [.. Enumerable.Range(0, ChainNet.Info.Input.Length).Select(value)];
        Heatmap heatmap;
        if (method is InputMethod attributing)
        {
            heatmap = session.Attribute(input, TensorLayout.Hwc, 3, attributing).Heatmap;
        }
        else
        {
            session.Forward(input, TensorLayout.Hwc);
            heatmap = session.Explain(3, "relu2", (CamMethod)method);
        }

        return (heatmap.Raw.ToArray(), heatmap.Values.ToArray());
    }
}
