using GradCam.Cpu;
using GradCam.Cpu.FullyConnected;
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
        using var wide = (CpuModel<TinyNetwork>)BackendProvider.Cpu.Prepare<TinyNetwork>(source, new NetworkOptions());
        using var half = (CpuModel<TinyNetwork>)BackendProvider.Cpu.Prepare<TinyNetwork>(source, new NetworkOptions { HalfPrecisionWeights = true });
        Assert.Equal(TinyNetwork.Run(wide), TinyNetwork.Run(half));
        Assert.True(half.WeightBytes < wide.WeightBytes);
    }

    [Fact]
    public void Weights_of_32_bits_stay_as_they_are()
    {
        using var source = SafetensorsFile.FromMemory(TinyNetwork.Weights());
        using var wide = (CpuModel<TinyNetwork>)BackendProvider.Cpu.Prepare<TinyNetwork>(source, new NetworkOptions());
        using var half = (CpuModel<TinyNetwork>)BackendProvider.Cpu.Prepare<TinyNetwork>(source, new NetworkOptions { HalfPrecisionWeights = true });
        Assert.Equal(TinyNetwork.Run(wide), TinyNetwork.Run(half));
        Assert.Equal(wide.WeightBytes, half.WeightBytes);
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
        var scratch = new float[HalfLinearJob.WidenedRows];
        float one = 1;
        fixed (ushort* w = weights)
        fixed (float* y = outputs, b = bias, s = scratch)
        {
            var layer = new LinearJob { Input = &one, Inputs = 1, Outputs = weights.Length, Output = y, Bias = b };
            var job = new HalfLinearJob { Weights = w, Type = type, Scratch = s, ScratchLength = scratch.Length, Layer = layer };
            for (int piece = 0; piece < layer.Pieces; piece++)
                job.Run(piece, 0);
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
            float[] expected = new float[inputs + outputs], found = new float[inputs + outputs], scratch = new float[HalfLinearJob.WidenedRows * inputs];
            fixed (ushort* half = weights)
            fixed (float* w = wide, input = x, e = expected, f = found, s = scratch)
            {
                var layer = new LinearJob { Weights = w, Input = input, Inputs = inputs, Outputs = outputs, Output = e, Bias = input };
                var back = new LinearBackwardJob { Weights = w, Factors = input, Rows = outputs, Columns = inputs, Output = e + outputs };
                var halfLayer = new HalfLinearJob { Weights = half, Type = type, Scratch = s, ScratchLength = scratch.Length, Layer = layer };
                halfLayer.Layer.Output = f;
                var halfBack = new HalfLinearBackwardJob { Weights = half, Type = type, Layer = back };
                halfBack.Layer.Output = f + outputs;
                for (int piece = 0; piece < layer.Pieces; piece++)
                {
                    layer.Run(piece, 0);
                    halfLayer.Run(piece, 0);
                }

                for (int piece = 0; piece < back.Pieces; piece++)
                {
                    back.Run(piece, 0);
                    halfBack.Run(piece, 0);
                }
            }

            Assert.Equal(expected, found);
        }
    }

    private static ushort Bits(float value, WeightType type) =>
        type == WeightType.F16 ? BitConverter.HalfToUInt16Bits((Half)value) : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
}
