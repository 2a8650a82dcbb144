using GradCam.Explain;
using GradCam.Gpu.Kernels;
using ILGPU;

namespace GradCam.Gpu.Memory;

/// <summary>
/// What a session's samples have for the host: outputs of the last forward pass and, behind them, maps. One copy brings all of it.
/// </summary>
internal sealed class ResultBuffer
{
    /// <summary>Floats of maps at least: 256 KiB, hundreds of 14x14. More are fetched in several copies.</summary>
    private const int LeastMaps = 1 << 16;

    /// <summary>Outputs come along with maps where they are this many floats at most; larger ones when they are asked for.</summary>
    private const int MostAlong = 1 << 18;

    private readonly GpuWorkspace _workspace;
    private readonly NetworkInfo _info;
    private readonly List<(HeatmapBuffer Heatmap, int Version, int Start)> _awaited = [];
    private readonly ArrayView<float> _memory;

    /// <summary>Where maps begin; outputs end there.</summary>
    private readonly int _maps;
    private readonly int _mostMaps;

    /// <summary>Floats of maps that are awaited.</summary>
    private int _used;

    /// <summary>Samples whose outputs are kept, and their copies on the host: of each output those of all samples.</summary>
    private int _samples;
    private float[] _outputs = [];
    private bool _areRead = true;

    /// <param name="workspace">The session's memory.</param>
    /// <param name="info">The network.</param>
    public ResultBuffer(GpuWorkspace workspace, NetworkInfo info)
    {
        (_workspace, _info) = (workspace, info);
        SampleLength = info.Outputs.Sum(output => output.Tensor.Length);
        _maps = checked(workspace.Batch * SampleLength);
        int largest = info.Layers.Select(layer => HeatmapKernel.Length(layer.Activation.Pixels)).DefaultIfEmpty().Max();
        _mostMaps = Math.Max(checked(workspace.Batch * largest), LeastMaps);
        _memory = workspace.Allocate<float>(_maps + _mostMaps);
    }

    /// <summary>Floats of a sample's outputs.</summary>
    private int SampleLength { get; }

    private int OutputsStart => _maps - _samples * SampleLength;

    /// <summary>Keeps the outputs of some samples.</summary>
    /// <param name="backend">The session's backend.</param>
    /// <param name="samples">As many, from the first.</param>
    public void KeepOutputs(in GpuBackend backend, int samples)
    {
        (_samples, _areRead, _used) = (samples, false, 0);
        _awaited.Clear();
        int start = OutputsStart;
        foreach (OutputInfo output in _info.Outputs)
        {
            backend.Pack(output.Tensor, _memory, start);
            start += samples * output.Tensor.Length;
        }
    }

    /// <summary>Copies an output of a sample.</summary>
    public void ReadOutput(int sample, int output, Span<float> destination)
    {
        if (!_areRead)
            TakeOutputs(_workspace.Transfers.Download(_memory.SubView(OutputsStart, _samples * SampleLength)));
        int start = 0;
        for (int i = 0; i < output; i++)
            start += _samples * _info.Outputs[i].Tensor.Length;
        _outputs.AsSpan(start + sample * destination.Length, destination.Length).CopyTo(destination);
    }

    /// <summary>Room for maps of one size.</summary>
    /// <param name="heatmaps">Where they go.</param>
    /// <param name="pixels">The pixels of each.</param>
    /// <param name="memory">The room.</param>
    /// <returns>Where it begins; <see cref="HeatmapKernel.Length"/> each.</returns>
    public int Await(ReadOnlySpan<HeatmapBuffer> heatmaps, int pixels, out ArrayView<float> memory)
    {
        int length = HeatmapKernel.Length(pixels);
        if (_used > _mostMaps - heatmaps.Length * length)
            Fetch();
        int start = _maps + _used;
        for (int i = 0; i < heatmaps.Length; i++)
            _awaited.Add((heatmaps[i], heatmaps[i].Version, start + i * length));
        _used += heatmaps.Length * length;
        memory = _memory;
        return start;
    }

    /// <summary>Hands maps over that are awaited.</summary>
    public void Fetch()
    {
        if (_awaited.Count == 0)
            return;
        bool withOutputs = !_areRead && _samples * SampleLength <= MostAlong;
        int first = withOutputs ? OutputsStart : _maps;
        ReadOnlySpan<float> results = _workspace.Transfers.Download(_memory.SubView(first, _maps + _used - first));
        if (withOutputs)
            TakeOutputs(results[..(_maps - first)]);
        foreach ((HeatmapBuffer heatmap, int version, int start) in _awaited)
        {
            if (heatmap.Version != version)
                continue;
            ReadOnlySpan<float> part = results[(start - first)..];
            int pixels = heatmap.Width * heatmap.Height;
            heatmap.Take(part.Slice(HeatmapKernel.Head, pixels), part.Slice(HeatmapKernel.Head + pixels, pixels), max: part[0]);
        }

        _awaited.Clear();
        _used = 0;
    }

    private void TakeOutputs(ReadOnlySpan<float> outputs)
    {
        if (_outputs.Length < outputs.Length)
            _outputs = new float[_workspace.Batch * SampleLength];
        outputs.CopyTo(_outputs);
        _areRead = true;
    }
}
