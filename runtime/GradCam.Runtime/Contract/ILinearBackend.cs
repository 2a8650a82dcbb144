using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>Fully connected layers and their gradients. <see cref="IBackend"/> says what all operations have in common.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ILinearBackend
{
    /// <summary>y = activation(affine(W x + bias)), on 1x1 maps.</summary>
    void Linear(in Linear op, in Tensor input, in Tensor output);

    /// <summary>Gradient of a linear layer: the transposed matrix times the output's gradient.</summary>
    void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Gradient of one output of a linear layer: <paramref name="seed"/> times row <paramref name="class"/> of the matrix (affine included).</summary>
    void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>
    /// Sums over the pixels of the gradient of a flattened map that a linear layer reads: <paramref name="sums"/> (1x1, one channel for as many consecutive
    /// columns of the matrix as the map has pixels) receives the transposed matrix, summed over each channel's columns, times the output's gradient.
    /// </summary>
    void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums);
}
