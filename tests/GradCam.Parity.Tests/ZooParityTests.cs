using GradCam.Parity.Tests.Gates;
using GradCam.Reference;
using Xunit.Abstractions;

namespace GradCam.Parity.Tests;

/// <summary>
/// The zoo on the CPU backend against PyTorch in double precision: logits, all methods' maps at all listed layers, and the input's gradient; and every
/// element of the gradients against the reference backend.
/// </summary>
/// <remarks>
/// What lies behind relus jumps where an activation within a rounding error of zero comes out on the other side, in PyTorch in single precision as well, and
/// which ones do depends on the processor's vector width. So those few gates are set to double precision's (<see cref="DoublePrecisionRun"/>), and one tight
/// bound holds for all.
/// </remarks>
public class ZooParityTests(ITestOutputHelper output)
{
    /// <summary>Of a quantity's largest reference value.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>The same of networks whose narrow sums of signed values lose digits: linear bottlenecks, squeeze and excitation, layer norms.</summary>
    private const double ToleranceOfMobile = 4e-5;

    private static readonly string[] Mobile = [
        "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "regnet_y_400mf", "efficientnet_b0", "convnext_tiny"];

    /// <summary>XGrad-CAM divides by sums that pass through zero where activations have both signs.</summary>
    private const double ToleranceOfQuotients = 4e-4;

    /// <summary>Grad-CAM++ does so pixel by pixel; <see cref="ReferenceParityTests"/> hold it to 1e-4 in double precision.</summary>
    private const double ToleranceOfPixelQuotients = 5e-2;

    /// <summary>
    /// HiResCAM of a map that a layer norm reads, as ConvNeXt's do: the norm takes a pixel's scale away, so the sum of gradient times activation over its
    /// channels is zero but for the norm's epsilon, and what is left of single precision's digits is few.
    /// </summary>
    private const double ToleranceBeforeLayerNorm = 5e-2;

    /// <summary>Gates that float32 has otherwise, of 0.6 to 16 million.</summary>
    private const int MostMoved = 16;

    public static TheoryData<string> Names() => [.. ZooNetwork.All.Select(network => network.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Network_equals_PyTorch(string name)
    {
        var golden = GoldenFile.Load(name);
        ZooNetwork network = ZooNetwork.Find(name);
        using Model model = network.PrepareGated(golden, new CpuOptions().Backend, threads: 2);
        using var session = new NetworkSession(model.CreateExecutor());
        var workspace = new ReferenceWorkspace(network.Info.WorkspaceLength);
        (DoublePrecisionRun run, Executor exact) = network.InDoublePrecision(golden, workspace);
        using Executor executor = exact;
        float[] input = golden.CreateInput();

        run.Exact.Write(input, TensorLayout.Chw, network.Info.Input);
        run.Beside(() => session.Forward(input, TensorLayout.Chw));

        var comparison = Comparison.Of(session, golden);
        for (int layer = 0; layer < network.Info.Layers.Count; layer++)
        {
            executor.Backward(layer, golden.ClassIndex, seed: 1);
            LayerInfo described = network.Info.Layers[layer];
            comparison.Add($"{described.Name} gradient's elements", session.GetGradients(golden.ClassIndex, layer).Values, workspace.Load(described.Gradient));
        }

        output.WriteLine(
            $"{name}: {run.Moved} of {run.Gates} gates set, worst {comparison.Worst.Value:e1} ({comparison.Worst.Key}), logits " +
            $"{comparison.Differences["logits"]:e1}");
        Assert.InRange(run.Moved, 0, MostMoved);
        foreach ((string quantity, double difference) in comparison.Differences)
            Assert.True(difference <= Bound(session, name, quantity), $"{name}, {quantity}: {difference:e2} of the largest value");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Spec_reads_every_weight_of_the_state_dict(string name)
    {
        var golden = GoldenFile.Load(name);
        NetworkInfo info = ZooNetwork.Find(name).Info;
        Assert.Equal(golden.Weights.Keys.Order(), info.Weights.Select(weight => weight.Name).Order());
        Assert.All(info.Weights, weight => Assert.Equal(golden.Weights[weight.Name], weight.Shape));
        Assert.Equal(golden.Classes, info.Logits.Channels);
        Assert.Equal(golden.InputShape[1..], new[] { info.Input.Channels, info.Input.Height, info.Input.Width });
    }

    private static double Bound(NetworkSession session, string name, string quantity)
    {
        int end = quantity.LastIndexOf(' ');
        string method = quantity[(end + 1)..];
        if (method is "gradcam++" or "xgradcam" && session.GetActivations(quantity[..end]).Values.ContainsAnyInRange(float.MinValue, -1e-30f))
            return method == "gradcam++" ? ToleranceOfPixelQuotients : ToleranceOfQuotients;
        if (method is "hirescam" && name is "convnext_tiny")
            return ToleranceBeforeLayerNorm;
        return Mobile.Contains(name) ? ToleranceOfMobile : Tolerance;
    }
}
