using System.Runtime.InteropServices;
using GradCam.Explain.Maps;
using GradCam.Gpu.Kernels;
using GradCam.Gpu.Memory;
using ILGPU;

namespace GradCam.Gpu.Maps;

/// <summary>
/// Map operations where a session's tensors are, on all samples of a launch at once. Numbers of channels are [samples, channels] in memory that grows to the
/// widest layer; launches run in their order, so that each map may use it again.
/// </summary>
/// <param name="backend">The session's backend.</param>
/// <param name="workspace">Its memory.</param>
internal sealed class DeviceMaps(GpuBackend backend, GpuWorkspace workspace) : IMapOperations
{
    private readonly List<ArrayView<double>> _numbers = [];
    private readonly List<double[]> _onHost = [];
    private LayerTensors _layer;
    private ArrayView<float> _results;
    private int _start;
    private int _used;

    /// <inheritdoc/>
    public int Pixels => _layer.Activations.Pixels;

    /// <inheritdoc/>
    public int Channels => _layer.Activations.Channels;

    /// <inheritdoc/>
    public IMapOperations EigenSmooth => throw OnHost();

    /// <summary>Gradients for terms; where a method needs none, its terms are of the activations alone.</summary>
    private Tensor TermGradients => _layer.Gradients.IsEmpty ? _layer.Activations : _layer.Gradients;

    /// <summary>Makes maps of the workspace's samples.</summary>
    /// <param name="method">The method.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="results">Receives the maps' parts, <see cref="HeatmapKernel.Length"/> each.</param>
    /// <param name="start">Where the first one begins.</param>
    public void Make(CamMethod method, in LayerTensors layer, ArrayView<float> results, int start)
    {
        (_layer, _results, _start, _used) = (layer, results, start, 0);
        method.Compute(this);
        backend.Normalise(results, start, Pixels);
    }

    /// <inheritdoc/>
    public ChannelNumbers GradientSums()
    {
        Tensor summed = _layer.GradientSums.IsEmpty ? _layer.Gradients : _layer.GradientSums;
        backend.SumOverPixels<GradientTerm>(summed, summed, default, Next(out ChannelNumbers sums));
        return sums;
    }

    /// <inheritdoc/>
    public ChannelNumbers ActivationSums() => SumOverPixels<ActivationTerm>();

    /// <inheritdoc/>
    public ChannelNumbers SumOverPixels<TTerm>(ChannelNumbers constants = default)
        where TTerm : IMapTerm
    {
        backend.SumOverPixels<TTerm>(_layer.Activations, TermGradients, Of(constants), Next(out ChannelNumbers sums));
        return sums;
    }

    /// <inheritdoc/>
    public ChannelNumbers PerChannel<TFormula>(ChannelNumbers first = default, ChannelNumbers second = default, double scalar = 0)
        where TFormula : IChannelFormula
    {
        backend.PerChannel<TFormula>(Of(first), Of(second), scalar, Next(out ChannelNumbers results));
        return results;
    }

    /// <inheritdoc/>
    public Span<double> Read(ChannelNumbers numbers)
    {
        ArrayView<double> view = Of(numbers);
        int length = (int)view.Length;
        while (_onHost.Count < numbers.Index)
            _onHost.Add([]);
        if (_onHost[numbers.Index - 1].Length < length)
            _onHost[numbers.Index - 1] = new double[length];
        Span<double> read = _onHost[numbers.Index - 1].AsSpan(0, length);
        workspace.Transfers.Download(view).CopyTo(read);
        return read;
    }

    /// <inheritdoc/>
    public ChannelNumbers Write(ReadOnlySpan<double> numbers)
    {
        ArrayView<double> view = Next(out ChannelNumbers written);
        Span<byte> prepared = workspace.Transfers.Prepare((int)view.LengthInBytes);
        Span<double> all = MemoryMarshal.Cast<byte, double>(prepared);
        for (int i = 0; i < all.Length; i += numbers.Length)
            numbers.CopyTo(all[i..]);
        workspace.Transfers.Upload(prepared, view.Cast<byte>());
        return written;
    }

    /// <inheritdoc/>
    public void WeightedSum(ChannelNumbers weights) => SumOverChannels<ActivationTerm>(default, weights);

    /// <inheritdoc/>
    public void SumOfProducts() => SumOverChannels<ProductTerm>();

    /// <inheritdoc/>
    public void SumOverChannels<TTerm>(ChannelNumbers constants = default, ChannelNumbers weights = default)
        where TTerm : IMapTerm =>
        backend.SumOverChannels<TTerm>(
            _layer.Activations, TermGradients, Of(constants), Of(weights), Next(out _), _results, _start + HeatmapKernel.Head, HeatmapKernel.Length(Pixels));

    /// <inheritdoc/>
    public void PrincipalComponent<TTerm>(ChannelNumbers constants = default, ChannelNumbers weights = default)
        where TTerm : IMapTerm => throw OnHost();

    /// <inheritdoc/>
    public void KernelPrincipalComponent() => throw OnHost();

    private static NotSupportedException OnHost() => new("Principal components are made on the host.");

    /// <summary>Room for a number of each channel of each sample; it holds anything.</summary>
    private ArrayView<double> Next(out ChannelNumbers numbers)
    {
        int length = workspace.Samples.Count * Channels;
        if (_used == _numbers.Count)
            _numbers.Add(default);
        if (_numbers[_used].Length < length)
            workspace.Enlarge(ref CollectionsMarshal.AsSpan(_numbers)[_used], length);
        numbers = new ChannelNumbers(++_used);
        return Of(numbers);
    }

    private ArrayView<double> Of(ChannelNumbers numbers) =>
        numbers.IsEmpty ? default : _numbers[numbers.Index - 1].SubView(0, workspace.Samples.Count * Channels);
}
