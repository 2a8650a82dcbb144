using System.Reflection;
using GradCam.Conformance.Networks;
using GradCam.Reference;

namespace GradCam.Gen.Tests.Networks;

/// <summary>A network of two outputs, and one class for each: what is explained follows the one that the attribute names.</summary>
public sealed class ChosenOutputTests
{
    private const string Source =
        """"
        [GradCam.Network(Both.Spec)]
        [GradCam.GradCam("features")]
        [GradCam.GradCam("input")]
        public sealed partial class Digit;

        [GradCam.Network(Both.Spec, Output = "stroke")]
        [GradCam.GradCam("features")]
        [GradCam.GradCam("input")]
        public sealed partial class Stroke;

        static class Both
        {
            public const string Spec = """
                input 1x6x6
                output digit
                output stroke
                features: { 0: conv 8 3x3; tanh }
                avgpool global
                width: linear 3
                stroke: softmax
                from features
                avgpool global
                1: linear 5
                digit: softmax
                """;
        }
        """";

    private static readonly Assembly Compiled = CompiledNetworks.Load(Source);

    private readonly NetworkClass _digit = new(Compiled.GetType("Digit", throwOnError: true)!);
    private readonly NetworkClass _stroke = new(Compiled.GetType("Stroke", throwOnError: true)!);

    [Fact]
    public void Classes_and_logits_are_those_of_the_chosen_output()
    {
        Assert.Equal(5, ClassCount("Digit"));
        Assert.Equal(3, ClassCount("Stroke"));

        // The softmax of each is left to Probabilities.
        Assert.Equal(["digit", "stroke"], _digit.Info.Outputs.Select(output => output.Name));
        Assert.Equal(["stroke", "digit"], _stroke.Info.Outputs.Select(output => output.Name));
        Assert.All(_digit.Info.Outputs.Concat(_stroke.Info.Outputs), output => Assert.Equal(OutputHead.Softmax, output.Head));
        float[] input = Input();
        float[][] digit = Outputs(_digit, input), stroke = Outputs(_stroke, input);
        AssertClose(digit[0], stroke[1], 1e-5);
        AssertClose(stroke[0], digit[1], 1e-5);
    }

    [Fact]
    public void Gradients_are_those_of_the_chosen_output()
    {
        float[] input = Input();
        foreach (NetworkClass network in new[] { _digit, _stroke })
        {
            using GradCam.Contract.Model model = network.Prepare(new CpuOptions().Backend, new RandomWeights(network.Info, 3));
            using GradCam.Contract.Model precise = network.Prepare(ReferenceBackendProvider.Instance, new RandomWeights(network.Info, 3));
            using Executor executor = model.CreateExecutor();
            using Executor reference = precise.CreateExecutor();
            for (int logit = 0; logit < network.Info.Logits.Channels; logit++)
            {
                executor.Forward(input);
                executor.Backward(1, logit, 1);
                float[] gradient = Read(executor, network.Info.Layers[1].Gradient);
                var differences = new float[input.Length];
                for (int i = 0; i < input.Length; i++)
                    differences[i] = (Logit(i, 0.01f) - Logit(i, -0.01f)) / 0.02f;
                AssertClose(differences, gradient, 1e-3);

                float Logit(int i, float step)
                {
                    float[] moved = [.. input];
                    moved[i] += step;
                    reference.Forward(moved);
                    return Read(reference, network.Info.Logits)[logit];
                }
            }
        }
    }

    private static int ClassCount(string type) => (int)Compiled.GetType(type)!.GetField("ClassCount")!.GetRawConstantValue()!;

    private static float[] Input()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, 36).Select(_ => (float)RandomWeights.Normal(random))];
    }

    private static float[][] Outputs(NetworkClass network, float[] input)
    {
        using GradCam.Contract.Model model = network.Prepare(new CpuOptions().Backend, new RandomWeights(network.Info, 3));
        using Executor executor = model.CreateExecutor();
        executor.Forward(input);
        return [.. network.Info.Outputs.Select(output => Read(executor, output.Tensor))];
    }

    private static float[] Read(Executor executor, Tensor tensor)
    {
        var map = new float[tensor.Length];
        executor.Read(tensor, map);
        return map;
    }

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        float largest = expected.Max(MathF.Abs);
        Assert.True(largest > 1e-3f, $"{largest}");
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * largest, $"[{i}]: {actual[i]}, expected {expected[i]}");
    }
}
