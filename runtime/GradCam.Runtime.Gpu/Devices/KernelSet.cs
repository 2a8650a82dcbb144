using System.Collections.Concurrent;
using GradCam.Explain.Maps;
using GradCam.Gpu.Kernels;
using GradCam.Gpu.Kernels.Convolution;
using ILGPU;
using ILGPU.Runtime;
using TiledLauncher = System.Action<
    ILGPU.Runtime.AcceleratorStream, ILGPU.KernelConfig, ILGPU.ArrayView<float>, ILGPU.ArrayView<float>, ILGPU.ArrayView<int>, ILGPU.ArrayView<float>,
    ILGPU.ArrayView<int>, GradCam.Gpu.Kernels.Convolution.ConvolutionArgs>;

namespace GradCam.Gpu.Devices;

/// <summary>All kernels, each loaded when it is first asked for. Safe for several threads.</summary>
/// <param name="loader">Where they come from.</param>
/// <param name="hasShuffles">Whether a warp's lanes can read each other's registers.</param>
internal sealed class KernelSet(IKernelLoader loader, bool hasShuffles)
{
    /// <summary>Kernels that are made of a term or a formula.</summary>
    private readonly ConcurrentDictionary<(string Kernel, Type Formula), Delegate> _ofFormulas = [];

    private bool HasShuffles => hasShuffles;

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, PointwiseArgs> Pointwise =>
        field ??= Load<ArrayView<float>, ArrayView<float>, PointwiseArgs>(PointwiseKernel.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, TransferArgs> Write =>
        field ??= Load<ArrayView<float>, ArrayView<float>, TransferArgs>(TransferKernel.Write);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, TransferArgs> Read =>
        field ??= Load<ArrayView<float>, ArrayView<float>, TransferArgs>(TransferKernel.Read);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<int>, ClassArgs> OneHot =>
        field ??= Load<ArrayView<float>, ArrayView<int>, ClassArgs>(ClassKernel.OneHot);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<int>, ClassArgs> ClassRow =>
        field ??= Load<ArrayView<float>, ArrayView<float>, ArrayView<int>, ClassArgs>(ClassKernel.Row);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<byte>, ImageArgs> Image =>
        field ??= Load<ArrayView<float>, ArrayView<byte>, ImageArgs>(ImageKernel.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, HeatmapArgs> Heatmap =>
        field ??= Load<ArrayView<float>, HeatmapArgs>(HeatmapKernel.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, PixelSumArgs> PixelSum =>
        field ??= Load<ArrayView<float>, PixelSumArgs>(PixelSumKernel.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, PoolingArgs> MaxPool =>
        field ??= Load<ArrayView<float>, PoolingArgs>(PoolingKernel.Max);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, PoolingArgs> MaxPoolGradient =>
        field ??= Load<ArrayView<float>, PoolingArgs>(PoolingKernel.MaxGradient);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, PoolingArgs> AveragePool =>
        field ??= Load<ArrayView<float>, PoolingArgs>(PoolingKernel.Average);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, PoolingArgs> AveragePoolGradient =>
        field ??= Load<ArrayView<float>, PoolingArgs>(PoolingKernel.AverageGradient);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, LayoutArgs> Layout =>
        field ??= Load<ArrayView<float>, LayoutArgs>(LayoutKernel.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, UpsampleArgs> Upsample =>
        field ??= Load<ArrayView<float>, UpsampleArgs>(UpsampleKernel.Run);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, UpsampleArgs> UpsampleGradient =>
        field ??= Load<ArrayView<float>, UpsampleArgs>(UpsampleKernel.Gradient);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, NormalizationArgs> Normalize =>
        field ??= Load<ArrayView<float>, ArrayView<float>, NormalizationArgs>(
            hasShuffles ? NormalizationKernel.Normalize<WarpTeam> : NormalizationKernel.Normalize<GroupTeam>);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, NormalizationArgs> NormalizeGradient =>
        field ??= Load<ArrayView<float>, ArrayView<float>, NormalizationArgs>(
            hasShuffles ? NormalizationKernel.NormalizeGradient<WarpTeam> : NormalizationKernel.NormalizeGradient<GroupTeam>);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, NormalizationArgs> Softmax =>
        field ??= Load<ArrayView<float>, NormalizationArgs>(
            hasShuffles ? NormalizationKernel.Softmax<WarpTeam> : NormalizationKernel.Softmax<GroupTeam>);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, NormalizationArgs> SoftmaxGradient =>
        field ??= Load<ArrayView<float>, NormalizationArgs>(
            hasShuffles ? NormalizationKernel.SoftmaxGradient<WarpTeam> : NormalizationKernel.SoftmaxGradient<GroupTeam>);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, NormalizationArgs> LocalResponse =>
        field ??= Load<ArrayView<float>, NormalizationArgs>(NormalizationKernel.LocalResponse);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, NormalizationArgs> LocalResponseGradient =>
        field ??= Load<ArrayView<float>, NormalizationArgs>(NormalizationKernel.LocalResponseGradient);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, LinearArgs> Linear =>
        field ??= Load<ArrayView<float>, ArrayView<float>, LinearArgs>(
            hasShuffles ? LinearKernel.Forward<WarpTeam> : LinearKernel.Forward<GroupTeam>);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, LinearArgs> LinearBackward =>
        field ??= Load<ArrayView<float>, ArrayView<float>, LinearArgs>(LinearKernel.Backward);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<int>, ConvolutionArgs> DirectConvolution =>
        field ??= Load<ArrayView<float>, ArrayView<float>, ArrayView<int>, ConvolutionArgs>(Kernels.Convolution.DirectConvolution.Run);

    /// <summary>128 registers a thread at most, for two groups a processor.</summary>
    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<int>, WinogradArgs> Winograd =>
        field ??= Load<ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<int>, WinogradArgs>(
            WinogradConvolution.Run, WinogradLayout.Threads, groupsPerProcessor: 2);

    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<int>, ChannelGradientArgs> ChannelGradient =>
        field ??= Load<ArrayView<float>, ArrayView<float>, ArrayView<int>, ChannelGradientArgs>(ChannelGradientKernel.Run);

    public TiledKernel Tiled128x128 => field ??= Tiled<Tile128x128>();

    public TiledKernel Tiled128x64 => field ??= Tiled<Tile128x64>();

    public TiledKernel Tiled64x64 => field ??= Tiled<Tile64x64>();

    public TiledKernel Tiled128x32 => field ??= Tiled<Tile128x32>();

    public TiledKernel TiledSimulator => field ??= Tiled<SimulatorTile>();

    public TiledKernel SmallSimulator => field ??= Tiled<SmallSimulatorTile>();

    public TiledKernel Folded128x64 => field ??= Tiled<Tile128x64, FoldedProduct<Tile128x64>>();

    public TiledKernel Folded128x32 => field ??= Tiled<Tile128x32, FoldedProduct<Tile128x32>>();

    public TiledKernel FoldedSimulator => field ??= Tiled<SimulatorTile, FoldedProduct<SimulatorTile>>();

    public TiledKernel TallFoldedSimulator => field ??= Tiled<TallSimulatorTile, FoldedProduct<TallSimulatorTile>>();

    public TiledKernel SmallFoldedSimulator => field ??= Tiled<SmallSimulatorTile, FoldedProduct<SmallSimulatorTile>>();

    public TiledKernel Tf32Tiled128x128 => field ??= Tiled<TensorTile128x128, TensorProduct<TensorTile128x128, Tf32Format>>();

    public TiledKernel Tf32Tiled128x64 => field ??= Tiled<Tile128x64, TensorProduct<Tile128x64, Tf32Format>>();

    public TiledKernel HalfTiled128x128 => field ??= Tiled<TensorTile128x128, TensorProduct<TensorTile128x128, HalfFormat>>();

    public TiledKernel HalfTiled128x64 => field ??= Tiled<Tile128x64, TensorProduct<Tile128x64, HalfFormat>>();

    /// <summary>Sums over pixels of a term.</summary>
    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<double>, ArrayView<double>, TermArgs> PixelTerm<TTerm>()
        where TTerm : IMapTerm =>
        (Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<double>, ArrayView<double>, TermArgs>)_ofFormulas.GetOrAdd(
            (nameof(PixelTerm), typeof(TTerm)),
            static (_, set) => set.Load<ArrayView<float>, ArrayView<double>, ArrayView<double>, TermArgs>(PixelTermKernel.Run<TTerm>), this);

    /// <summary>Maps of a term.</summary>
    public Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<double>, ArrayView<double>, ArrayView<float>, TermArgs> ChannelTerm<TTerm>()
        where TTerm : IMapTerm =>
        (Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<double>, ArrayView<double>, ArrayView<float>, TermArgs>)_ofFormulas.GetOrAdd(
            (nameof(ChannelTerm), typeof(TTerm)),
            static (_, set) => set.Load<ArrayView<float>, ArrayView<double>, ArrayView<double>, ArrayView<float>, TermArgs>(
                set.HasShuffles ? ChannelTermKernel.Run<TTerm, WarpTeam> : ChannelTermKernel.Run<TTerm, GroupTeam>),
            this);

    /// <summary>A formula of channels' numbers.</summary>
    public Action<AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<double>, ArrayView<double>, FormulaArgs> ChannelFormula<TFormula>()
        where TFormula : IChannelFormula =>
        (Action<AcceleratorStream, KernelConfig, ArrayView<double>, ArrayView<double>, ArrayView<double>, FormulaArgs>)_ofFormulas.GetOrAdd(
            (nameof(ChannelFormula), typeof(TFormula)),
            static (_, set) => set.Load<ArrayView<double>, ArrayView<double>, ArrayView<double>, FormulaArgs>(ChannelFormulaKernel.Run<TFormula>), this);

    private Action<AcceleratorStream, KernelConfig, T1, T2> Load<T1, T2>(Action<T1, T2> kernel)
        where T1 : struct
        where T2 : struct =>
        loader.Load<Action<AcceleratorStream, KernelConfig, T1, T2>>(new KernelSource(kernel.Method), static (_, _, _, _) => { });

    private Action<AcceleratorStream, KernelConfig, T1, T2, T3> Load<T1, T2, T3>(Action<T1, T2, T3> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct =>
        loader.Load<Action<AcceleratorStream, KernelConfig, T1, T2, T3>>(new KernelSource(kernel.Method), static (_, _, _, _, _) => { });

    private Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> Load<T1, T2, T3, T4>(Action<T1, T2, T3, T4> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct =>
        loader.Load<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>>(new KernelSource(kernel.Method), static (_, _, _, _, _, _) => { });

    private Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5> Load<T1, T2, T3, T4, T5>(
        Action<T1, T2, T3, T4, T5> kernel, int threads = 0, int groupsPerProcessor = 0)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
        where T5 : struct =>
        loader.Load<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>>(
            new KernelSource(kernel.Method, threads, groupsPerProcessor), static (_, _, _, _, _, _, _) => { });

    private TiledKernel Tiled<TTile>()
        where TTile : struct, ITile => Tiled<TTile, SingleProduct<TTile>>();

    private TiledKernel Tiled<TTile, TProduct>()
        where TTile : struct, ITile
        where TProduct : struct, IProduct
    {
        TTile tile = default;
        int threads = tile.ThreadsX * tile.ThreadsY;
        // 65,536 registers a processor, for groups of 256 threads: at most 80 a thread, or 128 where it has 32 sums or more.
        Action<ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<int>, ConvolutionArgs> kernel =
            TiledConvolution.Run<TTile, TProduct>;
        var source = new KernelSource(kernel.Method, threads, GroupsPerProcessor: tile.IsTall ? 2 : 3);
        return new TiledKernel(
            () => loader.Load<TiledLauncher>(source, static (_, _, _, _, _, _, _, _) => { }),
            tile.ThreadsY * (tile.IsTall ? 8 : 4), tile.ThreadsX * (tile.IsWide ? 8 : 4), tile.Depth, threads);
    }
}
