namespace GradCam.Explain.Maps;

/// <summary>Map operations that put the first principal component of the summands in the place of each sum over channels.</summary>
internal sealed class EigenSmoothMaps(IMapOperations maps) : IMapOperations
{
    public int Pixels => maps.Pixels;

    public int Channels => maps.Channels;

    public Span<float> Weights => maps.Weights;

    public Span<float> Constants => maps.Constants;

    public IMapOperations EigenSmooth => this;

    public Span<double> GradientSums() => maps.GradientSums();

    public Span<double> ActivationSums() => maps.ActivationSums();

    public Span<double> SumOverPixels<TTerm>(ReadOnlySpan<double> constants = default)
        where TTerm : IMapTerm => maps.SumOverPixels<TTerm>(constants);

    public void WeightedSum(ReadOnlySpan<float> weights) => maps.PrincipalComponent<ActivationTerm>(default, weights);

    public void SumOfProducts() => maps.PrincipalComponent<ProductTerm>();

    public void SumOverChannels<TTerm>(ReadOnlySpan<float> constants = default, ReadOnlySpan<float> weights = default)
        where TTerm : IMapTerm => maps.PrincipalComponent<TTerm>(constants, weights);

    public void PrincipalComponent<TTerm>(ReadOnlySpan<float> constants = default, ReadOnlySpan<float> weights = default)
        where TTerm : IMapTerm => maps.PrincipalComponent<TTerm>(constants, weights);

    public void KernelPrincipalComponent() => maps.KernelPrincipalComponent();
}
