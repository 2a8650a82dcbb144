using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Conv.Direct;
using GradCam.Cpu.Conv.Winograd;

namespace GradCam.Runtime.Tests.Kernels;

/// <summary>What runs in WebAssembly alone is plain code for vectors of 128 bits, so that it can be compared here for all of its sizes.</summary>
public sealed unsafe class WasmKernelTests
{
    private const int Vector = 4;

    [Fact]
    public void Tiles_of_all_sizes_are_the_plain_sums()
    {
        nint[] table = WasmMicroKernel.MakeTable();
        Assert.Equal(WasmMicroKernel.Pixels * WasmMicroKernel.Vectors, table.Length);
        var random = new Random(1);
        for (int pixels = 1; pixels <= WasmMicroKernel.Pixels; pixels++)
        {
            for (int vectors = 1; vectors <= WasmMicroKernel.Vectors; vectors++)
            {
                for (int last = 1; last <= Vector; last++)
                {
                    foreach (TileClamp clamp in Enum.GetValues<TileClamp>())
                    {
                        foreach (bool hasResidual in (bool[])[false, true])
                        {
                            var kernel = (delegate*<Tile*, void>)table[(pixels - 1) * WasmMicroKernel.Vectors + vectors - 1];
                            CheckTile(kernel, random, (pixels, vectors, last), clamp, hasResidual);
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(4, 20, 16, 16)]
    [InlineData(6, 20, 16, 16)]
    [InlineData(6, 1, 13, 16)]
    [InlineData(6, 33, 1, 4)]
    public void Kernels_are_transformed_as_in_double_precision(int size, int inputs, int channels, int stride)
    {
        double[] g = (size == 4 ? Winograd2.Kernel : Winograd4.Kernel).ToArray();
        int[] order = [8, 7, 6, 5, 4, 3, 2, 1, 0];
        var random = new Random(2);
        float[] kernels = Numbers(random, inputs * channels * 9);
        // Of a panel with more inputs: what lies beyond is not written.
        int allInputs = inputs + 2;
        var packed = new float[size * size * allInputs * stride];
        Array.Fill(packed, float.NaN);
        fixed (float* source = kernels)
        fixed (float* destination = packed)
            WasmKernelTransform.Run(source, new KernelTile(9, inputs * 9), order, g, inputs, channels, destination, stride, allInputs);

        for (int input = 0; input < allInputs; input++)
        {
            for (int channel = 0; channel < stride; channel++)
            {
                for (int i = 0; i < size * size; i++)
                {
                    float found = packed[(i * allInputs + input) * stride + channel];
                    if (input >= inputs)
                    {
                        Assert.True(float.IsNaN(found));
                        continue;
                    }

                    double expected = 0;
                    for (int tap = 0; tap < 9 && channel < channels; tap++)
                        expected += g[3 * (i / size) + tap / 3] * g[3 * (i % size) + tap % 3] * kernels[(channel * inputs + input) * 9 + order[tap]];
                    Assert.Equal(expected, found, 2e-6);
                }
            }
        }
    }

    private static void CheckTile(delegate*<Tile*, void> kernel, Random random, (int Pixels, int Vectors, int Last) size, TileClamp clamp, bool hasResidual)
    {
        const int RunLength = 5, Runs = 2, InputStep = 40, OutputStep = 24;
        int width = size.Vectors * Vector;
        int channels = width - Vector + size.Last;
        float[] input = Numbers(random, InputStep * 10), weights = Numbers(random, RunLength * Runs * width), bias = Numbers(random, width);
        float[] residual = Numbers(random, OutputStep * 10), output = new float[OutputStep * 10], sums = new float[WasmMicroKernel.SumsLength];
        Array.Fill(output, float.NaN);
        int[] inputs = [.. Enumerable.Range(0, size.Pixels).Select(i => (size.Pixels - 1 - i) * InputStep)];
        int[] outputs = [.. Enumerable.Range(0, size.Pixels).Select(i => i * OutputStep)];
        int[] runs = [3, 17];
        fixed (float* x = input, w = weights, b = bias, r = residual, y = output, s = sums)
        fixed (int* inputOffsets = inputs, outputOffsets = outputs, runOffsets = runs)
        {
            var tile = new Tile
            {
                Input = x,
                InputOffsets = inputOffsets,
                Runs = runOffsets,
                RunCount = Runs,
                RunLength = RunLength,
                Weights = w,
                Bias = b,
                Output = y,
                OutputOffsets = outputOffsets,
                LastCount = size.Last,
                Residual = hasResidual ? r : null,
                ResidualOffsets = outputOffsets,
                Sums = s,
                Clamp = new ClampBounds(clamp, 0, 0.5f),
            };
            kernel(&tile);
        }

        for (int pixel = 0; pixel < size.Pixels; pixel++)
        {
            for (int channel = 0; channel < OutputStep; channel++)
            {
                float found = output[pixel * OutputStep + channel];
                if (channel >= channels)
                {
                    Assert.True(float.IsNaN(found), $"{size}: channel {channel} was written.");
                    continue;
                }

                float expected = bias[channel];
                for (int k = 0; k < Runs * RunLength; k++)
                    expected += input[inputs[pixel] + runs[k / RunLength] + k % RunLength] * weights[k * width + channel];
                expected += hasResidual ? residual[pixel * OutputStep + channel] : 0;
                expected = clamp != TileClamp.None ? Math.Max(expected, 0) : expected;
                expected = clamp == TileClamp.Both ? Math.Min(expected, 0.5f) : expected;
                Assert.Equal(expected, found, 1e-5f);
            }
        }
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
}
