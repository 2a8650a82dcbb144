namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>The arguments of <see cref="WinogradConvolution"/>.</summary>
internal struct WinogradArgs
{
    /// <summary>What is stored, and where. What it is added to is <see cref="Base"/> alone.</summary>
    public ConvolutionArgs Convolution;

    /// <summary>Where the input that output (0, 0) reads first lies, its first channel.</summary>
    public int InputOffset;
    public int InputRowStride;
    public int InputPixelStride;

    /// <summary>Slices of input channels (<see cref="WinogradLayout.Depth"/>).</summary>
    public int Slices;

    /// <summary>Parts of the sum, and slices of a part.</summary>
    public int Parts;
    public int PartSlices;

    /// <summary>A residual, or the gradient that is there already: added to the first part.</summary>
    public MapArgs Base;
    public int HasBase;

    /// <summary>Whether the frame of zeros is written.</summary>
    public int ClearsHalo;
}
