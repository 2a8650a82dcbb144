using GradCam.Explain.Maps;
using GradCam.Gpu.Kernels;
using ILGPU;

namespace GradCam.Gpu;

/// <content>What CAM methods compute of a layer's activations and gradients (<see cref="Maps.DeviceMaps"/>).</content>
internal readonly partial struct GpuBackend
{
    /// <summary>Sums over pixels.</summary>
    /// <param name="activations">A.</param>
    /// <param name="gradients">G; of the same pixels.</param>
    /// <param name="constants">[samples, channels]; empty for zeros.</param>
    /// <param name="sums">[samples, channels].</param>
    public void SumOverPixels<TTerm>(in Tensor activations, in Tensor gradients, ArrayView<double> constants, ArrayView<double> sums)
        where TTerm : IMapTerm
    {
        TermArgs args = Terms(activations, gradients, constants, default);
        Kernels.PixelTerm<TTerm>()(Stream, Lanes(activations.Channels), Arena, constants.Length > 0 ? constants : sums, sums, args);
    }

    /// <summary>Maps, each the sum over the channels.</summary>
    /// <param name="activations">A.</param>
    /// <param name="gradients">G; of the same pixels.</param>
    /// <param name="constants">[samples, channels]; empty for zeros.</param>
    /// <param name="weights">[samples, channels]; empty for ones.</param>
    /// <param name="none">Any numbers, in the place of those that there are not.</param>
    /// <param name="maps">Receives them.</param>
    /// <param name="start">Where the first one goes.</param>
    /// <param name="stride">Floats from one to the next.</param>
    public void SumOverChannels<TTerm>(
        in Tensor activations, in Tensor gradients, ArrayView<double> constants, ArrayView<double> weights, ArrayView<double> none, ArrayView<float> maps,
        int start, int stride)
        where TTerm : IMapTerm
    {
        TermArgs args = Terms(activations, gradients, constants, weights);
        (args.MapStart, args.MapStride) = (start, stride);
        Kernels.ChannelTerm<TTerm>()(
            Stream, Rows(activations.Pixels), Arena, constants.Length > 0 ? constants : none, weights.Length > 0 ? weights : none, maps, args);
    }

    /// <summary>A formula of channels' numbers, [samples, channels] each.</summary>
    public void PerChannel<TFormula>(ArrayView<double> first, ArrayView<double> second, double scalar, ArrayView<double> results)
        where TFormula : IChannelFormula
    {
        var args = new FormulaArgs
        {
            Count = (int)results.Length,
            HasFirst = first.Length > 0 ? 1 : 0,
            HasSecond = second.Length > 0 ? 1 : 0,
            Scalar = scalar,
        };
        Kernels.ChannelFormula<TFormula>()(
            Stream, workspace.Device.Spread(results.Length), first.Length > 0 ? first : results, second.Length > 0 ? second : results, results, args);
    }

    /// <summary>Normalises the samples' maps.</summary>
    /// <param name="results">Their parts (<see cref="HeatmapKernel"/>).</param>
    /// <param name="start">Where the first one begins.</param>
    /// <param name="pixels">Pixels of a map.</param>
    public void Normalise(ArrayView<float> results, int start, int pixels) =>
        Kernels.Heatmap(Stream, new KernelConfig(Samples.Count, workspace.Device.GroupSize), results, new HeatmapArgs { Start = start, Pixels = pixels });

    private TermArgs Terms(in Tensor activations, in Tensor gradients, ArrayView<double> constants, ArrayView<double> weights) => new()
    {
        Samples = Samples,
        Activations = new MapArgs(activations),
        Gradients = new MapArgs(gradients),
        HasConstants = constants.Length > 0 ? 1 : 0,
        HasWeights = weights.Length > 0 ? 1 : 0,
        Lanes = workspace.Device.Lanes,
    };

    /// <summary>A launch of a group for each block of neighbouring channels, and each sample.</summary>
    private KernelConfig Lanes(int channels)
    {
        int lanes = workspace.Device.Lanes;
        return new KernelConfig(new Index3D((channels + lanes - 1) / lanes, Samples.Count, 1), new Index3D(workspace.Device.GroupSize, 1, 1));
    }
}
