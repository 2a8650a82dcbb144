using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>
/// Average pooling. A window's sum is divided by the number of its taps that lie on the map or, with <paramref name="CountPadding"/>, on the padded map.
/// </summary>
/// <param name="Window">Kernel, stride and padding; a dilation is not allowed.</param>
/// <param name="CountPadding">PyTorch's count_include_pad.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct AveragePool(Window Window, bool CountPadding);
