using GradCam.Explain;
using GradCam.Images;
using GradCam.Explain.Methods;

namespace GradCam;

/// <summary>
/// A workspace in which a network runs and is explained; the base of the generated <c>Session</c>, which adds the typed <c>GradCam</c>. One thread at a time;
/// for several threads make several sessions of one network. After the first call of a kind, no call allocates.
/// </summary>
/// <remarks>
/// A call while another thread is in one is an <see cref="InvalidOperationException"/>, and one after <see cref="Dispose()"/>, or after the network's, an
/// <see cref="ObjectDisposedException"/>. What is disposed of during a call on another thread is freed when that call ends.
/// </remarks>
public abstract class NetworkSession : IDisposable
{
    private readonly Executor _executor;
    private readonly ImagePreprocessor _preprocessor;
    private readonly float[] _input;
    private readonly float[][] _outputs;
    private readonly float[]?[] _probabilities;
    private readonly bool[] _hasProbabilities;
    private readonly LayerBuffers[] _layers;
    private readonly CamScratch _scratch = new();
    private HeatmapBuffer[] _heatmaps = [];
    private PhotoRegion _region;
    private bool _hasForward;

    /// <summary>Makes a session over a workspace.</summary>
    /// <param name="executor">The workspace; disposed with the session.</param>
    protected NetworkSession(Executor executor)
    {
        ArgumentNullException.ThrowIfNull(executor);
        _executor = executor;
        executor.Ended = InvalidateHeatmaps;
        NetworkInfo info = executor.Info;
        _preprocessor = new ImagePreprocessor(info);
        _input = new float[info.Input.Length];
        _outputs = new float[info.Outputs.Count][];
        for (int i = 0; i < _outputs.Length; i++)
            _outputs[i] = new float[info.Outputs[i].Tensor.Length];
        _probabilities = new float[_outputs.Length][];
        _hasProbabilities = new bool[_outputs.Length];
        _layers = new LayerBuffers[info.Layers.Count];
        for (int i = 0; i < _layers.Length; i++)
            _layers[i] = new LayerBuffers(info.Layers[i]);
    }

    /// <summary>The network's description: shapes, compiled layers, labels, preprocessing.</summary>
    public NetworkInfo Info => _executor.Info;

    /// <summary>The last forward pass's logits, one a class; valid until the next forward pass.</summary>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public ReadOnlySpan<float> Logits
    {
        get
        {
            using Executor.Use use = Enter();
            RequireForward();
            return _outputs[0];
        }
    }

    /// <summary>All outputs of the last forward pass.</summary>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public NetworkOutputs Outputs
    {
        get
        {
            using Executor.Use use = Enter();
            RequireForward();
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
            RequireForward();
            return _region;
        }
    }

    /// <summary>
    /// Index of the largest logit of the last forward pass; NaN never wins, and of equals the first one does. Of a single logit it is 0 whatever the network
    /// saw: ask <see cref="Probabilities()"/>. Where classes stand on their own (<see cref="OutputHead.Sigmoid"/>) several may be above 0.5, or none.
    /// </summary>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    protected int BestClass
    {
        get
        {
            using Executor.Use use = Enter();
            ReadOnlySpan<float> logits = Logits;
            int best = 0;
            for (int i = 1; i < logits.Length; i++)
            {
                if (logits[i] > logits[best] || float.IsNaN(logits[best]))
                    best = float.IsNaN(logits[i]) ? best : i;
            }

            return best;
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
        BeginForward();
        PhotoRegion region = _preprocessor.Apply(image, _input);
        return Run(_input, TensorLayout.Hwc, region);
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
        BeginForward();
        Tensor input = Info.Input;
        if (tensor.Length != input.Length)
        {
            throw new ArgumentException(
                $"{Info.Name}'s input is {input.Channels}x{input.Height}x{input.Width}, {input.Length} floats; the tensor has {tensor.Length}.",
                nameof(tensor));
        }

        PhotoRegion region = PhotoRegion.Whole(input.Width, input.Height);
        return layout is TensorLayout.Hwc or TensorLayout.Chw
            ? Run(tensor, layout, region)
            : throw new ArgumentOutOfRangeException(nameof(layout), layout, "Expected Chw or Hwc.");
    }

    /// <summary>
    /// The probabilities of the last forward pass; valid until the next one. As the network's end says (<see cref="OutputInfo.Head"/>): the softmax of the
    /// logits, or the sigmoid of each; without a word the softmax of several and the sigmoid of one. A logit that is NaN or infinite makes all of a softmax
    /// NaN, of sigmoids its own. They mean nothing where the output is a quantity and no class (a regression): read <see cref="Logits"/> then.
    /// </summary>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public ReadOnlySpan<float> Probabilities() => GetProbabilities(0);

    /// <summary>
    /// The most probable classes of the last forward pass, the best one first; of equals the one of the lower index. Where classes stand on their own
    /// (<see cref="OutputHead.Sigmoid"/>), so do their probabilities: look which are above 0.5.
    /// </summary>
    /// <param name="destination">Filled as far as there are classes.</param>
    /// <returns>The number of predictions written.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public int Top(Span<Prediction> destination)
    {
        using Executor.Use use = Enter();
        ReadOnlySpan<float> logits = Logits;
        ReadOnlySpan<float> probabilities = Probabilities();
        int count = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            int at = count;
            while (at > 0 && Precedes(logits[i], logits[destination[at - 1].ClassIndex]))
                at--;
            if (at == destination.Length)
                continue;
            count = Math.Min(count + 1, destination.Length);
            destination[at..(count - 1)].CopyTo(destination[(at + 1)..]);
            destination[at] = new Prediction(i, probabilities[i]);
        }

        return count;
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
        RequireForward();
        if ((uint)index >= (uint)_outputs.Length)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"{Info.Name} has {_outputs.Length} output(s).");
        return new FeatureMaps(_outputs[index], Info.Outputs[index].Tensor);
    }

    internal ReadOnlySpan<float> GetProbabilities(int index)
    {
        using Executor.Use use = Enter();
        ReadOnlySpan<float> logits = GetOutput(index).Values;
        OutputInfo output = Info.Outputs[index];
        if (output.Tensor.Pixels != 1)
            throw new InvalidOperationException($"The output '{output.Name}' of {Info.Name} is a map, not a vector of logits: it has no probabilities.");
        float[] probabilities = _probabilities[index] ??= new float[logits.Length];
        if (!_hasProbabilities[index])
            ProbabilityMath.Compute(logits, output.Head, probabilities);
        _hasProbabilities[index] = true;
        return probabilities;
    }

    /// <summary>Forgets the last results, before somebody else gets the session.</summary>
    /// <returns>False where it cannot be used by anybody else: it is in use, or disposed of.</returns>
    internal bool TryForget()
    {
        try
        {
            using Executor.Use use = Enter();
            BeginForward();
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
        if (disposing)
            _executor.Dispose();
    }

    /// <summary>Explains a class of a photo: forward pass and heatmap.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="classIndex">The class.</param>
    /// <param name="method">The formula.</param>
    /// <param name="counterfactual">True to negate the gradient.</param>
    /// <returns>The heatmap, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, layer or method.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    protected Heatmap Explain(in ImageView image, int layer, int classIndex, CamMethod method, bool counterfactual)
    {
        using Executor.Use use = Enter();
        Forward(image);
        return Explain(layer, classIndex, method, counterfactual);
    }

    /// <summary>Explains a class of a prepared input: forward pass and heatmap.</summary>
    /// <param name="tensor">As many floats as the input has.</param>
    /// <param name="layout">The order of the floats.</param>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="classIndex">The class.</param>
    /// <param name="method">The formula.</param>
    /// <param name="counterfactual">True to negate the gradient.</param>
    /// <returns>The heatmap, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, layer or method.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    protected Heatmap Explain(ReadOnlySpan<float> tensor, TensorLayout layout, int layer, int classIndex, CamMethod method, bool counterfactual)
    {
        using Executor.Use use = Enter();
        Forward(tensor, layout);
        return Explain(layer, classIndex, method, counterfactual);
    }

    /// <summary>Explains several classes of a photo: forward pass and heatmaps.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="classIndices">The classes.</param>
    /// <param name="method">The formula.</param>
    /// <param name="counterfactual">True to negate the gradients.</param>
    /// <returns>The heatmaps in the classes' order, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, layer or method.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    protected HeatmapSet Explain(in ImageView image, int layer, ReadOnlySpan<int> classIndices, CamMethod method, bool counterfactual)
    {
        using Executor.Use use = Enter();
        Forward(image);
        return Explain(layer, classIndices, method, counterfactual);
    }

    /// <summary>Explains a class after the last forward pass.</summary>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="classIndex">The class.</param>
    /// <param name="method">The formula.</param>
    /// <param name="counterfactual">True to negate the gradient: what speaks against the class (Selvaraju et al. 2017, section 7).</param>
    /// <returns>The heatmap, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, layer or method.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    protected Heatmap Explain(int layer, int classIndex, CamMethod method, bool counterfactual) =>
        Explain(layer, new ReadOnlySpan<int>(in classIndex), method, counterfactual)[0];

    /// <summary>Explains several classes after one forward pass.</summary>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="classIndices">The classes.</param>
    /// <param name="method">The formula.</param>
    /// <param name="counterfactual">True to negate the gradients.</param>
    /// <returns>The heatmaps in the classes' order, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, layer or method.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    protected HeatmapSet Explain(int layer, ReadOnlySpan<int> classIndices, CamMethod method, bool counterfactual)
    {
        using Executor.Use use = Enter();
        RequireForward();
        LayerBuffers buffers = Layer(layer);
        foreach (int classIndex in classIndices)
            CheckClass(classIndex);
        if (!Enum.IsDefined(method))
            throw new ArgumentOutOfRangeException(nameof(method), method, "None of the CAM methods.");

        InvalidateHeatmaps();
        ReserveHeatmaps(classIndices.Length);
        float seed = Seed(counterfactual);
        bool fromSums = method == CamMethod.GradCam && !Info.Layers[layer].GradientSums.IsEmpty;
        for (int i = 0; i < classIndices.Length; i++)
        {
            HeatmapBuffer heatmap = Begin(_heatmaps[i], Info.Layers[layer], classIndices[i], method, counterfactual);
            ReadOnlySpan<float> activations = buffers.Activations(_executor);
            if (fromSums)
                GradCamMethod.Compute(activations, buffers.GradientSums(_executor, layer, classIndices[i], seed), _scratch, heatmap.Raw);
            else
                Cam.Compute(method, activations, buffers.Gradients(_executor, layer, classIndices[i], seed), _scratch, heatmap.Raw);
            heatmap.Normalise();
        }

        return new HeatmapSet(_heatmaps, classIndices.Length);
    }

    /// <summary>A layer's output in the last forward pass.</summary>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <returns>The maps, valid until the next forward pass.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    protected FeatureMaps GetActivationMaps(int layer)
    {
        using Executor.Use use = Enter();
        RequireForward();
        return new FeatureMaps(Layer(layer).Activations(_executor), Info.Layers[layer].Activation);
    }

    /// <summary>The gradients of a class's logit with respect to a layer's output.</summary>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="classIndex">The class.</param>
    /// <param name="counterfactual">True to negate them.</param>
    /// <returns>The maps, valid until the next forward pass, or until gradients at this layer are computed for another class.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class or layer.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    protected FeatureMaps GetGradients(int layer, int classIndex, bool counterfactual)
    {
        using Executor.Use use = Enter();
        RequireForward();
        LayerBuffers buffers = Layer(layer);
        CheckClass(classIndex);
        return new FeatureMaps(buffers.Gradients(_executor, layer, classIndex, Seed(counterfactual)), Info.Layers[layer].Gradient);
    }

    private static float Seed(bool counterfactual) => counterfactual ? -1 : 1;

    private static bool Precedes(float a, float b) => a > b || (float.IsNaN(b) && !float.IsNaN(a));

    private HeatmapBuffer Begin(HeatmapBuffer heatmap, LayerInfo layer, int classIndex, CamMethod method, bool counterfactual)
    {
        heatmap.Resize(layer.Activation.Width, layer.Activation.Height);
        heatmap.LayerName = layer.Name;
        heatmap.ClassIndex = classIndex;
        heatmap.ClassName = classIndex < Info.Labels.Count ? Info.Labels[classIndex] : "";
        heatmap.Method = method;
        heatmap.IsCounterfactual = counterfactual;
        heatmap.Region = _region;
        return heatmap;
    }

    /// <summary>Begins a call: no other thread's, and on a network and a session that are there.</summary>
    private Executor.Use Enter() => _executor.Enter(this);

    private void BeginForward()
    {
        _hasForward = false;
        Array.Clear(_hasProbabilities);
        InvalidateHeatmaps();
        foreach (LayerBuffers layer in _layers)
            layer.Invalidate();
    }

    private ReadOnlySpan<float> Run(ReadOnlySpan<float> input, TensorLayout layout, PhotoRegion region)
    {
        _executor.Forward(input, layout);
        // Read now: a backward slice may use the outputs' memory.
        for (int i = 0; i < _outputs.Length; i++)
            _executor.Read(Info.Outputs[i].Tensor, _outputs[i]);
        _region = region;
        _hasForward = true;
        return _outputs[0];
    }

    private void RequireForward()
    {
        if (!_hasForward)
            throw new InvalidOperationException($"There is no result yet: call Forward (or GradCam with an image) on this session of {Info.Name} first.");
    }

    private LayerBuffers Layer(int layer)
    {
        if ((uint)layer >= (uint)_layers.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(layer), layer, $"{Info.Name} was compiled to explain {_layers.Length} layer(s): {string.Join(", ", Info.Layers.Select(l => l.Name))}.");
        }

        return _layers[layer];
    }

    private void CheckClass(int classIndex)
    {
        int count = Info.Logits.Channels;
        if ((uint)classIndex >= (uint)count)
            throw new ArgumentOutOfRangeException(nameof(classIndex), classIndex, $"{Info.Name} has {count} classes, 0 to {count - 1}.");
    }

    private void InvalidateHeatmaps()
    {
        foreach (HeatmapBuffer heatmap in _heatmaps)
            heatmap.Invalidate();
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
