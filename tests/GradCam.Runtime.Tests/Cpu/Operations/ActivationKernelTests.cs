using GradCam.Cpu.Pointwise;

namespace GradCam.Runtime.Tests.Cpu.Operations;

/// <summary>Accuracy of the activations and their gradients over the floats, at every vector width and tail, against double precision.</summary>
public sealed unsafe class ActivationKernelTests
{
    private static readonly (Activation Activation, Func<double, double> Value, Func<double, double> Derivative)[] Functions =
    [
        (default, x => x, x => 1),
        (Activation.Relu, x => Math.Max(x, 0), x => x > 0 ? 1 : 0),
        (Activation.Relu6, x => Math.Clamp(x, 0, 6), x => x > 0 && x < 6 ? 1 : 0),
        (new(ActivationKind.LeakyRelu, 0.1f), x => x > 0 ? x : 0.1f * x, x => x > 0 ? 1 : 0.1f),
        (new(ActivationKind.LeakyRelu, -0.1f), x => x > 0 ? x : -0.1f * x, x => x > 0 ? 1 : -0.1f),
        (new(ActivationKind.Sigmoid), Sigmoid, x => Sigmoid(x) * (1 - Sigmoid(x))),
        (new(ActivationKind.Tanh), Math.Tanh, x => 1 - Math.Tanh(x) * Math.Tanh(x)),
        (new(ActivationKind.Silu), x => x * Sigmoid(x), x => Sigmoid(x) * (1 + x * (1 - Sigmoid(x)))),
        (new(ActivationKind.HardSigmoid, 1f / 6, 0.5f), x => Math.Clamp(1f / 6 * x + 0.5, 0, 1), x => x > -3 && x < 3 ? 1f / 6 : 0),
        (new(ActivationKind.HardSigmoid, -0.2f, 0.5f), x => Math.Clamp(-0.2f * x + 0.5, 0, 1), x => x > -2.5 && x < 2.5 ? -0.2f : 0),
        (new(ActivationKind.HardSwish), x => x * Math.Clamp(x / 6 + 0.5, 0, 1), x => x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1),
        (new(ActivationKind.Gelu), x => x * Phi(x), x => Phi(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)),
        (new(ActivationKind.GeluTanh), x => x / 2 * (1 + Math.Tanh(GeluInner(x))), GeluTanhDerivative),
        (new(ActivationKind.Elu, 0.7f), x => x > 0 ? x : 0.7f * ExpMinusOne(x), x => x > 0 ? 1 : 0.7f * Math.Exp(x)),
        (new(ActivationKind.Elu, -0.7f), x => x > 0 ? x : -0.7f * ExpMinusOne(x), x => x > 0 ? 1 : -0.7f * Math.Exp(x)),
        (new(ActivationKind.Selu), x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * ExpMinusOne(x)),
            x => 1.0507009873554805 * (x > 0 ? 1 : 1.6732632423543772 * Math.Exp(x))),
        (new(ActivationKind.Mish), x => x * Math.Tanh(Softplus(x)),
            x => Math.Tanh(Softplus(x)) + x * (1 - Math.Tanh(Softplus(x)) * Math.Tanh(Softplus(x))) * Sigmoid(x)),
        (new(ActivationKind.Softplus, 1, 20), x => x > 20 ? x : Softplus(x), x => x > 20 ? 1 : Sigmoid(x)),
        (new(ActivationKind.Softplus, 2, 20), x => 2 * x > 20 ? x : Softplus(2 * x) / 2, x => 2 * x > 20 ? 1 : Sigmoid(2 * x)),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Functions.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_and_gradients_are_float_accurate(int index)
    {
        (Activation activation, Func<double, double> value, Func<double, double> derivative) = Functions[index];
        float[] inputs = Inputs();
        var outputs = new float[inputs.Length];
        var gradients = new float[inputs.Length];
        Array.Fill(gradients, 3f);
        fixed (float* x = inputs, y = outputs, g = gradients)
        {
            ActivationKernel.Apply(activation, x, y, inputs.Length);
            ActivationKernel.ApplyGradient(activation, activation.GradientFromOutput ? y : x, g, g, inputs.Length, accumulate: false);
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            double expected = value(inputs[i]);
            Assert.True(Math.Abs(outputs[i] - expected) <= 6e-7 * Math.Max(Math.Abs(expected), Math.Min(1, Math.Abs(inputs[i]))) + 1e-30,
                $"{activation} at {inputs[i]}: {outputs[i]}, expected {expected}");
            double slope = 3 * derivative(inputs[i]);
            Assert.True(Math.Abs(gradients[i] - slope) <= 1e-5, $"{activation}' at {inputs[i]}: {gradients[i]}, expected {slope}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_length_gives_the_same_bits_in_place_and_not_a_float_more(int index)
    {
        Activation activation = Functions[index].Activation;
        float[] inputs = [.. Enumerable.Range(0, 48).Select(i => 0.37f * (i - 20)), float.NaN];
        var whole = new float[inputs.Length];
        fixed (float* x = inputs, y = whole)
            for (int i = 0; i < inputs.Length; i++)
                ActivationKernel.Apply(activation, x + i, y + i, 1);
        for (int length = 0; length < inputs.Length; length++)
        {
            float[] buffer = [.. inputs];
            fixed (float* b = buffer)
                ActivationKernel.Apply(activation, b, b, length);
            Assert.Equal(whole[..length], buffer[..length]);
            Assert.Equal(inputs[length..], buffer[length..]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void NaN_and_infinity_come_through_as_in_PyTorch(int index)
    {
        (Activation activation, Func<double, double> value, _) = Functions[index];
        for (int length = 1; length <= 31; length++)
        {
            var buffer = new float[length];
            foreach (float special in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
            {
                Array.Fill(buffer, special);
                fixed (float* b = buffer)
                    ActivationKernel.Apply(activation, b, b, length);
                if (float.IsNaN(special))
                    Assert.All(buffer, y => Assert.True(float.IsNaN(y)));
                else if (!double.IsNaN(value(special)) && activation.Kind is not (ActivationKind.Gelu or ActivationKind.GeluTanh or ActivationKind.Mish))
                    Assert.All(buffer, y => Assert.True(y == (float)value(special) || Math.Abs(y - value(special)) < 1e-37));
            }
        }
    }

    [Fact]
    public void A_gradient_can_be_added()
    {
        float[] saved = [.. Enumerable.Range(-20, 41).Select(i => (float)i)];
        float[] gradient = [.. Enumerable.Range(0, 41).Select(i => i + 1f)];
        var sum = new float[41];
        Array.Fill(sum, 100f);
        fixed (float* s = saved, g = gradient, d = sum)
            ActivationKernel.ApplyGradient(Activation.Relu, s, g, d, sum.Length, accumulate: true);
        for (int i = 0; i < sum.Length; i++)
            Assert.Equal(100 + (saved[i] > 0 ? gradient[i] : 0), sum[i]);
    }

    private static float[] Inputs()
    {
        var inputs = new List<float> { 0, 3, -3, 6, 1e-30f, -1e-30f };
        for (float magnitude = 1e-6f; magnitude < 120; magnitude *= 1.003f)
            inputs.AddRange([magnitude, -magnitude]);
        return [.. inputs];
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Softplus(double x) => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    private static double LogOnePlus(double x) => x < 1e-4 ? x - x * x / 2 + x * x * x / 3 : Math.Log(1 + x);

    private static double ExpMinusOne(double x) => Math.Abs(x) < 1e-4 ? x + x * x / 2 + x * x * x / 6 : Math.Exp(x) - 1;

    private static double GeluInner(double x) => Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);

    private static double GeluTanhDerivative(double x)
    {
        double tanh = Math.Tanh(GeluInner(x));
        return (1 + tanh) / 2 + x / 2 * (1 - tanh * tanh) * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
    }

    /// <summary>The normal distribution function: erf by its Maclaurin series for small arguments, else by its continued fraction.</summary>
    private static double Phi(double x)
    {
        double z = Math.Abs(x) / Math.Sqrt(2), erf;
        if (z < 2.5)
        {
            double term = z, sum = z;
            for (int n = 1; n < 100; n++)
            {
                term *= -z * z / n;
                sum += term / (2 * n + 1);
            }

            erf = 2 / Math.Sqrt(Math.PI) * sum;
        }
        else
        {
            double fraction = 0;
            for (int k = 60; k > 0; k--)
                fraction = k / 2.0 / (z + fraction);
            erf = 1 - Math.Exp(-z * z) / Math.Sqrt(Math.PI) / (z + fraction);
        }

        return 0.5 * (1 + Math.Sign(x) * erf);
    }
}
