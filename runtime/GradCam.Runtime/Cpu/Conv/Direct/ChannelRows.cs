using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.FullyConnected;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Planning;

namespace GradCam.Cpu.Conv.Direct;

/// <summary>
/// A convolution's kernel as one row of taps x input channels for each output channel: what the gradient of a single output channel reads. Where the forward
/// pass has the kernel as it is, the row is gathered from there.
/// </summary>
internal sealed unsafe class ChannelRows
{
    private readonly PackedPanels? _panels;
    private readonly PackedBlock? _rows;
    private readonly Window _window;
    private readonly int _outputs;
    private readonly int _inputs;

    /// <summary>Plans to gather.</summary>
    /// <param name="plan">Where the memory for a row is asked for.</param>
    /// <param name="panels">The forward pass's kernel, of one group.</param>
    /// <param name="window">The convolution's window.</param>
    public ChannelRows(CpuPlan plan, PackedPanels panels, in Window window)
    {
        (_panels, _window, _outputs, _inputs) = (panels, window, panels.Outputs, panels.Depth / (window.Kernel.Height * window.Kernel.Width));
        plan.RequireScratch(panels.Depth);
    }

    /// <summary>Plans to reorder.</summary>
    /// <param name="kernel">The forward pass's kernel, of one group.</param>
    /// <param name="window">The convolution's window.</param>
    public ChannelRows(KernelTensor kernel, in Window window)
    {
        (_window, _outputs, _inputs) = (window, kernel.Outputs, kernel.Inputs);
        _rows = kernel.Plan.Packed.Add(
            (long)kernel.Outputs * kernel.Inputs * kernel.TapCount, kernel.Outputs, (block, first, end) => Pack(kernel, block, first, end));
    }

    /// <summary>Adds the gradient of one output channel to the input's gradient.</summary>
    /// <param name="channel">The output channel.</param>
    /// <param name="context">The workspace, and scratch memory.</param>
    /// <param name="outputGradient">A map of one channel.</param>
    /// <param name="inputGradient">The input's gradient.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public void Add(int channel, in KernelContext context, in Tensor outputGradient, in Tensor inputGradient)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(channel);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(channel, _outputs);
        (int kernelHeight, int kernelWidth) = _window.Kernel;
        float* weights = Row(channel, kernelHeight * kernelWidth * _inputs, context.Scratch);
        for (int oy = 0; oy < outputGradient.Height; oy++)
        {
            for (int ox = 0; ox < outputGradient.Width; ox++)
            {
                float* factor = context.At(outputGradient) + (nint)oy * outputGradient.RowStride + (nint)ox * outputGradient.PixelStride;
                for (int tap = 0; tap < kernelHeight * kernelWidth; tap++)
                {
                    int y = oy * _window.Stride.Height - _window.Pad.Top + tap / kernelWidth * _window.Dilation.Height;
                    int x = ox * _window.Stride.Width - _window.Pad.Left + tap % kernelWidth * _window.Dilation.Width;
                    // Inside the map: the pointers below are within the tensors, which the plan laid out.
                    if ((uint)y >= (uint)inputGradient.Height || (uint)x >= (uint)inputGradient.Width)
                        continue;
                    var row = new LinearBackwardJob<Float32>
                    {
                        Weights = weights + (nint)tap * _inputs,
                        Factors = factor,
                        Rows = 1,
                        Columns = _inputs,
                        Output = context.At(inputGradient) + (nint)y * inputGradient.RowStride + (nint)x * inputGradient.PixelStride,
                        Accumulate = true,
                    };
                    for (int piece = 0; piece < row.Pieces; piece++)
                        row.Run(piece, 0);
                }
            }
        }
    }

    private float* Row(int channel, int length, float* scratch)
    {
        if (_panels is null)
            return _rows!.Pointer + (nint)channel * length;
        _panels.CopyChannel(channel, scratch);
        return scratch;
    }

    private static void Pack(KernelTensor kernel, float* rows, int first, int end)
    {
        using WeightReader reader = kernel.Open();
        using TileMemory tile = kernel.MakeTile(kernel.Inputs, 1);
        for (int output = first; output < end; output++)
        {
            KernelTile place = kernel.Read(reader, 0, (0, kernel.Inputs), (output, 1), tile.Span);
            var row = new Span<float>(rows + (long)output * kernel.TapCount * kernel.Inputs, kernel.TapCount * kernel.Inputs);
            for (int input = 0; input < kernel.Inputs; input++)
            {
                for (int tap = 0; tap < kernel.TapCount; tap++)
                    row[tap * kernel.Inputs + input] = tile.Start[input * place.InputStride + tap];
            }
        }
    }
}
