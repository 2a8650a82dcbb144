using GradCam.Numerics;

namespace GradCam.Runtime.Tests.Reproducible;

/// <summary>What is computed beside the network, in one order and in the machine's.</summary>
public sealed class ArithmeticTests
{
    private static readonly Arithmetic Own = ReproducibleArithmetic.Instance;
    private static readonly Arithmetic Machine = MachineArithmetic.Instance;

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(300)]
    public void Both_compute_the_same_but_for_rounding(int length)
    {
        float[] x = Values(length, 1), y = Values(length, 2), z = Values(length, 3);
        double[] xs = [.. x.Select(value => (double)value)], ys = [.. y.Select(value => (double)value)];
        Assert.Equal(Machine.Dot(x, y), Own.Dot(x, y), 1e-5);
        Assert.Equal(Machine.Dot(xs, ys), Own.Dot(xs, ys), 1e-12);
        Assert.Equal(Machine.Sum(xs), Own.Sum(xs), 1e-12);
        Assert.Equal(Machine.Norm(xs), Own.Norm(xs), 1e-12);
        Same((arithmetic, to) => { x.CopyTo(to); arithmetic.MultiplyAdd(to, y, z); });
        Same((arithmetic, to) => { z.CopyTo(to); arithmetic.AddScaled([.. Enumerable.Range(0, length).Select(i => (byte)i)], 0.3f, to); }, 1e-4);
        Same((arithmetic, to) => arithmetic.Lerp(x, y, 0.3f, to));
        Same((arithmetic, to) => arithmetic.Sigmoid(x, to));
        Same((arithmetic, to) => arithmetic.Tanh(x, to));
        Same((arithmetic, to) => arithmetic.Softmax(x, to));
        for (int i = 0; i < length; i++)
        {
            Assert.Equal(Machine.Lerp(x[i], y[i], 0.7f), Own.Lerp(x[i], y[i], 0.7f), 1e-6);
            Assert.Equal(Machine.Lerp(xs[i], ys[i], 0.7), Own.Lerp(xs[i], ys[i], 0.7), 1e-14);
            Assert.Equal(Math.Exp(xs[i]), Own.Exp(xs[i]), 1e-12);
            Assert.Equal(Math.Log(Math.Abs(xs[i])), Own.Log(Math.Abs(xs[i])), 1e-12);
            Assert.Equal(Math.Tanh(xs[i]), Own.Tanh(xs[i]), 1e-14);
            Assert.Equal(1, Own.Power(0.999, i) / Math.Pow(0.999, i), 1e-12);
        }

        void Same(Action<Arithmetic, float[]> compute, double tolerance = 1e-6)
        {
            float[] own = new float[length], machine = new float[length];
            compute(Own, own);
            compute(Machine, machine);
            for (int i = 0; i < length; i++)
                Assert.Equal(machine[i], own[i], tolerance);
        }
    }

    [Fact]
    public void The_hyperbolic_tangent_keeps_signs_and_ends()
    {
        foreach (double x in new[] { 0, 1e-300, 1e-8, 0.4999, 0.5, 0.5001, 3, 19.9, 20, 1e300, double.PositiveInfinity })
        {
            Assert.Equal(Math.Tanh(x), PortableMath.Tanh(x), 1e-15);
            Assert.Equal(-PortableMath.Tanh(x), PortableMath.Tanh(-x));
        }

        Assert.Equal(1e-300, PortableMath.Tanh(1e-300));
        Assert.True(double.IsNaN(PortableMath.Tanh(double.NaN)));
    }

    [Fact]
    public void NaN_has_one_form()
    {
        float[] values = [BitConverter.UInt32BitsToSingle(0x7FC00000), BitConverter.UInt32BitsToSingle(0xFFC00001), -0f, float.NegativeInfinity];
        Own.CanonicaliseNaN(values);
        Assert.Equal(
            [BitConverter.SingleToInt32Bits(float.NaN), BitConverter.SingleToInt32Bits(float.NaN), int.MinValue, unchecked((int)0xFF800000)],
            values.Select(BitConverter.SingleToInt32Bits));
    }

    private static float[] Values(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => 4 * random.NextSingle() - 2)];
    }
}
