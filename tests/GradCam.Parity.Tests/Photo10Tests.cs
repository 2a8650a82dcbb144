using GradCam.Reference;
using GradCam.Weights;
using Xunit.Abstractions;

namespace GradCam.Parity.Tests;

/// <summary>The samples' network with its trained weights against the module of its training script.</summary>
public class Photo10Tests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("chelsea")]
    [InlineData("coffee")]
    [InlineData("noise")]
    public void Prepared_input_equals_PyTorch(string name) =>
        Check(name, new CpuOptions().Backend, (session, golden) => session.Forward(Prepare(golden.Pixels!), TensorLayout.Chw), 2e-5);

    [Theory]
    [InlineData("chelsea")]
    [InlineData("coffee")]
    [InlineData("noise")]
    public void Photo_equals_PyTorch(string name) =>
        Check(name, new CpuOptions().Backend, (session, golden) => session.Forward(new ImageView(golden.Pixels, 32, 32, PixelFormat.Rgb24)), 2e-5);

    [Fact]
    public void Schedule_equals_PyTorch() =>
        Check("chelsea", ReferenceBackendProvider.Instance, (session, golden) => session.Forward(Prepare(golden.Pixels!), TensorLayout.Chw), 1e-6);

    [Fact]
    public void Labels_are_those_of_the_training_script() => Assert.Equal(GoldenFile.Load("photo10_noise").Labels, InfoOf<Photo10>().Labels);

    private static NetworkInfo InfoOf<TNetwork>()
        where TNetwork : INetwork => TNetwork.Info;

    /// <summary>[3, 32, 32], (p / 255 - mean) / std.</summary>
    private static float[] Prepare(byte[] pixels)
    {
        double[] mean = [0.485, 0.456, 0.406];
        double[] std = [0.229, 0.224, 0.225];
        float[] input = new float[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
            input[i % 3 * (pixels.Length / 3) + i / 3] = (float)((pixels[i] / 255.0 - mean[i % 3]) / std[i % 3]);
        return input;
    }

    private void Check(string name, BackendProvider backend, Action<NetworkSession, GoldenFile> forward, double tolerance)
    {
        var golden = GoldenFile.Load("photo10_" + name);
        using var weights = SafetensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "photo10.safetensors"));
        using Model model = backend.Prepare<Photo10>(weights, new CpuOptions { Threads = 1 });
        using var session = new NetworkSession(model.CreateExecutor());
        forward(session, golden);

        var comparison = Comparison.Of(session, golden);

        output.WriteLine($"{name}: worst {comparison.Worst.Value:e1} ({comparison.Worst.Key}), logits {comparison.Differences["logits"]:e1}");
        foreach ((string quantity, double difference) in comparison.Differences)
            Assert.True(difference <= tolerance, $"{name}, {quantity}: {difference:e2} of the largest value");
    }
}
