using GradCam.Explain.Maps;

namespace GradCam.Explain;

/// <summary>A session's explanations of its last forward pass: a layer's maps, and heatmaps made of them.</summary>
internal sealed class Explainer
{
    private readonly Executor _executor;
    private readonly ForwardRun _run;
    private readonly Seeds _seeds;
    private readonly LayerBuffers[] _layers;
    private readonly PackedMaps _maps = new();
    private HeatmapBuffer[] _heatmaps = [];

    public Explainer(Executor executor, ForwardRun run)
    {
        (_executor, _run) = (executor, run);
        _seeds = new Seeds(executor.Info);
        _layers = [.. executor.Info.Layers.Select(layer => new LayerBuffers(layer))];
    }

    private NetworkInfo Info => _executor.Info;

    /// <summary>Forgets the last pass.</summary>
    public void Forget()
    {
        InvalidateHeatmaps();
        foreach (LayerBuffers layer in _layers)
            layer.Invalidate();
    }

    /// <summary>Makes all heatmaps invalid that were made so far.</summary>
    public void InvalidateHeatmaps()
    {
        foreach (HeatmapBuffer heatmap in _heatmaps)
            heatmap.Invalidate();
    }

    /// <summary>Heatmaps of some classes, in their order.</summary>
    public HeatmapSet Explain(ReadOnlySpan<int> classIndices, LayerReference layer, CamMethod? method, bool counterfactual)
    {
        _run.RequireResult();
        int layerIndex = layer.IndexIn(Info, nameof(layer));
        foreach (int classIndex in classIndices)
            _ = new ClassReference(classIndex).IndexIn(Info, nameof(classIndices));
        InvalidateHeatmaps();
        ReserveHeatmaps(classIndices.Length);
        for (int i = 0; i < classIndices.Length; i++)
            ExplainClass(_heatmaps[i], layerIndex, classIndices[i], method ?? CamMethod.GradCam, counterfactual);
        return new HeatmapSet(_heatmaps, classIndices.Length);
    }

    /// <summary>The heatmap of a class, where <see cref="Prepare"/> has run the slices that it needs.</summary>
    public HeatmapBuffer ExplainOne(int layer, int classIndex, CamMethod method, bool counterfactual)
    {
        InvalidateHeatmaps();
        ReserveHeatmaps(1);
        ExplainClass(_heatmaps[0], layer, classIndex, method, counterfactual);
        return _heatmaps[0];
    }

    /// <summary>Runs the slice that a method needs for a class of each sample, on all of them at once; what a sample has already is computed again.</summary>
    public static void Prepare(
        Executor executor, ReadOnlySpan<Explainer> samples, int layer, ReadOnlyMemory<int> classIndices, CamMethod method, bool counterfactual)
    {
        LayerInfo info = executor.Info.Layers[layer];
        Explained Of(int sample) => Explained.Of(classIndices.Span[sample], Factor(counterfactual), info);
        bool isClass = Of(0).Target is null;
        if (NeedsSumsSlice(info, Of(0), method) && !AllHold(samples, static (buffers, explained) => buffers.HoldsSums(explained)))
        {
            executor.Run(new SchedulePass { Kind = PassKind.GradientSums, Layer = layer, Classes = classIndices, Seed = Factor(counterfactual) }, 0, samples.Length);
            for (int i = 0; i < samples.Length; i++)
                samples[i]._layers[layer].TakeSums(executor, Of(i), i);
        }

        if (!NeedsGradientSlice(info, Of(0), method) || AllHold(samples, static (buffers, explained) => buffers.HoldsGradients(explained)))
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
            samples[i]._layers[layer].TakeGradients(executor, Of(i), i);

        bool AllHold(ReadOnlySpan<Explainer> all, Func<LayerBuffers, Explained, bool> holds)
        {
            for (int i = 0; i < all.Length; i++)
            {
                if (!holds(all[i]._layers[layer], Of(i)))
                    return false;
            }

            return true;
        }
    }

    /// <summary>Heatmaps of some targets, in their order.</summary>
    public HeatmapSet Explain(ReadOnlySpan<Target> targets, LayerReference layer, CamMethod? method)
    {
        _run.RequireResult();
        int layerIndex = layer.IndexIn(Info, nameof(layer));
        InvalidateHeatmaps();
        ReserveHeatmaps(targets.Length);
        for (int i = 0; i < targets.Length; i++)
        {
            HeatmapBuffer heatmap = _heatmaps[i];
            heatmap.ClassIndex = -1;
            heatmap.ClassName = "";
            heatmap.IsCounterfactual = false;
            heatmap.Target = targets[i];
            Compute(heatmap, layerIndex, Explained.Of(targets[i], Info, Info.Layers[layerIndex]), method ?? CamMethod.GradCam);
        }

        return new HeatmapSet(_heatmaps, targets.Length);
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

    private void ExplainClass(HeatmapBuffer heatmap, int layer, int classIndex, CamMethod method, bool counterfactual)
    {
        heatmap.ClassIndex = classIndex;
        heatmap.ClassName = classIndex < Info.Labels.Count ? Info.Labels[classIndex] : "";
        heatmap.IsCounterfactual = counterfactual;
        heatmap.Target = null;
        Compute(heatmap, layer, Explained.Of(classIndex, Factor(counterfactual), Info.Layers[layer]), method);
    }

    private void Compute(HeatmapBuffer heatmap, int layer, in Explained explained, CamMethod method)
    {
        LayerInfo info = Info.Layers[layer];
        LayerBuffers buffers = _layers[layer];
        heatmap.Resize(info.Activation.Width, info.Activation.Height);
        heatmap.LayerName = info.Name;
        heatmap.Method = method;
        heatmap.Region = _run.Region;

        // Grad-CAM's weights are the host's; where maps are computed on a device, the activations stay there.
        var device = ReferenceEquals(method, CamMethod.GradCam) ? _executor as IMapExecutor : null;
        ReadOnlyMemory<float> activations = device is null ? buffers.Activations(_executor, _run.Sample) : default;
        ReadOnlyMemory<float> gradients = default;
        ReadOnlyMemory<float> sums = default;
        if (NeedsSumsSlice(info, explained, method))
            sums = buffers.GradientSums(_executor, layer, explained, _run.Sample);
        if (NeedsGradientSlice(info, explained, method))
            gradients = buffers.Gradients(_executor, layer, explained, _seeds, _run);
        if (device is null)
            _maps.Begin(activations, gradients, sums, heatmap.RawMemory);
        else
            _maps.Begin(device, _run.Sample, info.Activation, gradients, sums, heatmap.RawMemory);
        method.Compute(_maps);
        heatmap.Normalise();
    }

    /// <summary>Where a layer has no shorter way to the sums, they are those of the gradients.</summary>
    private static bool NeedsSumsSlice(LayerInfo layer, in Explained explained, CamMethod method) =>
        (method.Needs & MethodNeeds.GradientSums) != 0 && !layer.GradientSums.IsEmpty && explained.Target is null;

    private static bool NeedsGradientSlice(LayerInfo layer, in Explained explained, CamMethod method) =>
        (method.Needs & MethodNeeds.Gradients) != 0
        || ((method.Needs & MethodNeeds.GradientSums) != 0 && !NeedsSumsSlice(layer, explained, method));

    private void ReserveHeatmaps(int count)
    {
        int old = _heatmaps.Length;
        if (old >= count)
            return;
        Array.Resize(ref _heatmaps, count);
        for (int i = old; i < count; i++)
            _heatmaps[i] = new HeatmapBuffer();
    }
}
