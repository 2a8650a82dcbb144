using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>
/// Local response normalisation over <paramref name="Size"/> neighbouring channels (Krizhevsky et al. 2012): y = x / (Bias + Alpha / Size * sum x^2)^Beta.
/// </summary>
/// <param name="Size">
/// Channels in a neighbourhood: the sum for channel c runs from c - Size / 2 to c + (Size - 1) / 2, rounded down. So PyTorch has it; of an even size, ONNX
/// has the extra channel after c instead of before it.
/// </param>
/// <param name="Alpha">Factor.</param>
/// <param name="Beta">Exponent.</param>
/// <param name="Bias">Summand, k in the paper.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct LocalResponseNorm(int Size, float Alpha, float Beta, float Bias);
