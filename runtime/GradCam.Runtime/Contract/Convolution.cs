using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>
/// A convolution (cross-correlation, as every framework has it), with what follows it folded in: y = activation(affine(conv(x) + bias) + residual).
/// </summary>
/// <param name="Id">Number of the operation in its network, unique among all operations that have weights.</param>
/// <param name="Window">Kernel, stride, padding and dilation.</param>
/// <param name="Groups">Groups; input and output channels are divided evenly among them, in order.</param>
/// <param name="Weight">The kernel, [out, in / groups, height, width], or [out, in] for 1x1.</param>
/// <param name="Bias">The bias, [out].</param>
/// <param name="Affine">What is applied to the output's channels; folded into kernel and bias at load.</param>
/// <param name="Activation">What is applied last.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct Convolution(
    int Id, Window Window, int Groups, WeightRef Weight, WeightRef Bias = default, AffineWeights Affine = default, Activation Activation = default);
