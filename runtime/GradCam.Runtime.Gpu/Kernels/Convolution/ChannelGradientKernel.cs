using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>The arguments of <see cref="ChannelGradientKernel"/>.</summary>
internal struct ChannelGradientArgs
{
    public SampleArgs Samples;

    /// <summary>The input's gradient.</summary>
    public MapArgs Output;

    /// <summary>The gradient of one output channel: a map of 1 channel, without a halo.</summary>
    public MapArgs Input;
    public WindowArgs Window;
    public GradientArgs Gradient;

    /// <summary>The output channel, or <see cref="ClassArgs.OnDevice"/> for the class in the device's memory.</summary>
    public int Channel;
}

/// <summary>
/// The gradient of one output channel of a convolution: a thread an element of the input. Weights are [output channels, taps, input channels].
/// </summary>
internal static class ChannelGradientKernel
{
    /// <summary>The kernel.</summary>
    public static void Run(ArrayView<float> arena, ArrayView<float> weights, ArrayView<int> classes, ChannelGradientArgs args)
    {
        MapArgs output = args.Output;
        WindowArgs window = args.Window;
        int total = args.Samples.Count * output.Height * output.Width * output.Channels;
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            int c = i % output.Channels;
            int pixel = i / output.Channels;
            int x = pixel % output.Width;
            int row = pixel / output.Width;
            int y = row % output.Height;
            int sample = row / output.Height;
            int start = sample * args.Samples.Stride;
            int channel = args.Channel == ClassArgs.OnDevice ? classes[2 * sample] : args.Channel;
            float sum = 0;
            for (int ky = 0; ky < window.KernelHeight; ky++)
            {
                int ny = y + window.PadTop - ky * window.DilationY;
                if (ny < 0 || ny % window.StrideY != 0 || ny / window.StrideY >= args.Input.Height)
                    continue;

                for (int kx = 0; kx < window.KernelWidth; kx++)
                {
                    int nx = x + window.PadLeft - kx * window.DilationX;
                    if (nx < 0 || nx % window.StrideX != 0 || nx / window.StrideX >= args.Input.Width)
                        continue;

                    int tap = (channel * window.KernelHeight + ky) * window.KernelWidth + kx;
                    sum += arena[start + MapArgs.At(args.Input, ny / window.StrideY, nx / window.StrideX, 0)] * weights[tap * output.Channels + c];
                }
            }

            int position = start + MapArgs.At(output, y, x, c);
            arena[position] = GradientArgs.Complete(arena, args.Gradient, sum, start, position, y, x, c);
        }

        if (args.Gradient.Accumulates == 0)
            Halo.Clear(arena, args.Samples, output, SampleArgs.Thread, SampleArgs.Threads);
    }
}
