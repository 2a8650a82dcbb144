using GradCam.Cpu;
using GradCam.Cpu.FullyConnected;
using GradCam.Cpu.Threading;
using GradCam.Weights;

namespace GradCam.Runtime.Tests.Cpu.Packing;

/// <summary>Linear layers whose weights stay in 16 bits: the same bits come out, for less memory.</summary>
public sealed class HalfPrecisionTests
{
    private static readonly int[] Sizes = [1, 5, 31, 32, 33, 1023, 1025, 2500];

    [Theory]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public void A_network_gives_the_same_bits(WeightType type)
    {
        using var source = SafetensorsFile.FromMemory(TinyNetwork.Weights(1, type));
        using var wide = (CpuModel<TinyNetwork>)new CpuOptions().Backend.Prepare<TinyNetwork>(source, new CpuOptions());
        using var half = (CpuModel<TinyNetwork>)new CpuOptions().Backend.Prepare<TinyNetwork>(
            source, new CpuOptions { LinearPrecision = LinearPrecision.AsStored });
        Assert.Equal(TinyNetwork.Run(wide), TinyNetwork.Run(half));
        Assert.True(half.WeightBytes < wide.WeightBytes);
    }

    [Fact]
    public void Weights_of_32_bits_stay_as_they_are()
    {
        using var source = SafetensorsFile.FromMemory(TinyNetwork.Weights());
        using var wide = (CpuModel<TinyNetwork>)new CpuOptions().Backend.Prepare<TinyNetwork>(source, new CpuOptions());
        using var half = (CpuModel<TinyNetwork>)new CpuOptions().Backend.Prepare<TinyNetwork>(
            source, new CpuOptions { LinearPrecision = LinearPrecision.AsStored });
        Assert.Equal(TinyNetwork.Run(wide), TinyNetwork.Run(half));
        Assert.Equal(wide.WeightBytes, half.WeightBytes);
    }

    [Fact]
    public void Weights_of_32_bits_can_be_rounded_to_16()
    {
        using var source = SafetensorsFile.FromMemory(TinyNetwork.Weights());
        using var wide = (CpuModel<TinyNetwork>)new CpuOptions().Backend.Prepare<TinyNetwork>(source, new CpuOptions());
        using var half = (CpuModel<TinyNetwork>)new CpuOptions().Backend.Prepare<TinyNetwork>(
            source, new CpuOptions { LinearPrecision = LinearPrecision.Half });
        float[] expected = TinyNetwork.Run(wide), found = TinyNetwork.Run(half);
        Assert.True(half.WeightBytes < wide.WeightBytes);
        Assert.NotEqual(expected, found);
        float largest = expected.Max(Math.Abs);
        Assert.All(expected.Zip(found), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= largest / 1024, $"{pair}"));
    }

    [Theory]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public void Rounding_leaves_weights_of_16_bits_as_they_are(WeightType type)
    {
        using var source = SafetensorsFile.FromMemory(TinyNetwork.Weights(1, type));
        using var wide = (CpuModel<TinyNetwork>)new CpuOptions().Backend.Prepare<TinyNetwork>(source, new CpuOptions());
        using var half = (CpuModel<TinyNetwork>)new CpuOptions().Backend.Prepare<TinyNetwork>(
            source, new CpuOptions { LinearPrecision = LinearPrecision.Half });
        Assert.Equal(TinyNetwork.Run(wide), TinyNetwork.Run(half));
    }

    [Fact]
    public void A_weight_that_16_bits_cannot_hold_is_named()
    {
        using var source = SafetensorsFile.FromMemory(TinyNetwork.Weights(scale: 1e6f));
        WeightException error = Assert.Throws<WeightException>(
            () => new CpuOptions().Backend.Prepare<TinyNetwork>(source, new CpuOptions { LinearPrecision = LinearPrecision.Half }));
        Assert.Contains("at most 65504", error.Message, StringComparison.Ordinal);
        Assert.Contains("Tensor ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public unsafe void Every_number_of_16_bits_is_multiplied_exactly(WeightType type)
    {
        // One column: each output is a weight, as it was widened.
        ushort[] weights = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
        var outputs = new float[weights.Length];
        var bias = new float[weights.Length];
        float one = 1;
        fixed (ushort* w = weights)
        fixed (float* y = outputs, b = bias)
        {
            Multiply(type, w, b, &one, 1, y, weights.Length);
        }

        for (int i = 0; i < weights.Length; i++)
        {
            float expected = type == WeightType.F16
                ? (float)BitConverter.UInt16BitsToHalf(weights[i])
                : BitConverter.UInt32BitsToSingle((uint)weights[i] << 16);
            Assert.True(expected.Equals(outputs[i]), $"{i:x4}: expected {expected}, found {outputs[i]}");
        }
    }

    [Theory]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public unsafe void Both_directions_have_the_bits_of_the_wide_kernels_in_every_size(WeightType type)
    {
        foreach ((int inputs, int outputs) in Sizes.SelectMany(inputs => Sizes.Where(outputs => outputs < 1000).Select(outputs => (inputs, outputs))))
        {
            var random = new Random(inputs + 7 * outputs);
            ushort[] weights = [.. Enumerable.Range(0, inputs * outputs).Select(_ => Bits(random.NextSingle() - 0.5f, type))];
            float[] wide = new float[weights.Length];
            WeightConversion.ToSingle(type, System.Runtime.InteropServices.MemoryMarshal.AsBytes(weights.AsSpan()), wide);
            float[] x = [.. Enumerable.Range(0, Math.Max(inputs, outputs)).Select(_ => random.NextSingle() - 0.5f)];
            float[] expected = new float[inputs + outputs], found = new float[inputs + outputs];
            fixed (ushort* half = weights)
            fixed (float* w = wide, input = x, e = expected, f = found)
            {
                Multiply(WeightType.F32, w, input, input, inputs, e, outputs);
                Multiply(type, half, input, input, inputs, f, outputs);
                Multiply(WeightType.F32, w, null, input, inputs, e + outputs, outputs);
                Multiply(type, half, null, input, inputs, f + outputs, outputs);
            }

            Assert.Equal(expected, found);
        }
    }

    /// <summary>y = W x + bias, or without a bias the transposed matrix times x, as [outputs][inputs] is stored in a type.</summary>
    private static unsafe void Multiply(WeightType type, void* weights, float* bias, float* x, int inputs, float* y, int outputs)
    {
        switch (type)
        {
            case WeightType.F16:
                Run<Float16>();
                break;
            case WeightType.BF16:
                Run<BrainFloat16>();
                break;
            default:
                Run<Float32>();
                break;
        }

        void Run<TFormat>()
            where TFormat : unmanaged, IWeightFormat
        {
            var team = new Team(1);
            if (bias == null)
            {
                var back = new LinearBackwardJob<TFormat> { Weights = weights, Factors = x, Rows = outputs, Columns = inputs, Output = y };
                team.For(back.Pieces, back);
                return;
            }

            var job = new LinearJob<TFormat> { Weights = weights, Bias = bias, Input = x, Inputs = inputs, Output = y, Outputs = outputs };
            team.For(job.Pieces, job);
        }
    }

    private static ushort Bits(float value, WeightType type) =>
        type == WeightType.F16 ? BitConverter.HalfToUInt16Bits((Half)value) : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
}
