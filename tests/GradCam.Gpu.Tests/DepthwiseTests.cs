using GradCam.Gpu.Kernels.Convolution;
using GradCam.GpuCheck.Ptx;

namespace GradCam.Gpu.Tests;

/// <summary>Columns that blocks of four do not divide, strides and dilation, and activations that a kernel computes one by one.</summary>
[Network("""
    input 3x22x19
    image none
    conv1: conv 8 3x3 pad 1
    relu6
    depth1: conv 8 3x3 stride 2 pad 1 depthwise
    relu6
    depth2: conv 8 5x5 pad 4 dilation 2 depthwise
    silu
    maxpool 3x3 stride 2 pad 1
    residual: residual 8
    avgpool global
    fc: linear 5

    block residual(c) {
      depth3: conv c 3x3 pad 1 depthwise bias off
      depth4: conv c 2x2 stride 1 pad 0 1 1 0 depthwise
      add in
      relu
    }
    """)]
[GradCam("conv1")]
internal sealed partial class Depthwise;

/// <summary>Depthwise convolutions of four channels a thread, forward and backward, and maxima, on the assembly that an NVIDIA GPU gets.</summary>
public sealed class DepthwiseTests
{
    [Fact]
    public void Network_matches_the_CPU_and_itself_in_a_batch()
    {
        const int Batch = 3;
        using Model cpu = new CpuOptions().Backend.Prepare<Depthwise>(SessionTests.Weights(Depthwise.Info), new CpuOptions());
        using Model gpu = PtxDevice.Options.Backend.Prepare<Depthwise>(SessionTests.Weights(Depthwise.Info), PtxDevice.Options);
        using NetworkSession expected = new(cpu.CreateExecutor()), alone = new(gpu.CreateExecutor()), batch = new(gpu.CreateExecutor(Batch));
        int length = Depthwise.Info.Input.Length;
        float[] input = [.. SessionTests.Noise(Batch * length).Select(value => value / 128f - 1)];
        batch.Forward(input, TensorLayout.Chw);
        HeatmapSet maps = batch.ExplainSamples(new int[Batch]);
        for (int i = 0; i < Batch; i++)
        {
            ReadOnlySpan<float> sample = input.AsSpan(i * length, length);
            batch.Sample = i;
            Assert.Equal(alone.Forward(sample, TensorLayout.Chw).ToArray(), batch.Logits.ToArray());
            Assert.Equal(alone.Explain(0).Raw.ToArray(), maps[i].Raw.ToArray());
            SessionTests.AssertClose(expected.Forward(sample, TensorLayout.Chw), alone.Logits);
            SessionTests.AssertClose(expected.Explain(0).Raw, alone.Explain(0).Raw);
        }

        Assert.Contains(PtxDevice.Loader.Launched, source => source.Method.DeclaringType == typeof(DepthwiseConvolution));
    }
}
