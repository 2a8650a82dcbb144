using GradCam.Explain.Maps;
using GradCam.Explain.Runs;
using GradCam.Planning;

namespace GradCam.Explain;

/// <summary>A session's explanations of its last forward pass: a layer's maps, and heatmaps made of them.</summary>
internal sealed class Explainer
{
    private readonly Executor _executor;
    private readonly ForwardRun _run;
    private readonly Seeds _seeds;
    private readonly LayerBuffers[] _layers;
    private readonly PackedMaps _maps;
    private HeatmapBuffer[] _heatmaps = [];
    private HeatmapBuffer? _fused;
    private string[] _fusedNames = [];
    private string _fusedName = "";
    private IRerun? _rerun;

    public Explainer(Executor executor, ForwardRun run)
    {
        (_executor, _run) = (executor, run);
        _seeds = new Seeds(executor.Info);
        _maps = new PackedMaps(executor.Arithmetic);
        _layers = new LayerBuffers[executor.Info.Layers.Count];
        for (int i = 0; i < _layers.Length; i++)
            _layers[i] = new LayerBuffers(executor.Info.Layers[i]);
    }

    private NetworkInfo Info => _executor.Info;

    /// <summary>Forgets the last pass.</summary>
    public void Forget()
    {
        InvalidateHeatmaps();
        foreach (LayerBuffers layer in _layers)
            layer.Invalidate();
        _rerun?.Forget();
    }

    /// <summary>Ends what methods that run the network again have: the session is disposed of.</summary>
    public void End()
    {
        InvalidateHeatmaps();
        _rerun?.Dispose();
        _rerun = null;
    }

    /// <summary>Makes all heatmaps invalid that were made so far.</summary>
    public void InvalidateHeatmaps()
    {
        foreach (HeatmapBuffer heatmap in _heatmaps)
            heatmap.Invalidate();
        _fused?.Invalidate();
    }

    /// <summary>Heatmaps of some classes, in their order.</summary>
    public HeatmapSet Explain(ReadOnlySpan<int> classIndices, LayerReference layer, CamMethod? method, bool counterfactual, ExplainOptions? options = null)
    {
        _run.RequireResult();
        int layerIndex = layer.IndexIn(Info, nameof(layer));
        foreach (int classIndex in classIndices)
            _ = new ClassReference(classIndex).IndexIn(Info, nameof(classIndices));
        RequireTail(method, layerIndex);
        InvalidateHeatmaps();
        ReserveHeatmaps(classIndices.Length);
        for (int i = 0; i < classIndices.Length; i++)
            ExplainClass(_heatmaps[i], layerIndex, classIndices[i], method ?? CamMethod.GradCam, counterfactual, options);
        Finish();
        return new HeatmapSet(_heatmaps, classIndices.Length);
    }

    /// <summary>The heatmap of a class of each sample.</summary>
    /// <param name="executor">The workspace.</param>
    /// <param name="samples">The samples from the first on.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="classIndices">The samples' classes.</param>
    /// <param name="method">The method.</param>
    /// <param name="counterfactual">Whether the gradients are negated.</param>
    /// <param name="heatmaps">Receives the samples' heatmaps.</param>
    public static void ExplainSamples(
        Executor executor, ReadOnlySpan<Explainer> samples, int layer, ReadOnlyMemory<int> classIndices, CamMethod method, bool counterfactual,
        Span<HeatmapBuffer> heatmaps)
    {
        foreach (Explainer sample in samples)
            sample.RequireTail(method, layer);
        Prepare(executor, samples, layer, classIndices, method, counterfactual);
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i].InvalidateHeatmaps();
            samples[i].ReserveHeatmaps(1);
            heatmaps[i] = samples[i]._heatmaps[0];
        }

        if (DeviceFor(executor, method) is { } device)
        {
            for (int i = 0; i < samples.Length; i++)
            {
                samples[i].DescribeClass(heatmaps[i], classIndices.Span[i], counterfactual);
                samples[i].Describe(heatmaps[i], layer, method);
            }

            Explained explained = samples[0].Of(classIndices.Span[0], layer, method, counterfactual);
            device.QueueMaps(method, samples[0].TensorsFor(layer, explained, method), first: 0, heatmaps[..samples.Length]);
            device.FetchMaps();
            return;
        }

        for (int i = 0; i < samples.Length; i++)
            samples[i].ExplainClass(heatmaps[i], layer, classIndices.Span[i], method, counterfactual);
    }

    /// <summary>Runs the slice that a method needs for a class of each sample, on all of them at once; what a sample has already is computed again.</summary>
    private static void Prepare(
        Executor executor, ReadOnlySpan<Explainer> samples, int layer, ReadOnlyMemory<int> classIndices, CamMethod method, bool counterfactual)
    {
        bool asCopy = DeviceFor(executor, method) is null;
        LayerInfo info = executor.Info.Layers[layer];
        Explained Of(int sample) => Explained.Of(classIndices.Span[sample], Factor(counterfactual), info, method);
        bool isClass = Of(0).Target is null;
        if (NeedsSumsSlice(info, Of(0), method) && !AllHave(samples, sums: true))
        {
            executor.Run(
                new SchedulePass { Kind = PassKind.GradientSums, Layer = layer, Classes = classIndices, Seed = Factor(counterfactual) }, 0, samples.Length);
            for (int i = 0; i < samples.Length; i++)
                samples[i]._layers[layer].TakeSums(executor, Of(i), i, asCopy);
        }

        if (!NeedsGradientSlice(info, Of(0), method) || AllHave(samples, sums: false))
            return;
        for (int i = 0; i < samples.Length && !isClass; i++)
        {
            samples[i]._seeds.Evaluate(Of(i).Target!, samples[i]._run);
            samples[i]._seeds.Write(executor, layer, i);
        }

        executor.Run(
            isClass
                ? new SchedulePass { Kind = PassKind.Backward, Layer = layer, Classes = classIndices, Seed = Factor(counterfactual) }
                : new SchedulePass { Kind = PassKind.SeededBackward, Layer = layer },
            0,
            samples.Length);
        for (int i = 0; i < samples.Length; i++)
            samples[i]._layers[layer].TakeGradients(executor, Of(i), i, asCopy);

        bool AllHave(ReadOnlySpan<Explainer> all, bool sums)
        {
            for (int i = 0; i < all.Length; i++)
            {
                LayerBuffers buffers = all[i]._layers[layer];
                if (!(sums ? buffers.HasSums(executor, Of(i), asCopy) : buffers.HasGradients(executor, Of(i), asCopy)))
                    return false;
            }

            return true;
        }
    }

    /// <summary>Heatmaps of some targets, in their order.</summary>
    public HeatmapSet Explain(ReadOnlySpan<Target> targets, LayerReference layer, CamMethod? method, ExplainOptions? options = null)
    {
        _run.RequireResult();
        int layerIndex = layer.IndexIn(Info, nameof(layer));
        RequireTail(method, layerIndex);
        InvalidateHeatmaps();
        ReserveHeatmaps(targets.Length);
        for (int i = 0; i < targets.Length; i++)
            ExplainTarget(_heatmaps[i], layerIndex, targets[i], method ?? CamMethod.GradCam, options);
        Finish();
        return new HeatmapSet(_heatmaps, targets.Length);
    }

    /// <summary>The heatmap of a class, or of a target, at several layers.</summary>
    public Heatmap ExplainLayers(
        int classIndex, Target? target, ReadOnlySpan<LayerReference> layers, LayerFusion fusion, CamMethod? method, bool counterfactual,
        ExplainOptions? options)
    {
        if (layers.IsEmpty)
            throw new ArgumentException("Expected at least one layer.", nameof(layers));
        if (fusion is < LayerFusion.Mean or > LayerFusion.Product)
            throw new ArgumentOutOfRangeException(nameof(fusion), fusion, "Expected Mean, Max, ScaledMax or Product.");
        foreach (LayerReference layer in layers)
            RequireTail(method, layer.IndexIn(Info, nameof(layers)));
        InvalidateHeatmaps();
        ReserveHeatmaps(layers.Length);
        for (int i = 0; i < layers.Length; i++)
        {
            int layer = layers[i].IndexIn(Info, nameof(layers));
            if (target is null)
                ExplainClass(_heatmaps[i], layer, classIndex, method ?? CamMethod.GradCam, counterfactual, options);
            else
                ExplainTarget(_heatmaps[i], layer, target, method ?? CamMethod.GradCam, options);
        }

        Finish();
        HeatmapBuffer fused = _fused ??= new HeatmapBuffer(_executor.Arithmetic);
        fused.Describe(_heatmaps[0]);
        fused.LayerName = FusedName(layers.Length);
        MapFusion.Fuse(_heatmaps.AsSpan(0, layers.Length), fusion, fused);
        fused.Normalise();
        return new Heatmap(fused);
    }

    /// <summary>y of the last forward pass.</summary>
    public double Evaluate(Target target)
    {
        _run.RequireResult();
        return _seeds.Evaluate(target, _run);
    }

    /// <summary>A layer's output.</summary>
    public FeatureMaps Activations(LayerReference layer)
    {
        _run.RequireResult();
        int index = layer.IndexIn(Info, nameof(layer));
        return new FeatureMaps(_layers[index].Activations(_executor, _run.Sample).Span, Info.Layers[index].Activation);
    }

    /// <summary>The gradient of a class's logit at a layer's output.</summary>
    public FeatureMaps Gradients(ClassReference @class, LayerReference layer, bool counterfactual)
    {
        _run.RequireResult();
        int index = layer.IndexIn(Info, nameof(layer));
        return Gradients(index, Explained.Of(@class.IndexIn(Info, nameof(@class)), Factor(counterfactual), Info.Layers[index]));
    }

    /// <summary>The gradient of a target at a layer's output.</summary>
    public FeatureMaps Gradients(Target target, LayerReference layer)
    {
        _run.RequireResult();
        int index = layer.IndexIn(Info, nameof(layer));
        return Gradients(index, Explained.Of(target, Info, Info.Layers[index]));
    }

    private static float Factor(bool counterfactual) => counterfactual ? -1 : 1;

    private FeatureMaps Gradients(int layer, Explained explained) =>
        new(_layers[layer].Gradients(_executor, layer, explained, _seeds, _run).Span, Info.Layers[layer].Activation);

    private void ExplainTarget(HeatmapBuffer heatmap, int layer, Target target, CamMethod method, ExplainOptions? options)
    {
        heatmap.ClassIndex = -1;
        heatmap.ClassName = "";
        heatmap.IsCounterfactual = false;
        heatmap.Target = target;
        Compute(heatmap, layer, Explained.Of(target, Info, Info.Layers[layer]), method, options);
    }

    private void ExplainClass(HeatmapBuffer heatmap, int layer, int classIndex, CamMethod method, bool counterfactual, ExplainOptions? options = null)
    {
        DescribeClass(heatmap, classIndex, counterfactual);
        Compute(heatmap, layer, Of(classIndex, layer, method, counterfactual), method, options);
    }

    private Explained Of(int classIndex, int layer, CamMethod method, bool counterfactual) =>
        Explained.Of(classIndex, Factor(counterfactual), Info.Layers[layer], method);

    private void DescribeClass(HeatmapBuffer heatmap, int classIndex, bool counterfactual)
    {
        heatmap.ClassIndex = classIndex;
        heatmap.ClassName = classIndex < Info.Labels.Count ? Info.Labels[classIndex] : "";
        heatmap.IsCounterfactual = counterfactual;
        heatmap.Target = null;
    }

    private void Describe(HeatmapBuffer heatmap, int layer, CamMethod method)
    {
        LayerInfo info = Info.Layers[layer];
        heatmap.Resize(info.Activation.Width, info.Activation.Height);
        heatmap.LayerName = info.Name;
        heatmap.Method = method;
        heatmap.Region = _run.Region;
    }

    private void Compute(HeatmapBuffer heatmap, int layer, in Explained explained, CamMethod method, ExplainOptions? options)
    {
        LayerInfo info = Info.Layers[layer];
        LayerBuffers buffers = _layers[layer];
        Describe(heatmap, layer, method);
        if (method.Reruns)
        {
            _rerun ??= method.CreateRerun(_executor, _run);
            _rerun.Compute(method, buffers, layer, explained, heatmap.RawMemory, options ?? ExplainOptions.Default);
            heatmap.Normalise();
            return;
        }

        if (DeviceFor(_executor, method) is { } device)
        {
            RunSlice(layer, explained, method);
            device.QueueMaps(method, TensorsFor(layer, explained, method), _run.Sample, new ReadOnlySpan<HeatmapBuffer>(in heatmap));
            return;
        }

        ReadOnlyMemory<float> activations = buffers.Activations(_executor, _run.Sample);
        ReadOnlyMemory<float> gradients = default;
        ReadOnlyMemory<float> sums = default;
        if (NeedsSumsSlice(info, explained, method))
            sums = buffers.GradientSums(_executor, layer, explained, _run.Sample);
        if (NeedsGradientSlice(info, explained, method))
            gradients = buffers.Gradients(_executor, layer, explained, _seeds, _run);
        _maps.Begin(activations, gradients, sums, heatmap.RawMemory);
        method.Compute(_maps);
        heatmap.Normalise();
    }

    /// <summary>What makes a method's maps where the workspace is; null where that is the host.</summary>
    private static IResultExecutor? DeviceFor(Executor executor, CamMethod method) =>
        executor is IResultExecutor device && !method.Reruns && device.Makes(method) ? device : null;

    /// <summary>Runs the slice that a method's maps are made of on a device.</summary>
    private void RunSlice(int layer, in Explained explained, CamMethod method)
    {
        if (NeedsGradientSlice(Info.Layers[layer], explained, method))
            _layers[layer].RunGradients(_executor, layer, explained, _seeds, _run);
        else if (NeedsSumsSlice(Info.Layers[layer], explained, method))
            _layers[layer].RunGradientSums(_executor, layer, explained, _run.Sample);
    }

    /// <summary>What it leaves: where there are gradients, the sums are made of them.</summary>
    private LayerTensors TensorsFor(int layer, in Explained explained, CamMethod method)
    {
        LayerInfo info = Info.Layers[layer];
        if (NeedsGradientSlice(info, explained, method))
            return new LayerTensors(info.Activation, _layers[layer].GradientTensor(explained), default);
        return new LayerTensors(info.Activation, default, NeedsSumsSlice(info, explained, method) ? info.GradientSums : default);
    }

    /// <summary>Waits for what a device makes.</summary>
    private void Finish() => (_executor as IResultExecutor)?.FetchMaps();

    /// <summary>Where a layer has no shorter way to the sums, they are those of the gradients.</summary>
    private static bool NeedsSumsSlice(LayerInfo layer, in Explained explained, CamMethod method) =>
        (method.Needs & MethodNeeds.GradientSums) != 0 && !layer.GradientSums.IsEmpty && explained.Target is null;

    private static bool NeedsGradientSlice(LayerInfo layer, in Explained explained, CamMethod method) =>
        (method.Needs & MethodNeeds.Gradients) != 0
        || ((method.Needs & MethodNeeds.GradientSums) != 0 && !NeedsSumsSlice(layer, explained, method));

    private void RequireTail(CamMethod? method, int layer)
    {
        MethodNeeds needs = method?.Needs ?? MethodNeeds.None;
        if ((needs & (MethodNeeds.PooledLinearHead | MethodNeeds.PiecewiseLinearTail)) == 0)
            return;
        LayerTail tail = _layers[layer].Tail(_executor, layer);
        if ((needs & MethodNeeds.PooledLinearHead) != 0 && tail < LayerTail.PooledLinear)
        {
            throw new NotSupportedException(
                $"{method} at {Info.Name}'s layer '{Info.Layers[layer].Name}': nothing but global average pooling and linear layers may follow it. " +
                "Grad-CAM is the same map there, and goes behind any other end.");
        }

        if ((needs & MethodNeeds.PiecewiseLinearTail) != 0 && tail < LayerTail.PiecewiseLinear)
        {
            throw new NotSupportedException(
                $"{method} at {Info.Name}'s layer '{Info.Layers[layer].Name}': a smooth activation, a product or a normalisation follows it, of which the " +
                "second derivative is not known. Take a later layer.");
        }
    }

    /// <summary>"layer2 + layer3"; made anew only for other layers than last time.</summary>
    private string FusedName(int count)
    {
        bool isSame = _fusedNames.Length == count;
        for (int i = 0; i < count && isSame; i++)
            isSame = ReferenceEquals(_fusedNames[i], _heatmaps[i].LayerName);
        if (!isSame)
        {
            _fusedNames = [.. _heatmaps.Take(count).Select(heatmap => heatmap.LayerName)];
            _fusedName = string.Join(" + ", _fusedNames);
        }

        return _fusedName;
    }

    private void ReserveHeatmaps(int count)
    {
        int old = _heatmaps.Length;
        if (old >= count)
            return;
        Array.Resize(ref _heatmaps, count);
        for (int i = old; i < count; i++)
            _heatmaps[i] = new HeatmapBuffer(_executor.Arithmetic);
    }
}
