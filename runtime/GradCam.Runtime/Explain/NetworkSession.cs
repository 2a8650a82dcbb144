using System.Diagnostics;
using GradCam.Explain;
using GradCam.Explain.Inputs;

namespace GradCam;

/// <summary>
/// A workspace in which a network runs and is explained, with classes and layers by name or index: what tools and servers take that hold any network. The
/// generated <c>Session</c> is one, and adds the typed <c>GradCam</c>. One thread at a time; for several threads make several sessions of one network. After the
/// first call of a kind, no call allocates.
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
    private readonly ForwardRun _run;
    private readonly Predictions _predictions;
    private readonly Explainer _explainer;
    private InputExplainer? _inputs;

    /// <summary>Makes a session over a workspace.</summary>
    /// <param name="executor">The workspace; disposed with the session.</param>
    public NetworkSession(Executor executor)
    {
        ArgumentNullException.ThrowIfNull(executor);
        _executor = executor;
        _run = new ForwardRun(executor);
        _predictions = new Predictions(_run, executor.Info);
        _explainer = new Explainer(executor, _run);
        executor.Ended = InvalidateResults;
    }

    /// <summary>The network's description: shapes, compiled layers, labels, preprocessing.</summary>
    public NetworkInfo Info => _executor.Info;

    /// <summary>The last forward pass's logits, one a class; valid until the next forward pass.</summary>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public ReadOnlySpan<float> Logits => GetOutput(0).Values;

    /// <summary>
    /// The probabilities of the last forward pass; valid until the next one. As the network's end says (<see cref="OutputInfo.Head"/>): the softmax of the
    /// logits, or the sigmoid of each; without a word the softmax of several and the sigmoid of one. A logit that is NaN or infinite makes all of a softmax
    /// NaN, of sigmoids its own. They mean nothing where the output is a quantity and no class (a regression): read <see cref="Logits"/> then.
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
            _run.RequireResult();
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
            return _run.Region;
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
        Forget();
        _run.Run(image);
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
        Forget();
        _run.Run(tensor, layout);
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
        return _predictions.BestIndex();
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
        return _predictions.Top(destination);
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
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Heatmap Explain(in ImageView image, ClassReference @class, LayerReference layer = default, CamMethod? method = null, bool counterfactual = false)
    {
        using Executor.Use use = Enter();
        Forward(image);
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
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Heatmap Explain(
        ReadOnlySpan<float> tensor, TensorLayout layout, ClassReference @class, LayerReference layer = default, CamMethod? method = null,
        bool counterfactual = false)
    {
        using Executor.Use use = Enter();
        Forward(tensor, layout);
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
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public HeatmapSet Explain(
        in ImageView image, ReadOnlySpan<int> classIndices, LayerReference layer = default, CamMethod? method = null, bool counterfactual = false)
    {
        using Executor.Use use = Enter();
        Forward(image);
        return Explain(classIndices, layer, method, counterfactual);
    }

    /// <summary>Explains a class after the last forward pass.</summary>
    /// <param name="class">The class: its name or index.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <param name="method">The formula; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="counterfactual">True to negate the gradient: what speaks against the class (Selvaraju et al. 2017, section 7).</param>
    /// <returns>The heatmap, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentException">There is no such class or layer.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Heatmap Explain(ClassReference @class, LayerReference layer = default, CamMethod? method = null, bool counterfactual = false)
    {
        using Executor.Use use = Enter();
        _run.RequireResult();
        int classIndex = @class.IndexIn(Info, nameof(@class));
        return _explainer.Explain(new ReadOnlySpan<int>(in classIndex), layer, method, counterfactual)[0];
    }

    /// <summary>Explains several classes after one forward pass.</summary>
    /// <param name="classIndices">The classes.</param>
    /// <param name="layer">The layer: its name or index; by default the first compiled one.</param>
    /// <param name="method">The formula; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="counterfactual">True to negate the gradients.</param>
    /// <returns>The heatmaps in the classes' order, valid until the session's next call that runs forward or makes heatmaps.</returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    /// <exception cref="ArgumentException">There is no such class or layer.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public HeatmapSet Explain(ReadOnlySpan<int> classIndices, LayerReference layer = default, CamMethod? method = null, bool counterfactual = false)
    {
        using Executor.Use use = Enter();
        return _explainer.Explain(classIndices, layer, method, counterfactual);
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
        return _explainer.Activations(layer);
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
        return _explainer.Gradients(@class, layer, counterfactual);
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
    /// <exception cref="InvalidOperationException">The method needs the input's gradient, and the network was not compiled with it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the session has no results then.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Attribution Attribute(in ImageView image, ClassReference @class, InputMethod method, RunOptions? options = null)
    {
        using Executor.Use use = Enter();
        Forget();
        return Inputs().Explain(image, @class, method, options);
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
    /// <exception cref="InvalidOperationException">The method needs the input's gradient, and the network was not compiled with it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the session has no results then.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public Attribution Attribute(
        ReadOnlySpan<float> tensor, TensorLayout layout, ClassReference @class, InputMethod method, RunOptions? options = null)
    {
        using Executor.Use use = Enter();
        Forget();
        return Inputs().Explain(tensor, layout, @class, method, options);
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
        return _run.Output(index);
    }

    internal ReadOnlySpan<float> GetProbabilities(int index)
    {
        using Executor.Use use = Enter();
        return _predictions.Probabilities(index);
    }

    /// <summary>Forgets the last results, before somebody else gets the session.</summary>
    /// <returns>False where it cannot be used by anybody else: it is in use, or disposed of.</returns>
    internal bool TryForget()
    {
        try
        {
            using Executor.Use use = Enter();
            Forget();
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

    /// <summary>Begins a call: no other thread's, and on a network and a session that are there.</summary>
    private Executor.Use Enter() => _executor.Enter(this);

    private InputExplainer Inputs() => _inputs ??= new InputExplainer(_executor, _run);

    private void Forget()
    {
        _run.Forget();
        _predictions.Forget();
        _explainer.Forget();
        _inputs?.Invalidate();
    }

    private void InvalidateResults()
    {
        _explainer.InvalidateHeatmaps();
        _inputs?.Invalidate();
    }
}
