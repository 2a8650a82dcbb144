using GradCam.Gpu.Devices;
using GradCam.Gpu.Kernels.Convolution;
using GradCam.Gpu.Memory;

namespace GradCam.Gpu.Planning;

/// <summary>
/// Whether <see cref="WinogradConvolution"/> runs a convolution, and how its sums are divided. Both follow from the layer and the device alone, and not from
/// how many samples run together, so that a sample has the same bits in any batch.
/// </summary>
/// <param name="FirstInput">From the input's element (0, 0, 0) to the first that output (0, 0) reads.</param>
/// <param name="Tiles">Tiles of a sample.</param>
/// <param name="Blocks">Blocks of output channels.</param>
/// <param name="Slices">Slices of input channels.</param>
/// <param name="Parts">Parts of a sum.</param>
/// <param name="PartSlices">Slices of a part.</param>
internal sealed record WinogradPlan(int FirstInput, int Tiles, int Blocks, int Slices, int Parts, int PartSlices)
{
    private const int Taps = 3;

    /// <summary>A sum is worth its transforms from as many channels on.</summary>
    private const int LeastInputs = 16;

    /// <summary>A part has as many channels at least: its outputs are then a fifth of its work.</summary>
    private const int LeastPartInputs = 32;

    /// <summary>Makes a plan.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="rows">The phases of its rows.</param>
    /// <param name="columns">The phases of its columns.</param>
    /// <param name="input">The input.</param>
    /// <param name="output">The output.</param>
    /// <returns>Null where sums over taps are as fast or faster, or where the kernel is none of those.</returns>
    public static WinogradPlan? Make(GpuPlan plan, KernelTensor kernel, AxisPhase[] rows, AxisPhase[] columns, in Tensor input, in Tensor output)
    {
        GpuDevice device = plan.Device;
        bool isOnTensorCores = plan.Precision != GpuPrecision.Full && device.HasTensorCores;
        if (!plan.UseWinograd || isOnTensorCores)
            return null;
        // Some OpenCL devices have 32 KiB of shared memory.
        if (device.GroupSize < WinogradLayout.Threads || device.SharedBytes < WinogradLayout.SharedBytes)
            return null;
        if (kernel.Groups != 1 || !IsThree(rows) || !IsThree(columns))
            return null;
        // Slices of inputs and quads of outputs are whole.
        if (kernel.Inputs < LeastInputs || kernel.Inputs % WinogradLayout.Depth != 0 || kernel.Outputs % 4 != 0)
            return null;

        int tiles = (output.Height + 1) / 2 * ((output.Width + 1) / 2);
        int blocks = DivideUp(kernel.Outputs, WinogradLayout.Outputs);
        // With what is computed in vain at the edges, at most two thirds of the multiplications: the transforms take their time as well.
        long products = (long)WinogradLayout.Positions * tiles * blocks * WinogradLayout.Outputs;
        if (3 * products > 2L * Taps * Taps * output.Pixels * kernel.Outputs)
            return null;

        int groups = DivideUp(tiles, WinogradLayout.Tiles) * blocks;
        int slices = kernel.Inputs / WinogradLayout.Depth;
        int partSlices = DivideUp(slices, Math.Clamp(device.Processors / groups, 1, Math.Max(kernel.Inputs / LeastPartInputs, 1)));
        int parts = DivideUp(slices, partSlices);
        // A sample alone would leave most of the device idle: sums over taps are divided further.
        if (2 * groups * parts < device.Processors)
            return null;

        int firstInput = FirstOf(rows[0]) * input.RowStride + FirstOf(columns[0]) * input.PixelStride;
        return new WinogradPlan(firstInput, tiles, blocks, slices, parts, partSlices);
    }

    /// <summary>Groups among which a sum is divided: its parts, or 1 where the device has work enough without.</summary>
    /// <param name="device">The device.</param>
    /// <param name="samples">Samples that run together.</param>
    public int Splits(GpuDevice device, int samples)
    {
        long groups = (long)PixelGroups(samples) * Blocks;
        return groups < device.Processors && groups * Parts <= (long)device.Processors * GpuWorkspace.MostPartsPerProcessor ? Parts : 1;
    }

    /// <summary>Groups along the tiles of all samples.</summary>
    public int PixelGroups(int samples) => DivideUp(checked(Tiles * samples), WinogradLayout.Tiles);

    /// <summary>Floats of a kernel's transformed weights.</summary>
    public static int LengthOf(KernelTensor kernel) =>
        checked(DivideUp(kernel.Outputs, WinogradLayout.Outputs) * kernel.Inputs * WinogradLayout.WeightStride * 4);

    /// <summary>Transforms a kernel's weights: [blocks of outputs, slices, <see cref="WinogradLayout"/>].</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="packed">Zeros, in whose beginning the weights are stored.</param>
    public static void Transform(KernelTensor kernel, AxisPhase rows, AxisPhase columns, float[] packed)
    {
        int[] tapRows = TapsByInput(rows);
        int[] tapColumns = TapsByInput(columns);
        Parallel.For(0, DivideUp(kernel.Outputs, WinogradLayout.Outputs), block =>
        {
            Span<double> taps = stackalloc double[Taps * Taps];
            Span<double> byRows = stackalloc double[4 * Taps];
            int firstOutput = block * WinogradLayout.Outputs;
            for (int input = 0; input < kernel.Inputs; input++)
            {
                int channel = (block * kernel.Inputs + input) * WinogradLayout.WeightStride;
                for (int i = 0; i < WinogradLayout.Outputs && firstOutput + i < kernel.Outputs; i++)
                {
                    for (int tap = 0; tap < taps.Length; tap++)
                        taps[tap] = kernel[0, input, firstOutput + i, tapRows[tap / Taps] * Taps + tapColumns[tap % Taps]];
                    for (int at = 0; at < byRows.Length; at++)
                        byRows[at] = Transformed(at / Taps, taps[at % Taps], taps[Taps + at % Taps], taps[2 * Taps + at % Taps]);
                    for (int position = 0; position < WinogradLayout.Positions; position++)
                    {
                        ReadOnlySpan<double> row = byRows.Slice(position / 4 * Taps, Taps);
                        int quad = channel + position / 2 * WinogradLayout.Pair + i / 4 * 2 + position % 2;
                        packed[4 * quad + i % 4] = (float)Transformed(position % 4, row[0], row[1], row[2]);
                    }
                }
            }
        });
    }

    /// <summary>An element of G g.</summary>
    private static double Transformed(int element, double first, double second, double third) => element switch
    {
        0 => first,
        1 => (first + second + third) / 2,
        2 => (first - second + third) / 2,
        _ => third,
    };

    /// <summary>Whether every output is of three neighbouring inputs, one further than the output's before.</summary>
    private static bool IsThree(AxisPhase[] phases) =>
        phases is [{ Step: 1, InputStep: 1, Taps.Length: Taps } only] && only.Taps.Max(tap => tap.Input) - only.Taps.Min(tap => tap.Input) == Taps - 1;

    /// <summary>The first input that output 0 reads.</summary>
    private static int FirstOf(AxisPhase phase) => phase.Start + phase.Taps.Min(tap => tap.Input);

    private static int[] TapsByInput(AxisPhase phase) => [.. phase.Taps.OrderBy(tap => tap.Input).Select(tap => tap.Tap)];

    private static int DivideUp(int value, int unit) => (value + unit - 1) / unit;
}
