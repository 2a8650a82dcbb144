using System.Collections.Concurrent;
using GradCam.Explain.Maps;
using GradCam.Gpu.Kernels;
using GradCam.Gpu.Kernels.Convolution;
using ILGPU;
using ILGPU.Runtime;

namespace GradCam.Gpu.Devices;

/// <summary>
/// The kernels of a device, each compiled when it is first asked for. Safe for several threads: the same kernel may be compiled twice, at worst.
/// </summary>
/// <param name="accelerator">The device.</param>
/// <param name="hasShuffles">Whether a warp's lanes can read each other's registers.</param>
internal sealed class KernelSet(Accelerator accelerator, bool hasShuffles)
{
    /// <summary>Kernels that are made of a term or a formula.</summary>
    private readonly ConcurrentDictionary<(string Kernel, Type Formula), Delegate> _ofFormulas = [];

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, PointwiseArgs> Pointwise =>
        field ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, PointwiseArgs>(PointwiseKernel.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, TransferArgs> Write =>
        field ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, TransferArgs>(TransferKernel.Write);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, TransferArgs> Read =>
        field ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, TransferArgs>(TransferKernel.Read);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<int>, ClassArgs> OneHot =>
        field ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<int>, ClassArgs>(ClassKernel.OneHot);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<int>, ClassArgs> ClassRow =>
        field ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, ArrayView<int>, ClassArgs>(ClassKernel.Row);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<byte>, ImageArgs> Image =>
        field ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<byte>, ImageArgs>(ImageKernel.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, HeatmapArgs> Heatmap =>
        field ??= accelerator.LoadKernel<ArrayView<float>, HeatmapArgs>(HeatmapKernel.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, PixelSumArgs> PixelSum =>
        field ??= accelerator.LoadKernel<ArrayView<float>, PixelSumArgs>(PixelSumKernel.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, PoolingArgs> MaxPool =>
        field ??= accelerator.LoadKernel<ArrayView<float>, PoolingArgs>(PoolingKernel.Max);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, PoolingArgs> MaxPoolGradient =>
        field ??= accelerator.LoadKernel<ArrayView<float>, PoolingArgs>(PoolingKernel.MaxGradient);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, PoolingArgs> AveragePool =>
        field ??= accelerator.LoadKernel<ArrayView<float>, PoolingArgs>(PoolingKernel.Average);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, PoolingArgs> AveragePoolGradient =>
        field ??= accelerator.LoadKernel<ArrayView<float>, PoolingArgs>(PoolingKernel.AverageGradient);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, LayoutArgs> Layout =>
        field ??= accelerator.LoadKernel<ArrayView<float>, LayoutArgs>(LayoutKernel.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, UpsampleArgs> Upsample =>
        field ??= accelerator.LoadKernel<ArrayView<float>, UpsampleArgs>(UpsampleKernel.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, UpsampleArgs> UpsampleGradient =>
        field ??= accelerator.LoadKernel<ArrayView<float>, UpsampleArgs>(UpsampleKernel.Gradient);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, NormalizationArgs> Normalize =>
        field ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, NormalizationArgs>(
            hasShuffles ? NormalizationKernel.Normalize<WarpTeam> : NormalizationKernel.Normalize<GroupTeam>);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, NormalizationArgs> NormalizeGradient =>
        field ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, NormalizationArgs>(
            hasShuffles ? NormalizationKernel.NormalizeGradient<WarpTeam> : NormalizationKernel.NormalizeGradient<GroupTeam>);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, NormalizationArgs> Softmax =>
        field ??= accelerator.LoadKernel<ArrayView<float>, NormalizationArgs>(
            hasShuffles ? NormalizationKernel.Softmax<WarpTeam> : NormalizationKernel.Softmax<GroupTeam>);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, NormalizationArgs> SoftmaxGradient =>
        field ??= accelerator.LoadKernel<ArrayView<float>, NormalizationArgs>(
            hasShuffles ? NormalizationKernel.SoftmaxGradient<WarpTeam> : NormalizationKernel.SoftmaxGradient<GroupTeam>);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, NormalizationArgs> LocalResponse =>
        field ??= accelerator.LoadKernel<ArrayView<float>, NormalizationArgs>(NormalizationKernel.LocalResponse);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, NormalizationArgs> LocalResponseGradient =>
        field ??= accelerator.LoadKernel<ArrayView<float>, NormalizationArgs>(NormalizationKernel.LocalResponseGradient);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, LinearArgs> Linear =>
        field ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, LinearArgs>(
            hasShuffles ? LinearKernel.Forward<WarpTeam> : LinearKernel.Forward<GroupTeam>);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, LinearArgs> LinearBackward =>
        field ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, LinearArgs>(LinearKernel.Backward);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<int>, ConvolutionArgs> DirectConvolution =>
        field ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, ArrayView<int>, ConvolutionArgs>(Kernels.Convolution.DirectConvolution.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<int>, ChannelGradientArgs> ChannelGradient =>
        field ??= accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, ArrayView<int>, ChannelGradientArgs>(ChannelGradientKernel.Run);

    public TiledKernel Tiled128x128 => field ??= Load<Tile128x128>();

    public TiledKernel Tiled128x64 => field ??= Load<Tile128x64>();

    public TiledKernel Tiled64x64 => field ??= Load<Tile64x64>();

    public TiledKernel Tiled128x32 => field ??= Load<Tile128x32>();

    public TiledKernel TiledSimulator => field ??= Load<SimulatorTile>();

    public TiledKernel SmallSimulator => field ??= Load<SmallSimulatorTile>();

    public TiledKernel Folded128x64 => field ??= LoadTiled<Tile128x64, FoldedProduct<Tile128x64>>();

    public TiledKernel Folded128x32 => field ??= LoadTiled<Tile128x32, FoldedProduct<Tile128x32>>();

    public TiledKernel FoldedSimulator => field ??= LoadTiled<SimulatorTile, FoldedProduct<SimulatorTile>>();

    public TiledKernel TallFoldedSimulator => field ??= LoadTiled<TallSimulatorTile, FoldedProduct<TallSimulatorTile>>();

    public TiledKernel SmallFoldedSimulator => field ??= LoadTiled<SmallSimulatorTile, FoldedProduct<SmallSimulatorTile>>();

    public TiledKernel Tf32Tiled128x128 => field ??= LoadTiled<TensorTile128x128, TensorProduct<TensorTile128x128, Tf32Format>>();

    public TiledKernel Tf32Tiled128x64 => field ??= LoadTiled<Tile128x64, TensorProduct<Tile128x64, Tf32Format>>();

    public TiledKernel HalfTiled128x128 => field ??= LoadTiled<TensorTile128x128, TensorProduct<TensorTile128x128, HalfFormat>>();

    public TiledKernel HalfTiled128x64 => field ??= LoadTiled<Tile128x64, TensorProduct<Tile128x64, HalfFormat>>();

    /// <summary>Sums over pixels of a term.</summary>
    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<double>, ArrayView<double>, TermArgs> PixelTerm<TTerm>()
        where TTerm : IMapTerm =>
        (Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<double>, ArrayView<double>, TermArgs>)_ofFormulas.GetOrAdd(
            (nameof(PixelTerm), typeof(TTerm)),
            static (_, device) => device.LoadKernel<ArrayView<float>, ArrayView<double>, ArrayView<double>, TermArgs>(PixelTermKernel.Run<TTerm>),
            accelerator);

    /// <summary>Maps of a term.</summary>
    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<double>, ArrayView<double>, ArrayView<float>, TermArgs> ChannelTerm<TTerm>()
        where TTerm : IMapTerm =>
        (Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<double>, ArrayView<double>, ArrayView<float>, TermArgs>)_ofFormulas.GetOrAdd(
            (nameof(ChannelTerm), typeof(TTerm)),
            static (_, set) => set.Accelerator.LoadKernel<ArrayView<float>, ArrayView<double>, ArrayView<double>, ArrayView<float>, TermArgs>(
                set.HasShuffles ? ChannelTermKernel.Run<TTerm, WarpTeam> : ChannelTermKernel.Run<TTerm, GroupTeam>),
            (Accelerator: accelerator, HasShuffles: hasShuffles));

    /// <summary>A formula of channels' numbers.</summary>
    public Action<AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<double>, ArrayView<double>, FormulaArgs> ChannelFormula<TFormula>()
        where TFormula : IChannelFormula =>
        (Action<AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<double>, ArrayView<double>, FormulaArgs>)_ofFormulas.GetOrAdd(
            (nameof(ChannelFormula), typeof(TFormula)),
            static (_, device) => device.LoadKernel<ArrayView<double>, ArrayView<double>, ArrayView<double>, FormulaArgs>(ChannelFormulaKernel.Run<TFormula>),
            accelerator);

    /// <summary>
    /// Compiles what nearly all networks need, while their weights are read. ILGPU compiles one kernel of a device at a time, so one thread does it; who
    /// needs a kernel meanwhile waits for the one that is under way.
    /// </summary>
    public void CompileAhead()
    {
        accelerator.Bind();
        _ = (Write, Tiled64x64, Folded128x64, Tiled128x64, Tiled128x128, MaxPool, Pointwise, PixelSum, Linear, ClassRow, Read, Image, Heatmap);
        _ = (PixelTerm<GradientTerm>(), ChannelFormula<MeanFormula>(), ChannelTerm<ActivationTerm>());
    }

    private TiledKernel Load<TTile>()
        where TTile : struct, ITile => LoadTiled<TTile, SingleProduct<TTile>>();

    private TiledKernel LoadTiled<TTile, TProduct>()
        where TTile : struct, ITile
        where TProduct : struct, IProduct
    {
        TTile tile = default;
        return new TiledKernel(
            accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<int>, ConvolutionArgs>(
                TiledConvolution.Run<TTile, TProduct>),
            tile.ThreadsY * (tile.IsTall ? 8 : 4), tile.ThreadsX * (tile.IsWide ? 8 : 4), tile.Depth, tile.ThreadsX * tile.ThreadsY);
    }
}

/// <summary>A tiled convolution's kernel and what its tile is.</summary>
/// <param name="Launch">The kernel.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Width">Channels.</param>
/// <param name="Depth">Terms of a step.</param>
/// <param name="Threads">Threads of a group.</param>
internal sealed record TiledKernel(
    Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<int>, ConvolutionArgs> Launch,
    int Height, int Width, int Depth, int Threads);
