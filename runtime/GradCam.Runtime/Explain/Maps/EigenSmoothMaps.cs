namespace GradCam.Explain.Maps;

/// <summary>Map operations that put the first principal component of the summands in the place of each sum over channels.</summary>
internal sealed class EigenSmoothMaps(IMapOperations maps) : IMapOperations
{
    public int Pixels => maps.Pixels;

    public int Channels => maps.Channels;

    public IMapOperations EigenSmooth => this;

    public ChannelNumbers GradientSums() => maps.GradientSums();

    public ChannelNumbers ActivationSums() => maps.ActivationSums();

    public ChannelNumbers SumOverPixels<TTerm>(ChannelNumbers constants = default)
        where TTerm : IMapTerm => maps.SumOverPixels<TTerm>(constants);

    public ChannelNumbers PerChannel<TFormula>(ChannelNumbers first = default, ChannelNumbers second = default, double scalar = 0)
        where TFormula : IChannelFormula => maps.PerChannel<TFormula>(first, second, scalar);

    public Span<double> Read(ChannelNumbers numbers) => maps.Read(numbers);

    public ChannelNumbers Write(ReadOnlySpan<double> numbers) => maps.Write(numbers);

    public void WeightedSum(ChannelNumbers weights) => maps.PrincipalComponent<ActivationTerm>(default, weights);

    public void SumOfProducts() => maps.PrincipalComponent<ProductTerm>();

    public void SumOverChannels<TTerm>(ChannelNumbers constants = default, ChannelNumbers weights = default)
        where TTerm : IMapTerm => maps.PrincipalComponent<TTerm>(constants, weights);

    public void PrincipalComponent<TTerm>(ChannelNumbers constants = default, ChannelNumbers weights = default)
        where TTerm : IMapTerm => maps.PrincipalComponent<TTerm>(constants, weights);

    public void KernelPrincipalComponent() => maps.KernelPrincipalComponent();
}
