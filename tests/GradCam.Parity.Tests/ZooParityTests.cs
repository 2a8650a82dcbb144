using Xunit.Abstractions;

namespace GradCam.Parity.Tests;

/// <summary>The zoo on the CPU backend against PyTorch in double precision: logits, all methods' maps at all listed layers, and the input's gradient.</summary>
/// <remarks>
/// What lies behind many relus jumps where an activation within a rounding error of zero comes out on the other side (PyTorch in single precision
/// differs from itself in double precision likewise), and which ones do depends on the processor's vector width. There a loose bound must do;
/// <see cref="GradientTests"/> hold the slices to double precision with the same gates, <see cref="ReferenceParityTests"/> the schedules to PyTorch.
/// What does not jump is held to the tight bound: the forward pass, the last layers' maps, and all of the networks without kinks.
/// </remarks>
public class ZooParityTests(ITestOutputHelper output)
{
    /// <summary>Of a quantity's largest reference value.</summary>
    private const double Tolerance = 2e-5;

    /// <summary>Of a quantity's largest reference value, where one path of the gradient may be open instead of closed.</summary>
    private const double Jump = 5e-2;

    public static TheoryData<string> Names() => [.. ZooNetwork.All.Select(network => network.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Network_equals_PyTorch(string name)
    {
        var golden = GoldenFile.Load(name);
        using Model model = ZooNetwork.Find(name).Prepare(golden, new CpuOptions().Backend, threads: 2);
        using var session = new NetworkSession(model.CreateExecutor());
        session.Forward(golden.CreateInput(), TensorLayout.Chw);

        var comparison = Comparison.Of(session, golden);

        output.WriteLine($"{name}: worst {comparison.Worst.Value:e1} ({comparison.Worst.Key}), logits {comparison.Differences["logits"]:e1}");
        foreach ((string quantity, double difference) in comparison.Differences)
            Assert.True(difference <= (Jumps(golden, quantity) ? Jump : Tolerance), $"{name}, {quantity}: {difference:e2} of the largest value");
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

    private static bool Jumps(GoldenFile golden, string quantity)
    {
        bool isForward = quantity == "logits" || quantity.EndsWith("activation means", StringComparison.Ordinal);
        // AlexNet and VGG have a max pool and two relus behind it.
        bool hasDeepClassifier = golden.Arch is "alexnet" or "vgg11_bn" or "vgg16";
        bool isLastLayer = !hasDeepClassifier && quantity.StartsWith(golden.Layers.Keys.First() + " ", StringComparison.Ordinal);
        bool isSmooth = golden.Arch.StartsWith("efficientnet", StringComparison.Ordinal);
        return !(isForward || isLastLayer || isSmooth);
    }
}
