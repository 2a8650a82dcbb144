namespace GradCam.Explain.Maps;

/// <summary>
/// One layer's activations A and gradients G, [pixels, channels], and the operations on them that CAM methods are written in. A backend implements them where
/// its maps lie, for several samples at once if it likes; so what a method computes stays there.
/// </summary>
internal interface IMapOperations
{
    /// <summary>Positions of the layer.</summary>
    int Pixels { get; }

    /// <summary>Maps of the layer.</summary>
    int Channels { get; }

    /// <summary>The same operations on the same maps, but with the first principal component of the summands in the place of each sum over channels.</summary>
    IMapOperations EigenSmooth { get; }

    /// <summary>sum over p of G[p, c], for each channel.</summary>
    ChannelNumbers GradientSums();

    /// <summary>sum over p of A[p, c], for each channel.</summary>
    ChannelNumbers ActivationSums();

    /// <summary>sum over p of a term of A[p, c], G[p, c] and a number of the channel's, in double precision, for each channel.</summary>
    /// <typeparam name="TTerm">The term.</typeparam>
    /// <param name="constants">The channels' numbers; none for zeros.</param>
    ChannelNumbers SumOverPixels<TTerm>(ChannelNumbers constants = default)
        where TTerm : IMapTerm;

    /// <summary>A formula of each channel's numbers, in double precision.</summary>
    /// <typeparam name="TFormula">The formula.</typeparam>
    /// <param name="first">The channels' numbers; none for zeros.</param>
    /// <param name="second">Others; none for zeros.</param>
    /// <param name="scalar">A number that all channels have in common.</param>
    ChannelNumbers PerChannel<TFormula>(ChannelNumbers first = default, ChannelNumbers second = default, double scalar = 0)
        where TFormula : IChannelFormula;

    /// <summary>Takes numbers to the host. Where they are elsewhere this waits for them: a formula does without.</summary>
    /// <returns>The channels' numbers, of each sample where there are several; the caller may overwrite them, and give them to <see cref="Write"/>.</returns>
    Span<double> Read(ChannelNumbers numbers);

    /// <summary>Takes numbers from the host.</summary>
    /// <param name="numbers">[channels], for all samples alike, or as long as <see cref="Read"/> gives them.</param>
    ChannelNumbers Write(ReadOnlySpan<double> numbers);

    /// <summary>map[p] = sum over c of w_c A[p, c], in single precision.</summary>
    /// <param name="weights">The channels' weights.</param>
    void WeightedSum(ChannelNumbers weights);

    /// <summary>map[p] = sum over c of A[p, c] G[p, c].</summary>
    void SumOfProducts();

    /// <summary>map[p] = sum over c of w_c times a term of A[p, c], G[p, c] and a number of the channel's, in single precision.</summary>
    /// <typeparam name="TTerm">The term.</typeparam>
    /// <param name="constants">The channels' numbers; none for zeros.</param>
    /// <param name="weights">The channels' weights; none for ones.</param>
    void SumOverChannels<TTerm>(ChannelNumbers constants = default, ChannelNumbers weights = default)
        where TTerm : IMapTerm;

    /// <summary>
    /// map[p] = projection of row p of X on the first principal component of X's rows, X[p, c] being w_c times a term as in
    /// <see cref="SumOverChannels{TTerm}"/>, less the column's mean; in double precision. Of the two signs the one whose largest entry is the largest in
    /// magnitude; of equal ones the first entry decides. Zeros where all rows are equal. On the host alone: <see cref="CamMethod.IsOfComponents"/>.
    /// </summary>
    /// <typeparam name="TTerm">The term.</typeparam>
    /// <param name="constants">The channels' numbers; none for zeros.</param>
    /// <param name="weights">The channels' weights; none for ones.</param>
    void PrincipalComponent<TTerm>(ChannelNumbers constants = default, ChannelNumbers weights = default)
        where TTerm : IMapTerm;

    /// <summary>
    /// map = sqrt(l) u, of the largest eigenvalue l and its unit vector u of the centred kernel tanh(X X^T / channels + 1), X being A less the columns' means.
    /// The sign is that of <see cref="PrincipalComponent{TTerm}"/>, and it is made where that is.
    /// </summary>
    void KernelPrincipalComponent();
}
