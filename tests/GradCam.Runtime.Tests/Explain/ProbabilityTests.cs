using GradCam.Explain;
using GradCam.Images;
using GradCam.Numerics;

namespace GradCam.Runtime.Tests.Explain;

public sealed class ProbabilityTests
{
    [Theory]
    [InlineData(OutputHead.None, 0.5761169, 0.2119416, 0.2119416)]
    [InlineData(OutputHead.Softmax, 0.5761169, 0.2119416, 0.2119416)]
    [InlineData(OutputHead.Sigmoid, 0.7310586, 0.5, 0.5)]
    public void Several_logits_follow_the_head(OutputHead head, double first, double second, double third)
    {
        float[] found = Compute([1, 0, 0], head);
        Assert.Equal(first, found[0], 1e-6);
        Assert.Equal(second, found[1], 1e-6);
        Assert.Equal(third, found[2], 1e-6);
    }

    [Theory]
    [InlineData(OutputHead.None)]
    [InlineData(OutputHead.Softmax)]
    [InlineData(OutputHead.Sigmoid)]
    public void One_logit_has_its_sigmoid(OutputHead head)
    {
        foreach (float logit in new[] { -1000, -24.5f, -1, 0, 0.25f, 24.5f, 1000 })
            Assert.Equal(1 / (1 + Math.Exp(-logit)), Compute([logit], head)[0], 1e-6);
    }

    [Fact]
    public void What_is_not_finite_spoils_a_softmax_and_of_sigmoids_its_own()
    {
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Assert.All(Compute([1, bad, 2], OutputHead.Softmax), value => Assert.True(float.IsNaN(value)));
            float[] single = Compute([1, bad, 2], OutputHead.Sigmoid);
            Assert.Equal([false, true, false], single.Select(float.IsNaN));
        }
    }

    [Fact]
    public void Each_output_has_probabilities()
    {
        using NetworkSession session = new(new FakeExecutor([]));
        Assert.Throws<InvalidOperationException>(() => session.Probabilities.Length);
        session.Forward(new float[60], TensorLayout.Hwc);
        Assert.Equal(session.Probabilities.ToArray(), session.Outputs.GetProbabilities("fc").ToArray());
        // Of a map at each pixel.
        float[] map = session.Outputs.GetProbabilities(1).ToArray();
        for (int pixel = 0; pixel < 20; pixel++)
            Assert.Equal(1, map[(3 * pixel)..(3 * pixel + 3)].Sum(), 1e-5);
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Outputs.GetProbabilities(2));
        Assert.Throws<ArgumentException>(() => session.Outputs.GetProbabilities("no"));
    }

    [Fact]
    public void A_network_of_tensors_refuses_photos()
    {
        NetworkInfo info = new()
        {
            Name = "Net",
            Inputs = [new InputInfo { Name = "input", Tensor = new Tensor(0, 3, 4, 4) }],
            Outputs = [],
            Layers = [],
            Weights = [],
            WorkspaceLength = 48,
            Preprocessing = new ImagePreprocessing(),
            PreprocessingOrigin = PreprocessingOrigin.TensorsOnly,
            Labels = [],
        };
        var preprocessor = new ImagePreprocessor(info);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(
            () => preprocessor.Apply(new ImageView(new byte[48], 4, 4, PixelFormat.Rgb24), new float[48]));
        Assert.Contains("image none", exception.Message, StringComparison.Ordinal);
    }

    private static float[] Compute(float[] logits, OutputHead head)
    {
        var probabilities = new float[logits.Length];
        ProbabilityMath.Compute(MachineArithmetic.Instance, logits, head, probabilities);
        return probabilities;
    }
}
