using GradCam.Reference;
using Xunit.Abstractions;

namespace GradCam.Parity.Tests;

/// <summary>
/// The generated schedules in double precision: what is left of the difference to PyTorch are the golden files' nine digits and the float32 in
/// which maps are returned, so that a wrong schedule cannot hide behind a kernel's rounding. The smaller networks alone: the reference is slow.
/// </summary>
public class ReferenceParityTests(ITestOutputHelper output)
{
    private const double Tolerance = 5e-6;

    /// <summary>Grad-CAM++ and XGrad-CAM divide by sums that pass through zero where activations have both signs.</summary>
    private const double ToleranceOfQuotients = 1e-4;

    [Theory]
    [InlineData("mobilenet_v3_small")]
    [InlineData("shufflenet_v2_x1_0")]
    [InlineData("squeezenet1_1")]
    public void Schedule_equals_PyTorch(string name)
    {
        var golden = GoldenFile.Load(name);
        using Model model = ZooNetwork.Find(name).Prepare(golden, ReferenceBackendProvider.Instance, threads: 1);
        using var session = new NetworkSession(model.CreateExecutor());
        session.Forward(golden.CreateInput(), TensorLayout.Chw);

        var comparison = Comparison.Of(session, golden);

        output.WriteLine($"{name}: worst {comparison.Worst.Value:e1} ({comparison.Worst.Key}), logits {comparison.Differences["logits"]:e1}");
        Assert.InRange(comparison.Differences["logits"], 0, 2e-7);
        foreach ((string quantity, double difference) in comparison.Differences)
            Assert.True(difference <= (IsQuotient(quantity) ? ToleranceOfQuotients : Tolerance), $"{name}, {quantity}: {difference:e2} of the largest value");
    }

    private static bool IsQuotient(string quantity) =>
        quantity.EndsWith("gradcam++", StringComparison.Ordinal) || quantity.EndsWith("xgradcam", StringComparison.Ordinal);
}
