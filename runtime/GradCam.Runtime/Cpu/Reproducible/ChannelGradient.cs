using GradCam.Cpu.Packing;
using GradCam.Cpu.Threading;
using GradCam.Planning;

namespace GradCam.Cpu.Reproducible;

/// <summary>
/// The gradient of one output channel of a convolution of one group: its kernel as a row [taps][inputs], of which each output pixel adds its multiple to the
/// input, pixel after pixel. A map of one channel has no zeros around it, so taps beyond the input's ends are left out.
/// </summary>
internal sealed unsafe class ChannelGradient
{
    private readonly PackedBlock _rows;
    private readonly int _outputs;
    private readonly int _inputs;

    /// <summary>Asks for the rows of all channels.</summary>
    public ChannelGradient(CpuPlan plan, WeightRef weight, Lazy<FoldedAffine> fold, int outputs, int inputs, int taps)
    {
        (_outputs, _inputs) = (outputs, inputs);
        _rows = plan.Packed.Add((long)outputs * inputs * taps, pieces: 1, (block, _, _) =>
        {
            float[] kernel = plan.Weights.Read(weight);
            for (int output = 0; output < outputs; output++)
            {
                Span<float> source = kernel.AsSpan(output * inputs * taps, inputs * taps);
                fold.Value.ScaleInPlace(output, source);
                float* row = block + (long)output * inputs * taps;
                for (int i = 0; i < source.Length; i++)
                    row[i % taps * inputs + i / taps] = source[i];
            }
        });
    }

    /// <summary>Adds it.</summary>
    /// <param name="arena">The workspace.</param>
    /// <param name="channel">The output channel.</param>
    /// <param name="window">The convolution's window.</param>
    /// <param name="outputGradient">A map of one channel.</param>
    /// <param name="inputGradient">The input's gradient.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public void Add(float* arena, int channel, in Window window, in Tensor outputGradient, in Tensor inputGradient)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, _outputs);
        int taps = window.Kernel.Height * window.Kernel.Width;
        for (int pixel = 0; pixel < outputGradient.Pixels; pixel++)
        {
            (int oy, int ox) = Math.DivRem(pixel, outputGradient.Width);
            float* factor = arena + outputGradient.Offset + (nint)oy * outputGradient.RowStride + (nint)ox * outputGradient.PixelStride;
            float* row = _rows.Pointer + (nint)channel * taps * _inputs;
            for (int tap = 0; tap < taps; tap++, row += _inputs)
            {
                int y = oy * window.Stride.Height - window.Pad.Top + tap / window.Kernel.Width * window.Dilation.Height;
                int x = ox * window.Stride.Width - window.Pad.Left + tap % window.Kernel.Width * window.Dilation.Width;
                if ((uint)y >= (uint)inputGradient.Height || (uint)x >= (uint)inputGradient.Width)
                    continue;
                float* target = arena + inputGradient.Offset + (nint)y * inputGradient.RowStride + (nint)x * inputGradient.PixelStride;
                LinearBackwardJob.Run(new Team(1), row, factor, 1, _inputs, target, accumulate: true);
            }
        }
    }
}
