namespace GradCam.Explain.Maps;

/// <summary>
/// One layer's activations A and gradients G, [pixels, channels], and the operations on them that CAM methods are written in. A backend implements them where its
/// maps lie; numbers of which there is one a channel are few, and the host's.
/// </summary>
internal interface IMapOperations
{
    /// <summary>Positions of the layer.</summary>
    int Pixels { get; }

    /// <summary>Maps of the layer.</summary>
    int Channels { get; }

    /// <summary>Room for a weight a channel.</summary>
    Span<float> Weights { get; }

    /// <summary>sum over p of G[p, c], for each channel.</summary>
    ReadOnlySpan<double> GradientSums();

    /// <summary>sum over p of A[p, c], for each channel.</summary>
    ReadOnlySpan<double> ActivationSums();

    /// <summary>sum over p of a term of A[p, c], G[p, c] and a number of the channel's, in double precision, for each channel.</summary>
    /// <typeparam name="TTerm">The term.</typeparam>
    /// <param name="constants">The channels' numbers, [channels]; empty for zeros.</param>
    ReadOnlySpan<double> SumOverPixels<TTerm>(ReadOnlySpan<double> constants = default)
        where TTerm : IMapTerm;

    /// <summary>map[p] = sum over c of w_c A[p, c].</summary>
    /// <param name="weights">[channels].</param>
    void WeightedSum(ReadOnlySpan<float> weights);

    /// <summary>map[p] = sum over c of A[p, c] G[p, c].</summary>
    void SumOfProducts();

    /// <summary>map[p] = sum over c of a term of A[p, c] and G[p, c], in single precision; the channel's number is 0.</summary>
    /// <typeparam name="TTerm">The term.</typeparam>
    void SumOverChannels<TTerm>()
        where TTerm : IMapTerm;
}
