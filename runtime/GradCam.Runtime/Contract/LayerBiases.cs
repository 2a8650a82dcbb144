using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>
/// What each operation with weights adds to what it makes of its input, one number an output channel: its bias, with all that is folded into it. Of networks
/// that are compiled with the gradient at an input, for FullGrad, which multiplies the gradient there with it.
/// </summary>
/// <param name="biases">By the operations' numbers; those that add nothing are left out.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class LayerBiases(IReadOnlyDictionary<int, float[]> biases)
{
    /// <summary>What an operation adds; empty where that is nothing.</summary>
    /// <param name="operation">Its number.</param>
    public ReadOnlySpan<float> Of(int operation) => biases.GetValueOrDefault(operation);
}
