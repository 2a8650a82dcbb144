namespace GradCam.Explain.Maps;

/// <summary>An executor that computes maps where its tensors are, so that activations need not go to the host.</summary>
internal interface IMapExecutor
{
    /// <summary>map[p] = sum over c of w_c A[p, c].</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="activations">A, as the last forward pass left it.</param>
    /// <param name="weights">[channels].</param>
    /// <param name="map">[pixels].</param>
    void WeightedSum(int sample, in Tensor activations, ReadOnlySpan<float> weights, Span<float> map);
}
