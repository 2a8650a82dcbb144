using GradCam.Explain;
using GradCam.Explain.Maps;
using GradCam.Gpu.Devices;
using GradCam.Gpu.Graphs;
using GradCam.Gpu.Maps;
using GradCam.Gpu.Memory;
using GradCam.Gpu.Planning;
using GradCam.Images;

namespace GradCam.Gpu;

/// <summary>A session's network on a device. Samples that run together are in the same launches.</summary>
internal sealed class GpuExecutor<TNetwork> : Executor, IImageExecutor, IResultExecutor
    where TNetwork : INetwork
{
    /// <summary>What methods that run a network many times do at a time: enough for a device to be busy, at a few dozen megabytes of workspace.</summary>
    private const int ManySamples = 16;

    private readonly GpuPlan _plan;
    private readonly GpuWorkspace _workspace;
    private readonly ImageUpload _images;
    private readonly BatchReads _reads = new();
    private readonly InputCopies _inputs;
    private readonly ResultBuffer _results;
    private readonly DeviceMaps _maps;
    private readonly Dictionary<(PassKind Kind, int Layer, int First, int Count), PassGraph> _graphs = [];
    private readonly HashSet<(PassKind Kind, int Layer)> _onHost = [];
    private readonly int[] _classes;
    private GpuBackend _backend;

    /// <summary>Takes a session's memory.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="workspace">Disposed with the executor.</param>
    public GpuExecutor(GpuPlan plan, GpuWorkspace workspace)
    {
        (_plan, _workspace) = (plan, workspace);
        _backend = new GpuBackend(plan, workspace);
        _images = new ImageUpload(workspace);
        _inputs = new InputCopies(workspace, TNetwork.Info);
        _results = new ResultBuffer(workspace, TNetwork.Info);
        _maps = new DeviceMaps(_backend, workspace);
        _classes = new int[2 * workspace.Batch];
    }

    /// <inheritdoc/>
    public override NetworkInfo Info => TNetwork.Info;

    /// <inheritdoc/>
    public override int Batch => _workspace.Batch;

    /// <summary>What went to the device and came from it.</summary>
    public Transfers Transfers => _workspace.Transfers;

    /// <summary>Bytes on the device.</summary>
    public long Bytes => _workspace.Bytes;

    /// <inheritdoc/>
    internal override int SamplesAtOnce => _plan.Device.HasSmallGroups ? 2 : ManySamples;

    /// <inheritdoc/>
    public PhotoRegion WriteImage(int sample, in Tensor destination, ImagePreprocessor preprocessor, in ImageView image)
    {
        try
        {
            Begin(sample, 1);
            _reads.Forget();
            PhotoRegion region = _images.Write(preprocessor, image, destination);
            _inputs.Keep(_backend, sample, destination);
            return region;
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    public void ReadInput(int sample, in Tensor input, Span<float> destination)
    {
        try
        {
            _plan.Device.Bind();
            _inputs.Read(sample, input, destination);
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    public void KeepOutputs(int count)
    {
        try
        {
            Begin(0, count);
            _results.KeepOutputs(_backend, count);
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    public void ReadOutput(int sample, int output, Span<float> destination)
    {
        try
        {
            _plan.Device.Bind();
            _results.ReadOutput(sample, output, destination);
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    public bool Makes(CamMethod method) => _plan.Device.HasDoubles && !method.IsOfComponents;

    /// <inheritdoc/>
    public void QueueMaps(CamMethod method, in LayerTensors layer, int first, ReadOnlySpan<HeatmapBuffer> heatmaps)
    {
        try
        {
            Begin(first, heatmaps.Length);
            int start = _results.Await(heatmaps, layer.Activations.Pixels, out ILGPU.ArrayView<float> memory);
            _maps.Make(method, layer, memory, start);
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    public void FetchMaps()
    {
        try
        {
            _plan.Device.Bind();
            _results.Fetch();
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    protected override void RunCore(in SchedulePass pass, int first, int count)
    {
        try
        {
            Begin(first, count);
            _reads.Follow(first, count);
            if (pass.HasClass)
                RunFromClass(pass, first, count);
            else
                RunRecorded(pass.Kind, pass.Layer, first, count);
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    internal override bool TryTrace<TTracer>(ref TTracer tracer, in SchedulePass pass)
    {
        pass.Run<TNetwork, TTracer>(ref tracer, 0);
        return true;
    }

    /// <inheritdoc/>
    private protected override void RunDecoratedCore(in SchedulePass pass, PassDecorator decorator)
    {
        try
        {
            Begin(0, 1);
            _reads.Follow(0, 1);
            decorator.Run<TNetwork, GpuBackend>(ref _backend, pass);
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    protected override void WriteCore(int sample, in Tensor destination, ReadOnlySpan<float> values, TensorLayout layout)
    {
        try
        {
            Begin(sample, 1);
            _reads.Forget();
            _backend.Write(values, layout, destination);
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    protected override void ReadCore(int sample, in Tensor source, Span<float> destination)
    {
        if (destination.Length != source.Length)
            throw new ArgumentException($"Expected room for {source.Length} floats, found {destination.Length}.", nameof(destination));
        if (_reads.TryGet(sample, source, destination))
            return;

        try
        {
            (int first, int count) = _reads.SamplesWith(sample, source);
            Begin(first, count);
            ReadOnlySpan<float> values = _backend.Read(source);
            values.Slice((sample - first) * source.Length, source.Length).CopyTo(destination);
            _reads.Keep(source, values);
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw Describe(exception);
        }
    }

    /// <inheritdoc/>
    protected override void Free()
    {
        _plan.Device.Bind();
        foreach (PassGraph graph in _graphs.Values)
            graph.Dispose();
        _workspace.Dispose();
    }

    private void Begin(int first, int count)
    {
        _plan.Device.Bind();
        _workspace.Use(first, count);
    }

    /// <summary>
    /// Runs a slice from a class for all samples at once, the classes being on the device; where that cannot be, for one sample after the other.
    /// </summary>
    private void RunFromClass(in SchedulePass pass, int first, int count)
    {
        (PassKind, int) slice = (pass.Kind, pass.Layer);
        bool worksOnHost = count == 1 && !_plan.UseGraphs;
        if (!worksOnHost && !_onHost.Contains(slice))
        {
            try
            {
                UploadClasses(pass, count);
                RunRecorded(pass.Kind, pass.Layer, first, count);
                return;
            }
            catch (ClassOnHostException)
            {
                _onHost.Add(slice);
            }
        }

        for (int i = 0; i < count; i++)
        {
            _workspace.Use(first + i, 1);
            Launch(pass.Kind, pass.Layer, pass.ClassOf(i), pass.Seed);
        }
    }

    private void UploadClasses(in SchedulePass pass, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _classes[2 * i] = pass.ClassOf(i);
            _classes[2 * i + 1] = BitConverter.SingleToInt32Bits(pass.Seed);
        }

        _workspace.Transfers.Upload<int>(_classes.AsSpan(0, 2 * count), _workspace.Classes);
    }

    private void RunRecorded(PassKind kind, int layer, int first, int count)
    {
        if (!_plan.UseGraphs)
        {
            Launch(kind, layer, GpuBackend.ClassOnDevice, GpuBackend.SeedOnDevice);
            return;
        }

        if (!_graphs.TryGetValue((kind, layer, first, count), out PassGraph? graph))
            _graphs[(kind, layer, first, count)] = graph = new PassGraph();
        graph.Run(_workspace.Stream, () => Launch(kind, layer, GpuBackend.ClassOnDevice, GpuBackend.SeedOnDevice));
    }

    private void Launch(PassKind kind, int layer, int @class, float seed)
    {
        switch (kind)
        {
            case PassKind.Forward:
                TNetwork.RunForward(ref _backend);
                break;
            case PassKind.Suffix:
                TNetwork.RunSuffix(ref _backend, layer);
                break;
            case PassKind.Backward:
                TNetwork.RunBackward(ref _backend, layer, @class, seed);
                break;
            case PassKind.SeededBackward:
                TNetwork.RunSeededBackward(ref _backend, layer);
                break;
            case PassKind.GradientSums:
                TNetwork.RunGradientSums(ref _backend, layer, @class, seed);
                break;
            default:
                throw new InvalidOperationException($"There is no pass {kind}.");
        }
    }

    private GpuException Describe(Exception exception) => DeviceErrors.Describe(exception, _plan.Device.Accelerator, $"a run of {TNetwork.Info.Name}");
}
