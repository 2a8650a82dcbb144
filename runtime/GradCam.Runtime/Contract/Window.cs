using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>A sliding window. The output's size is that of the output tensor, which also settles ceil mode.</summary>
/// <param name="Kernel">Taps.</param>
/// <param name="Stride">Input pixels per output pixel.</param>
/// <param name="Pad">Padding at each edge of the input.</param>
/// <param name="Dilation">Input pixels from tap to tap.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct Window(Extent Kernel, Extent Stride, Edges Pad, Extent Dilation);
