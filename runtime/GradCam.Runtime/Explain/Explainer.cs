using GradCam.Explain.Maps;
using GradCam.Planning;

namespace GradCam.Explain;

/// <summary>A session's explanations of its last forward pass: a layer's maps, and heatmaps made of them.</summary>
internal sealed class Explainer
{
    private readonly Executor _executor;
    private readonly ForwardRun _run;
    private readonly LayerBuffers[] _layers;
    private readonly PackedMaps _maps = new();
    private HeatmapBuffer[] _heatmaps = [];

    public Explainer(Executor executor, ForwardRun run)
    {
        (_executor, _run) = (executor, run);
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
        RequireHead(method, layerIndex);
        InvalidateHeatmaps();
        ReserveHeatmaps(classIndices.Length);
        for (int i = 0; i < classIndices.Length; i++)
            Compute(_heatmaps[i], layerIndex, classIndices[i], method ?? CamMethod.GradCam, counterfactual);
        return new HeatmapSet(_heatmaps, classIndices.Length);
    }

    /// <summary>A layer's output.</summary>
    public FeatureMaps Activations(LayerReference layer)
    {
        _run.RequireResult();
        int index = layer.IndexIn(Info, nameof(layer));
        return new FeatureMaps(_layers[index].Activations(_executor).Span, Info.Layers[index].Activation);
    }

    /// <summary>The gradient of a class's logit at a layer's output.</summary>
    public FeatureMaps Gradients(ClassReference @class, LayerReference layer, bool counterfactual)
    {
        _run.RequireResult();
        int index = layer.IndexIn(Info, nameof(layer));
        int classIndex = @class.IndexIn(Info, nameof(@class));
        return new FeatureMaps(_layers[index].Gradients(_executor, index, classIndex, Seed(counterfactual)).Span, Info.Layers[index].Gradient);
    }

    private static float Seed(bool counterfactual) => counterfactual ? -1 : 1;

    private void Compute(HeatmapBuffer heatmap, int layer, int classIndex, CamMethod method, bool counterfactual)
    {
        LayerInfo info = Info.Layers[layer];
        LayerBuffers buffers = _layers[layer];
        heatmap.Resize(info.Activation.Width, info.Activation.Height);
        heatmap.LayerName = info.Name;
        heatmap.ClassIndex = classIndex;
        heatmap.ClassName = classIndex < Info.Labels.Count ? Info.Labels[classIndex] : "";
        heatmap.Method = method;
        heatmap.IsCounterfactual = counterfactual;
        heatmap.Region = _run.Region;

        ReadOnlyMemory<float> activations = buffers.Activations(_executor);
        ReadOnlyMemory<float> gradients = default;
        ReadOnlyMemory<float> sums = default;
        // Where a layer has no shorter way to the sums, they are those of the gradients.
        bool needsSums = (method.Needs & MethodNeeds.GradientSums) != 0;
        bool hasSums = !info.GradientSums.IsEmpty;
        if (needsSums && hasSums)
            sums = buffers.GradientSums(_executor, layer, classIndex, Seed(counterfactual));
        if ((method.Needs & MethodNeeds.Gradients) != 0 || (needsSums && !hasSums))
            gradients = buffers.Gradients(_executor, layer, classIndex, Seed(counterfactual));
        _maps.Begin(activations, gradients, sums, heatmap.RawMemory);
        method.Compute(_maps);
        heatmap.Normalise();
    }

    private void RequireHead(CamMethod? method, int layer)
    {
        if (method is null || (method.Needs & MethodNeeds.PooledLinearHead) == 0 || _layers[layer].Tail(_executor, layer) == LayerTail.PooledLinear)
            return;
        throw new NotSupportedException(
            $"{method} at {Info.Name}'s layer '{Info.Layers[layer].Name}': nothing but global average pooling and linear layers may follow it. " +
            "Grad-CAM is the same map there, and goes behind any other end.");
    }

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
