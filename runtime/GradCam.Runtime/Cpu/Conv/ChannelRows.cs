using GradCam.Cpu.FullyConnected;
using GradCam.Cpu.Memory;

namespace GradCam.Cpu.Conv;

/// <summary>A convolution's kernel as one row of taps x input channels for each output channel: what the gradient of a single output channel reads.</summary>
internal sealed unsafe class ChannelRows : IDisposable
{
    private readonly NativeBlock _weights;
    private readonly Window _window;
    private readonly int _outputs;
    private readonly int _inputs;

    /// <summary>Reorders.</summary>
    /// <param name="weights">[outputs, inputs, kernel height, kernel width], affine folded in.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="window">The convolution's window.</param>
    public ChannelRows(ReadOnlySpan<float> weights, int outputs, in Window window)
    {
        int taps = window.Kernel.Height * window.Kernel.Width;
        (_window, _outputs, _inputs) = (window, outputs, weights.Length / outputs / taps);
        _weights = new NativeBlock(weights.Length);
        Span<float> rows = _weights.Span;
        for (int output = 0; output < outputs; output++)
        {
            for (int input = 0; input < _inputs; input++)
            {
                for (int tap = 0; tap < taps; tap++)
                    rows[(output * taps + tap) * _inputs + input] = weights[(output * _inputs + input) * taps + tap];
            }
        }
    }

    /// <summary>Bytes of weights.</summary>
    public long WeightBytes => sizeof(float) * _weights.Length;

    /// <summary>Adds the gradient of one output channel to the input's gradient.</summary>
    /// <param name="channel">The output channel.</param>
    /// <param name="arena">The workspace.</param>
    /// <param name="outputGradient">A map of one channel.</param>
    /// <param name="inputGradient">The input's gradient.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public void Add(int channel, float* arena, in Tensor outputGradient, in Tensor inputGradient)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, _outputs);
        (int kernelHeight, int kernelWidth) = _window.Kernel;
        for (int oy = 0; oy < outputGradient.Height; oy++)
        {
            for (int ox = 0; ox < outputGradient.Width; ox++)
            {
                float* factor = arena + outputGradient.Offset + (nint)oy * outputGradient.RowStride + (nint)ox * outputGradient.PixelStride;
                for (int tap = 0; tap < kernelHeight * kernelWidth; tap++)
                {
                    int y = oy * _window.Stride.Height - _window.Pad.Top + tap / kernelWidth * _window.Dilation.Height;
                    int x = ox * _window.Stride.Width - _window.Pad.Left + tap % kernelWidth * _window.Dilation.Width;
                    // Inside the map: the pointers below are within the tensors, which the plan laid out.
                    if ((uint)y >= (uint)inputGradient.Height || (uint)x >= (uint)inputGradient.Width)
                        continue;
                    var row = new LinearBackwardJob
                    {
                        Weights = _weights.Pointer + ((nint)channel * kernelHeight * kernelWidth + tap) * _inputs,
                        Factors = factor,
                        Rows = 1,
                        Columns = _inputs,
                        Output = arena + inputGradient.Offset + (nint)y * inputGradient.RowStride + (nint)x * inputGradient.PixelStride,
                        Accumulate = true,
                    };
                    for (int piece = 0; piece < row.Pieces; piece++)
                        row.Run(piece, 0);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();
}
