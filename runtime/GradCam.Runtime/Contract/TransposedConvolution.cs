using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>
/// A transposed convolution: the gradient of the convolution of the same window with respect to its input.
/// y[oy] collects x[iy] w[ky] with oy = iy * stride - pad.Top + ky * dilation. The output's size is the output tensor's.
/// </summary>
/// <param name="Id">Number of the operation in its network.</param>
/// <param name="Window">Kernel, stride, padding and dilation, those of the convolution whose gradient this is.</param>
/// <param name="Groups">Groups.</param>
/// <param name="Weight">The kernel, [in, out / groups, height, width].</param>
/// <param name="Bias">The bias, [out].</param>
/// <param name="Affine">What is applied to the output's channels.</param>
/// <param name="Activation">What is applied last.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct TransposedConvolution(
    int Id, Window Window, int Groups, WeightRef Weight, WeightRef Bias = default, AffineWeights Affine = default, Activation Activation = default);
