using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>Pooling, and its gradients. <see cref="IBackend"/> says what all operations have in common.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IPoolingBackend
{
    /// <summary>Maximum over a window; the padding never wins. NaN wins. A window that lies wholly in the padding gives negative infinity.</summary>
    void MaxPool(in Window window, in Tensor input, in Tensor output);

    /// <summary>Gradient of max pooling: goes to the first maximum of the window in row order (PyTorch's choice).</summary>
    void MaxPoolBackward(in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Mean over a window.</summary>
    void AveragePool(in AveragePool op, in Tensor input, in Tensor output);

    /// <summary>Gradient of average pooling.</summary>
    void AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>
    /// Mean over output-sized bins: row oy covers input rows floor(oy * H / h) to ceil((oy + 1) * H / h). Global average pooling where the output is 1x1.
    /// </summary>
    void AdaptiveAveragePool(in Tensor input, in Tensor output);

    /// <summary>Gradient of adaptive average pooling.</summary>
    void AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Maximum over output-sized bins. Global max pooling where the output is 1x1.</summary>
    void AdaptiveMaxPool(in Tensor input, in Tensor output);

    /// <summary>Gradient of adaptive max pooling.</summary>
    void AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);
}
