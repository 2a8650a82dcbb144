namespace GradCam.Explain.Maps;

/// <summary>
/// One layer's activations A and gradients G, [pixels, channels], and the operations on them that CAM methods are written in. A backend implements them where
/// its maps lie; numbers of which there is one a channel are few, and the host's: a method may overwrite those that it was given.
/// </summary>
internal interface IMapOperations
{
    /// <summary>Positions of the layer.</summary>
    int Pixels { get; }

    /// <summary>Maps of the layer.</summary>
    int Channels { get; }

    /// <summary>Room for a weight a channel.</summary>
    Span<float> Weights { get; }

    /// <summary>Room for another number a channel.</summary>
    Span<float> Constants { get; }

    /// <summary>The same operations on the same maps, but with the first principal component of the summands in the place of each sum over channels.</summary>
    IMapOperations EigenSmooth { get; }

    /// <summary>sum over p of G[p, c], for each channel.</summary>
    Span<double> GradientSums();

    /// <summary>sum over p of A[p, c], for each channel.</summary>
    Span<double> ActivationSums();

    /// <summary>sum over p of a term of A[p, c], G[p, c] and a number of the channel's, in double precision, for each channel.</summary>
    /// <typeparam name="TTerm">The term.</typeparam>
    /// <param name="constants">The channels' numbers, [channels]; empty for zeros.</param>
    Span<double> SumOverPixels<TTerm>(ReadOnlySpan<double> constants = default)
        where TTerm : IMapTerm;

    /// <summary>map[p] = sum over c of w_c A[p, c].</summary>
    /// <param name="weights">[channels].</param>
    void WeightedSum(ReadOnlySpan<float> weights);

    /// <summary>map[p] = sum over c of A[p, c] G[p, c].</summary>
    void SumOfProducts();

    /// <summary>map[p] = sum over c of w_c times a term of A[p, c], G[p, c] and a number of the channel's, in single precision.</summary>
    /// <typeparam name="TTerm">The term.</typeparam>
    /// <param name="constants">The channels' numbers, [channels]; empty for zeros.</param>
    /// <param name="weights">[channels]; empty for ones.</param>
    void SumOverChannels<TTerm>(ReadOnlySpan<float> constants = default, ReadOnlySpan<float> weights = default)
        where TTerm : IMapTerm;

    /// <summary>
    /// map[p] = projection of row p of X on the first principal component of X's rows, X[p, c] being w_c times a term as in
    /// <see cref="SumOverChannels{TTerm}"/>, less the column's mean; in double precision. Of the two signs the one whose largest entry is the largest in
    /// magnitude; of equal ones the first entry decides. Zeros where all rows are equal.
    /// </summary>
    /// <typeparam name="TTerm">The term.</typeparam>
    /// <param name="constants">The channels' numbers, [channels]; empty for zeros.</param>
    /// <param name="weights">[channels]; empty for ones.</param>
    void PrincipalComponent<TTerm>(ReadOnlySpan<float> constants = default, ReadOnlySpan<float> weights = default)
        where TTerm : IMapTerm;

    /// <summary>
    /// map = sqrt(l) u, of the largest eigenvalue l and its unit vector u of the centred kernel tanh(X X^T / channels + 1), X being A less the columns' means.
    /// The sign is that of <see cref="PrincipalComponent{TTerm}"/>.
    /// </summary>
    void KernelPrincipalComponent();
}
