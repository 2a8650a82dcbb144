namespace GradCam.Gpu.Planning;

/// <summary>Outputs along one axis that have the same taps: <paramref name="First"/> + i * <paramref name="Step"/>.</summary>
/// <param name="First">The first output.</param>
/// <param name="Step">Outputs from one to the next.</param>
/// <param name="Start">The input that taps of output i are counted from is Start + i * InputStep.</param>
/// <param name="InputStep">Inputs from one output to the next.</param>
/// <param name="Taps">The taps, and where their inputs lie.</param>
internal sealed record AxisPhase(int First, int Step, int Start, int InputStep, (int Tap, int Input)[] Taps)
{
    /// <summary>Outputs, of so many along the axis.</summary>
    public int Count(int size) => size <= First ? 0 : (size - First - 1) / Step + 1;

    /// <summary>A convolution: all outputs alike.</summary>
    public static AxisPhase[] Gather(int kernel, int stride, int pad, int dilation) =>
        [new(0, 1, -pad, stride, [.. Enumerable.Range(0, kernel).Select(k => (k, k * dilation))])];

    /// <summary>
    /// A convolution's gradient, or a transposed convolution: output i takes from input (i + pad - k * dilation) / stride where that divides, which for
    /// outputs a stride apart is the same taps.
    /// </summary>
    public static AxisPhase[] Scatter(int kernel, int stride, int pad, int dilation) =>
    [
        .. Enumerable.Range(0, stride).Select(first => new AxisPhase(
            first, stride, 0, 1,
            [
                .. Enumerable.Range(0, kernel).Where(k => (first + pad - k * dilation) % stride == 0).Select(k => (k, (first + pad - k * dilation) / stride)),
            ])),
    ];
}
