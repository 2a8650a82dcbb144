namespace GradCam.Cpu.Conv.Algorithm;

/// <summary>What an algorithm is chosen by: a convolution of whichever direction as phases over an input map.</summary>
/// <param name="Kernel">The kernel with its axes' roles.</param>
/// <param name="Rows">Phases along the rows' axis.</param>
/// <param name="Columns">Phases along the columns' axis.</param>
/// <param name="OutputSize">Height and width of the output.</param>
internal sealed record ConvolutionShape(KernelTensor Kernel, AxisPhase[] Rows, AxisPhase[] Columns, Extent OutputSize)
{
    /// <summary>True when each output channel has an input channel of its own.</summary>
    public bool IsDepthwise => Kernel.Inputs == 1 && Kernel.Outputs == 1 && Kernel.Groups > 1;

    /// <summary>True when Winograd's algorithm applies: dense, 3x3, stride 1, taps next to each other.</summary>
    public bool IsWinograd => Kernel.Groups == 1 && Rows.Length == 1 && Columns.Length == 1 && IsWinogradAxis(Rows[0]) && IsWinogradAxis(Columns[0]);

    private static bool IsWinogradAxis(AxisPhase phase) => phase is { IsDense: true, OutputStep: 1, Taps.Length: 3 };
}
