using System.Diagnostics;
using System.Runtime.CompilerServices;
using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Maps;

namespace GradCam;

/// <summary>
/// A workspace in which a network runs and is explained, with classes and layers by name or index: what tools and servers take that hold any network. The
/// generated <c>Session</c> is one, and adds the typed <c>GradCam</c>. One thread at a time; for several threads make several sessions of one network. After
/// the first call of a kind, forward passes and methods of a single pass allocate nothing.
/// </summary>
/// <remarks>
/// A call while another thread is in one is an <see cref="InvalidOperationException"/>, and one after <see cref="Dispose()"/>, or after the network's, an
/// <see cref="ObjectDisposedException"/>. What is disposed of during a call on another thread is freed when that call ends. Logits, probabilities, outputs and
/// region are properties although they throw before the first forward pass: they are views of what the last one left, and cost nothing to read again.
/// </remarks>
[DebuggerDisplay("session of {Info.Name,nq}")]
public class NetworkSession : IDisposable
{
    private readonly Executor _executor;
    private readonly Sample[] _samples;
    private HeatmapBuffer[] _ofSamples = [];
    private int[] _classes = [];
    private int _sample;
    private readonly InputExplainer?[] _inputs;

    /// <summary>Makes a session over a workspace.</summary>
    /// <param name="executor">The workspace; disposed with the session.</param>
    public NetworkSession(Executor executor)
    {
        ArgumentNullException.ThrowIfNull(executor);
        _executor = executor;
        _inputs = new InputExplainer?[executor.Info.Inputs.Count];
        _samples = new Sample[executor.Batch];
        for (int i = 0; i < _samples.Length; i++)
            _samples[i] = new Sample(executor, i);
        executor.Ended = () =>
        {
            foreach (Sample sample in _samples)
                sample.Explainer.End();
            InvalidateAttributions();
        };
    }

    /// <summary>The network's description: shapes, compiled layers, labels, preprocessing.</summary>
    public NetworkInfo Info => _executor.Info;

    /// <summary>Samples that run together at most, as <c>CreateSession(batch: …)</c> says; 1 by default.</summary>
    public int Batch => _samples.Length;

    /// <summary>
    /// The sample whose results all other members give and explain: 0 after a forward pass. Where it is set, heatmaps of the sample before stay valid.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public int Sample
    {
        get => _sample;
        set
        {
            using Executor.Use use = Enter();
            CheckSample(value, nameof(value));
            _sample = value;
        }
    }

    /// <summary>The last forward pass's logits, one a class; of a map [height, width, classes]. Valid until the next forward pass.</summary>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public ReadOnlySpan<float> Logits => GetOutput(0).Values;

    /// <summary>
    /// The probabilities of the last forward pass; valid until the next one. As the network's end says (<see cref="OutputInfo.Head"/>): the softmax of the
    /// logits, or the sigmoid of each; without a word the softmax of several and the sigmoid of one. A logit that is NaN or infinite makes all of a softmax
    /// NaN, of sigmoids its own. Of a map, at each pixel. They mean nothing where the output is a quantity and no class (a regression): read
    /// <see cref="Logits"/> then.
    /// </summary>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public ReadOnlySpan<float> Probabilities => GetProbabilities(0);

    /// <summary>All outputs of the last forward pass.</summary>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public NetworkOutputs Outputs
    {
        get
        {
            using Executor.Use use = Enter();
            Current.Run.RequireResult();
            return new NetworkOutputs(this);
        }
    }

    /// <summary>The part of the last photo that the network saw.</summary>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public PhotoRegion Region
    {
        get
        {
            using Executor.Use use = Enter();
            return Current.Run.Region;
        }
    }

    /// <summary>Runs the network on a photo of any size, preprocessed as its spec says.</summary>
    /// <param name="image">The photo.</param>
    /// <returns>The logits, valid until the next forward pass.</returns>
    /// <exception cref="ArgumentException">The photo is empty.</exception>
    /// <exception cref="InvalidOperationException">The network's input has neither one nor three channels.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public ReadOnlySpan<float> Forward(in ImageView image)
    {
        using Executor.Use use = Enter();
        Run(image);
        return Logits;
    }

    /// <summary>Runs the network on a prepared input: already resized and normalised.</summary>
    /// <param name="tensor">As many floats as the input has.</param>
    /// <param name="layout">The order of the floats.</param>
    /// <returns>The logits, valid until the next forward pass.</returns>
    /// <exception cref="ArgumentException">The tensor has not the input's length.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public ReadOnlySpan<float> Forward(ReadOnlySpan<float> tensor, TensorLayout layout)
    {
        using Executor.Use use = Enter();
        Run(tensor, layout);
        return Logits;
    }

    /// <summary>Sets an input from a photo of any size, preprocessed as the spec says, for <see cref="Forward()"/>.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="input">Index into <see cref="NetworkInfo.Inputs"/>.</param>
    /// <param name="sample">The sample.</param>
    /// <exception cref="ArgumentException">The photo is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input or sample.</exception>
    /// <exception cref="InvalidOperationException">The input has neither one nor three channels.</exception>
    public void SetInput(in ImageView image, int input = 0, int sample = 0)
    {
        using Executor.Use use = Enter();
        CheckSample(sample, nameof(sample));
        Forget();
        _samples[sample].Run.Set(input, image);
    }

    /// <summary>Sets an input that is prepared, for <see cref="Forward()"/>.</summary>
    /// <param name="tensor">As many floats as the input has.</param>
    /// <param name="layout">The order of the floats.</param>
    /// <param name="input">Index into <see cref="NetworkInfo.Inputs"/>.</param>
    /// <param name="sample">The sample.</param>
    /// <exception cref="ArgumentException">The tensor has not the input's length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input or sample.</exception>
    public void SetInput(ReadOnlySpan<float> tensor, TensorLayout layout, int input = 0, int sample = 0)
    {
        using Executor.Use use = Enter();
        CheckSample(sample, nameof(sample));
        Forget();
        _samples[sample].Run.Set(input, tensor, layout);
    }

    /// <summary>Runs the network on what <see cref="SetInput(in ImageView, int, int)"/> has set: the samples from 0 on whose inputs are all set.</summary>
    /// <returns>The first sample's logits, valid until the next forward pass; <see cref="Sample"/> gives the others'.</returns>
    /// <exception cref="InvalidOperationException">An input is not set, or a sample before one that is.</exception>
    public ReadOnlySpan<float> Forward()
    {
        using Executor.Use use = Enter();
        Run();
        return Logits;
    }

    /// <summary>
    /// Finds the largest logit of the last forward pass; NaN never wins, and of equals the first one does. Of a single logit it is 0 whatever the network
    /// saw: read <see cref="Probabilities"/>. Where classes stand on their own (<see cref="OutputHead.Sigmoid"/>) several may be above 0.5, or none.
    /// </summary>
    /// <returns>The class's index.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public int GetBestIndex()
    {
        using Executor.Use use = Enter();
        return Current.Predictions.BestIndex();
    }

    /// <summary>
    /// Finds the most probable classes of the last forward pass, the best one first; of equals the one of the lower index. Where classes stand on their own
    /// (<see cref="OutputHead.Sigmoid"/>), so do their probabilities: look which are above 0.5.
    /// </summary>
    /// <param name="destination">Filled as far as there are classes.</param>
    /// <returns>The number of predictions written.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public int GetTop(Span<Prediction> destination)
    {
        using Executor.Use use = Enter();
        return Current.Predictions.Top(destination);
    }

    /// <summary>Finds the most probable classes, as <see cref="GetTop(Span{Prediction})"/>, which allocates nothing.</summary>
    /// <param name="count">How many are wanted.</param>
    /// <returns>As many, or as there are classes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public Prediction[] GetTop(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var top = new Prediction[Math.Min(count, Info.Logits.Channels)];
        GetTop(top);
        return top;
    }

    /// <summary>Explains a class of a photo: forward pass and heatmap.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="class">The class: its name or index.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <param name="method">The formula; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="counterfactual">True to negate the gradient: what speaks against the class (Selvaraju et al. 2017, section 7).</param>
    /// <returns>The heatmap, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="ArgumentException">There is no such class or layer.</exception>
    /// <exception cref="NotSupportedException">The method needs what the network was not compiled for, or what its end does not allow.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Heatmap Explain(in ImageView image, ClassReference @class, LayerReference layer = default, CamMethod? method = null, bool counterfactual = false)
    {
        using Executor.Use use = Enter();
        Run(image);
        return Explain(@class, layer, method, counterfactual);
    }

    /// <summary>Explains a class of a prepared input: forward pass and heatmap.</summary>
    /// <param name="tensor">As many floats as the input has.</param>
    /// <param name="layout">The order of the floats.</param>
    /// <param name="class">The class: its name or index.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <param name="method">The formula; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="counterfactual">True to negate the gradient.</param>
    /// <returns>The heatmap, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="ArgumentException">There is no such class or layer, or the tensor has not the input's length.</exception>
    /// <exception cref="NotSupportedException">The method needs what the network was not compiled for, or what its end does not allow.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Heatmap Explain(
        ReadOnlySpan<float> tensor, TensorLayout layout, ClassReference @class, LayerReference layer = default, CamMethod? method = null,
        bool counterfactual = false)
    {
        using Executor.Use use = Enter();
        Run(tensor, layout);
        return Explain(@class, layer, method, counterfactual);
    }

    /// <summary>Explains several classes of a photo: forward pass and heatmaps.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="classIndices">The classes.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <param name="method">The formula; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="counterfactual">True to negate the gradients.</param>
    /// <returns>The heatmaps in the classes' order, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="ArgumentException">There is no such class or layer.</exception>
    /// <exception cref="NotSupportedException">The method needs what the network was not compiled for, or what its end does not allow.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public HeatmapSet Explain(
        in ImageView image, ReadOnlySpan<int> classIndices, LayerReference layer = default, CamMethod? method = null, bool counterfactual = false)
    {
        using Executor.Use use = Enter();
        Run(image);
        return Explain(classIndices, layer, method, counterfactual);
    }

    /// <summary>Explains a class after the last forward pass.</summary>
    /// <param name="class">The class: its name or index.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <param name="method">The formula; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="counterfactual">True to negate the gradient: what speaks against the class (Selvaraju et al. 2017, section 7).</param>
    /// <param name="options">Progress, cancellation and seed, for methods that run the network again; null for none.</param>
    /// <returns>The heatmap, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentException">There is no such class or layer.</exception>
    /// <exception cref="NotSupportedException">The method needs what the network was not compiled for, or what its end does not allow.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Heatmap Explain(
        ClassReference @class, LayerReference layer = default, CamMethod? method = null, bool counterfactual = false, ExplainOptions? options = null)
    {
        using Executor.Use use = Enter();
        Current.Run.RequireResult();
        int classIndex = @class.IndexIn(Info, nameof(@class));
        return Current.Explainer.Explain(new ReadOnlySpan<int>(in classIndex), layer, method, counterfactual, options)[0];
    }

    /// <summary>Explains several classes after one forward pass.</summary>
    /// <param name="classIndices">The classes.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <param name="method">The formula; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="counterfactual">True to negate the gradients.</param>
    /// <param name="options">Progress, cancellation and seed, for methods that run the network again; null for none.</param>
    /// <returns>The heatmaps in the classes' order, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentException">There is no such class or layer.</exception>
    /// <exception cref="NotSupportedException">The method needs what the network was not compiled for, or what its end does not allow.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public HeatmapSet Explain(
        ReadOnlySpan<int> classIndices, LayerReference layer = default, CamMethod? method = null, bool counterfactual = false, ExplainOptions? options = null)
    {
        using Executor.Use use = Enter();
        return Current.Explainer.Explain(classIndices, layer, method, counterfactual, options);
    }

    /// <summary>Explains a target of a photo: forward pass and heatmap.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="target">What is explained.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <param name="method">The formula; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <returns>The heatmap, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="ArgumentException">There is no such layer, or the target does not fit the network or the layer.</exception>
    /// <exception cref="NotSupportedException">The method needs what the network was not compiled for, or what its end does not allow.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Heatmap Explain(in ImageView image, Target target, LayerReference layer = default, CamMethod? method = null)
    {
        using Executor.Use use = Enter();
        Run(image);
        return Explain(target, layer, method);
    }

    /// <summary>Explains a target after the last forward pass.</summary>
    /// <param name="target">What is explained.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <param name="method">The formula; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="options">Progress, cancellation and seed, for methods that run the network again; null for none.</param>
    /// <returns>The heatmap, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentException">There is no such layer, or the target does not fit the network or the layer.</exception>
    /// <exception cref="NotSupportedException">The method needs what the network was not compiled for, or what its end does not allow.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Heatmap Explain(Target target, LayerReference layer = default, CamMethod? method = null, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Explain(new ReadOnlySpan<Target>(in target), layer, method, options)[0];
    }

    /// <summary>Explains several targets after one forward pass.</summary>
    /// <param name="targets">What is explained.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <param name="method">The formula; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="options">Progress, cancellation and seed, for methods that run the network again; null for none.</param>
    /// <returns>The heatmaps in the targets' order, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentException">There is no such layer, or a target does not fit the network or the layer.</exception>
    /// <exception cref="NotSupportedException">The method needs what the network was not compiled for, or what its end does not allow.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    [OverloadResolutionPriority(-1)]
    public HeatmapSet Explain(ReadOnlySpan<Target> targets, LayerReference layer = default, CamMethod? method = null, ExplainOptions? options = null)
    {
        using Executor.Use use = Enter();
        return Current.Explainer.Explain(targets, layer, method, options);
    }

    /// <summary>Explains a class after the last forward pass at several layers, whose maps become one of the largest layer's size.</summary>
    /// <param name="class">The class: its name or index.</param>
    /// <param name="layers">The layers, at least one: their names or indices.</param>
    /// <param name="fusion">How the maps become one.</param>
    /// <param name="method">The formula of each layer's map; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="counterfactual">True to negate the gradients.</param>
    /// <param name="options">Progress, cancellation and seed, for methods that run the network again; null for none.</param>
    /// <returns>The heatmap, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentException">There is no such class, or no layer or none of that name.</exception>
    /// <exception cref="NotSupportedException">The method needs what the network was not compiled for, or what its end does not allow.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Heatmap ExplainLayers(
        ClassReference @class, ReadOnlySpan<LayerReference> layers, LayerFusion fusion = LayerFusion.Mean, CamMethod? method = null,
        bool counterfactual = false, ExplainOptions? options = null)
    {
        using Executor.Use use = Enter();
        Current.Run.RequireResult();
        return Current.Explainer.ExplainLayers(@class.IndexIn(Info, nameof(@class)), null, layers, fusion, method, counterfactual, options);
    }

    /// <summary>Explains a target after the last forward pass at several layers, whose maps become one of the largest layer's size.</summary>
    /// <param name="target">What is explained.</param>
    /// <param name="layers">The layers, at least one: their names or indices.</param>
    /// <param name="fusion">How the maps become one.</param>
    /// <param name="method">The formula of each layer's map; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="options">Progress, cancellation and seed, for methods that run the network again; null for none.</param>
    /// <returns>The heatmap, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentException">There is no layer or none of that name, or the target does not fit the network or a layer.</exception>
    /// <exception cref="NotSupportedException">The method needs what the network was not compiled for, or what its end does not allow.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Heatmap ExplainLayers(
        Target target, ReadOnlySpan<LayerReference> layers, LayerFusion fusion = LayerFusion.Mean, CamMethod? method = null, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        using Executor.Use use = Enter();
        Current.Run.RequireResult();
        return Current.Explainer.ExplainLayers(-1, target, layers, fusion, method, counterfactual: false, options);
    }

    /// <summary>Explains a class of each of several samples after one forward pass, on all cores at once.</summary>
    /// <param name="classIndices">The class of sample 0, of sample 1 and so on.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <param name="method">The formula; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="counterfactual">True to negate the gradients.</param>
    /// <returns>The heatmaps in the samples' order, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass of so many samples.</exception>
    /// <exception cref="ArgumentException">There is no such class, layer or sample.</exception>
    /// <exception cref="NotSupportedException">The method needs what the network was not compiled for, or what its end does not allow.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public HeatmapSet ExplainSamples(ReadOnlySpan<int> classIndices, LayerReference layer = default, CamMethod? method = null, bool counterfactual = false)
    {
        using Executor.Use use = Enter();
        int count = classIndices.Length;
        if (count == 0)
            return default;
        CheckSample(count - 1, nameof(classIndices));
        int layerIndex = layer.IndexIn(Info, nameof(layer));
        if (_ofSamples.Length == 0)
            (_ofSamples, _classes) = (new HeatmapBuffer[Batch], new int[Batch]);
        var explainers = new Explainer[count];
        for (int i = 0; i < count; i++)
        {
            _samples[i].Run.RequireResult();
            _classes[i] = new ClassReference(classIndices[i]).IndexIn(Info, nameof(classIndices));
            explainers[i] = _samples[i].Explainer;
        }

        method ??= CamMethod.GradCam;
        Explainer.ExplainSamples(_executor, explainers, layerIndex, _classes.AsMemory(0, count), method, counterfactual, _ofSamples);
        return new HeatmapSet(_ofSamples, count);
    }

    /// <summary>Computes a target's number of the last forward pass.</summary>
    /// <param name="target">The target.</param>
    /// <returns>y.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentException">The target does not fit the network.</exception>
    public double Evaluate(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        using Executor.Use use = Enter();
        return Current.Explainer.Evaluate(target);
    }

    /// <summary>Gives the gradients of a target with respect to a layer's output.</summary>
    /// <param name="target">The target.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <returns>The maps, valid until the next forward pass, or until gradients at this layer are computed of something else.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentException">There is no such layer, or the target does not fit the network or the layer.</exception>
    public FeatureMaps GetGradients(Target target, LayerReference layer = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        using Executor.Use use = Enter();
        return Current.Explainer.Gradients(target, layer);
    }

    /// <summary>Gives a layer's output in the last forward pass: what a heatmap is made of.</summary>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <returns>The maps, valid until the next forward pass.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentException">There is no such layer.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public FeatureMaps GetActivations(LayerReference layer = default)
    {
        using Executor.Use use = Enter();
        return Current.Explainer.Activations(layer);
    }

    /// <summary>Gives the gradients of a class's logit with respect to a layer's output.</summary>
    /// <param name="class">The class: its name or index.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <param name="counterfactual">True to negate them.</param>
    /// <returns>The maps, valid until the next forward pass, or until gradients at this layer are computed for another class.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentException">There is no such class or layer.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public FeatureMaps GetGradients(ClassReference @class, LayerReference layer = default, bool counterfactual = false)
    {
        using Executor.Use use = Enter();
        return Current.Explainer.Gradients(@class, layer, counterfactual);
    }

    /// <summary>
    /// Attributes a class's score to the pixels of a photo. Afterwards the session's results are the photo's, as after <see cref="Forward(in ImageView)"/>.
    /// </summary>
    /// <param name="image">The photo.</param>
    /// <param name="class">The class: its name or index.</param>
    /// <param name="method">The method.</param>
    /// <param name="options">Progress, cancellation and seed, for methods of many passes.</param>
    /// <returns>The attribution, valid until the session's next call that runs forward or attributes.</returns>
    /// <exception cref="ArgumentException">There is no such class, or the photo is empty.</exception>
    /// <exception cref="NotSupportedException">The method needs the input's gradient, and the network was not compiled with it.</exception>
    /// <exception cref="InvalidOperationException">There are several inputs.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the session has no results then.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Attribution Attribute(in ImageView image, ClassReference @class, InputMethod method, ExplainOptions? options = null)
    {
        using Executor.Use use = Enter();
        return BeginAttribution().Explain(image, @class, null, method, options);
    }

    /// <summary>
    /// Attributes a target's number to the pixels of a photo, as <see cref="Attribute(in ImageView, ClassReference, InputMethod, ExplainOptions?)"/>.
    /// </summary>
    /// <param name="image">The photo.</param>
    /// <param name="target">What is explained.</param>
    /// <param name="method">The method.</param>
    /// <param name="options">Progress, cancellation and seed, for methods of many passes.</param>
    /// <returns>The attribution, valid until the session's next call that runs forward or attributes.</returns>
    /// <exception cref="ArgumentException">The target does not fit the network, or the photo is empty.</exception>
    /// <exception cref="NotSupportedException">The method needs the input's gradient, and the network was not compiled with it.</exception>
    /// <exception cref="InvalidOperationException">There are several inputs.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the session has no results then.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Attribution Attribute(in ImageView image, Target target, InputMethod method, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        using Executor.Use use = Enter();
        return BeginAttribution().Explain(image, default, target, method, options);
    }

    /// <summary>
    /// Attributes a class's score to a prepared input. Afterwards the session's results are the input's, as after
    /// <see cref="Forward(ReadOnlySpan{float}, TensorLayout)"/>.
    /// </summary>
    /// <param name="tensor">As many floats as the input has.</param>
    /// <param name="layout">The order of the floats.</param>
    /// <param name="class">The class: its name or index.</param>
    /// <param name="method">The method.</param>
    /// <param name="options">Progress, cancellation and seed, for methods of many passes.</param>
    /// <returns>The attribution, valid until the session's next call that runs forward or attributes.</returns>
    /// <exception cref="ArgumentException">There is no such class, or the tensor has not the input's length.</exception>
    /// <exception cref="NotSupportedException">The method needs the input's gradient, and the network was not compiled with it.</exception>
    /// <exception cref="InvalidOperationException">There are several inputs.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the session has no results then.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Attribution Attribute(
        ReadOnlySpan<float> tensor, TensorLayout layout, ClassReference @class, InputMethod method, ExplainOptions? options = null)
    {
        using Executor.Use use = Enter();
        return BeginAttribution().Explain(tensor, layout, @class, null, method, options);
    }

    /// <summary>
    /// Attributes a target's number to a prepared input, as
    /// <see cref="Attribute(ReadOnlySpan{float}, TensorLayout, ClassReference, InputMethod, ExplainOptions?)"/>.
    /// </summary>
    /// <param name="tensor">As many floats as the input has.</param>
    /// <param name="layout">The order of the floats.</param>
    /// <param name="target">What is explained.</param>
    /// <param name="method">The method.</param>
    /// <param name="options">Progress, cancellation and seed, for methods of many passes.</param>
    /// <returns>The attribution, valid until the session's next call that runs forward or attributes.</returns>
    /// <exception cref="ArgumentException">The target does not fit the network, or the tensor has not the input's length.</exception>
    /// <exception cref="NotSupportedException">The method needs the input's gradient, and the network was not compiled with it.</exception>
    /// <exception cref="InvalidOperationException">There are several inputs.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the session has no results then.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Attribution Attribute(ReadOnlySpan<float> tensor, TensorLayout layout, Target target, InputMethod method, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        using Executor.Use use = Enter();
        return BeginAttribution().Explain(tensor, layout, default, target, method, options);
    }

    /// <summary>
    /// Attributes a class's score to an input of the last forward pass, where the others stay as they are: so networks of several inputs are explained.
    /// Afterwards the session's first sample has that pass's results.
    /// </summary>
    /// <param name="class">The class: its name or index.</param>
    /// <param name="method">The method.</param>
    /// <param name="input">Index into <see cref="NetworkInfo.Inputs"/>.</param>
    /// <param name="options">Progress, cancellation and seed, for methods of many passes.</param>
    /// <returns>The attribution, valid until the session's next call that runs forward or attributes.</returns>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    /// <exception cref="NotSupportedException">The method needs the input's gradient, and the network was not compiled with it.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the session has no results then.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Attribution Attribute(ClassReference @class, InputMethod method, int input = 0, ExplainOptions? options = null) =>
        Attribute(@class, null, method, input, options);

    /// <summary>
    /// Attributes a target's number to an input of the last forward pass, as <see cref="Attribute(ClassReference, InputMethod, int, ExplainOptions?)"/>.
    /// </summary>
    /// <param name="target">What is explained.</param>
    /// <param name="method">The method.</param>
    /// <param name="input">Index into <see cref="NetworkInfo.Inputs"/>.</param>
    /// <param name="options">Progress, cancellation and seed, for methods of many passes.</param>
    /// <returns>The attribution, valid until the session's next call that runs forward or attributes.</returns>
    /// <exception cref="ArgumentException">The target does not fit the network.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such input.</exception>
    /// <exception cref="NotSupportedException">The method needs the input's gradient, and the network was not compiled with it.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the session has no results then.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Attribution Attribute(Target target, InputMethod method, int input = 0, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Attribute(default, target, method, input, options);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    internal FeatureMaps GetOutput(int index)
    {
        using Executor.Use use = Enter();
        return Current.Run.Output(index);
    }

    internal ReadOnlySpan<float> GetProbabilities(int index)
    {
        using Executor.Use use = Enter();
        return Current.Predictions.Probabilities(index);
    }

    /// <summary>Forgets the last results, before somebody else gets the session.</summary>
    /// <returns>False where it cannot be used by anybody else: it is in use, or disposed of.</returns>
    internal bool TryForget()
    {
        try
        {
            using Executor.Use use = Enter();
            Forget();
            ForgetInputs();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Frees the workspace.</summary>
    /// <param name="disposing">True from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _executor.Dispose();
        foreach (InputExplainer? input in _inputs)
            input?.Dispose();
    }

    /// <summary>Begins a call: no other thread's, and on a network and a session that are there.</summary>
    private Executor.Use Enter() => _executor.Enter(this);

    /// <summary>What computes, in a word.</summary>
    internal string BackendName => _executor.BackendName;

    /// <summary>Whether all machines compute the same bits.</summary>
    internal bool IsReproducible => _executor.Arithmetic.IsReproducible;

    /// <summary>An input of the last pass, packed [height, width, channels].</summary>
    internal ReadOnlySpan<float> GetInput(int input)
    {
        using Executor.Use use = Enter();
        return Current.Run.GetInput(input);
    }

    private Sample Current => _samples[_sample];

    private void CheckSample(int sample, string parameter)
    {
        if ((uint)sample >= (uint)_samples.Length)
        {
            throw new ArgumentOutOfRangeException(
                parameter, sample, $"This session holds {_samples.Length} sample(s); CreateSession(batch: …) makes one that holds more.");
        }
    }

    private void RequireOneInput()
    {
        if (Info.Inputs.Count == 1)
            return;
        string names = string.Join(", ", Info.Inputs.Select(input => input.Name));
        throw new InvalidOperationException($"{Info.Name} has {Info.Inputs.Count} inputs: {names}. Set each with SetInput, then call Forward(); methods at " +
            "an input, Attribute without a photo.");
    }

    /// <summary>Its results are the first sample's.</summary>
    private InputExplainer BeginAttribution()
    {
        RequireOneInput();
        Forget();
        ForgetInputs();
        _sample = 0;
        return Attributing(0);
    }

    private InputExplainer Attributing(int input) => _inputs[input] ??= new InputExplainer(_executor, _samples[0].Run, input);

    /// <summary>Attributes to an input of the last pass.</summary>
    private Attribution Attribute(ClassReference @class, Target? target, InputMethod method, int input, ExplainOptions? options)
    {
        using Executor.Use use = Enter();
        Sample current = Current;
        current.Run.RequireInput(input);
        _sample = 0;
        return Attributing(input).Explain(current, _samples, @class, target, method, options);
    }

    /// <summary>Runs the network on a photo; the outputs are where they are until somebody asks for them. So for all of these.</summary>
    private void Run(in ImageView image)
    {
        RequireOneInput();
        ForgetInputs();
        SetInput(image);
        Run();
    }

    private void Run(ReadOnlySpan<float> tensor, TensorLayout layout)
    {
        RequireOneInput();
        ForgetInputs();
        int length = Info.Input.Length;
        int samples = Batch > 1 && tensor.Length > length && tensor.Length % length == 0 ? tensor.Length / length : 1;
        if (samples > Batch)
            throw new ArgumentException($"The tensor has {samples} samples of {length} floats; the session was made for a batch of {Batch}.", nameof(tensor));
        for (int i = 0; i < samples; i++)
            SetInput(samples == 1 ? tensor : tensor.Slice(i * length, length), layout, sample: i);
        Run();
    }

    private void Run()
    {
        int count = 0;
        for (int i = 0; i < _samples.Length; i++)
        {
            if (_samples[i].Run.HasInput)
                count = i + 1;
        }

        for (int i = 0; i < Math.Max(count, 1); i++)
        {
            if (!_samples[i].Run.IsReady)
                throw new InvalidOperationException($"Inputs of sample {i} are not set: {_samples[i].Run.Missing()}. Call SetInput for each, then Forward.");
        }

        Forget();
        _executor.Run(new SchedulePass { Kind = PassKind.Forward }, 0, count);
        var device = _executor as IResultExecutor;
        device?.KeepOutputs(count);
        for (int i = 0; i < count; i++)
        {
            if (device is null)
                _samples[i].Run.End();
            else
                _samples[i].Run.EndOnDevice();
        }

        _sample = 0;
    }

    private void Forget()
    {
        InvalidateAttributions();
        foreach (Sample sample in _samples)
            sample.Forget();
    }

    private void InvalidateAttributions()
    {
        foreach (InputExplainer? input in _inputs)
            input?.Invalidate();
    }

    private void ForgetInputs()
    {
        foreach (Sample sample in _samples)
            sample.Run.ForgetInputs();
    }
}
