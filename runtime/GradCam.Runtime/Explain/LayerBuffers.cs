using GradCam.Planning;

namespace GradCam.Explain;

/// <summary>
/// A session's copies of one compiled layer's activations, gradients and their sums, packed [height, width, channels]; read from the workspace when they are
/// first asked for.
/// </summary>
internal sealed class LayerBuffers
{
    private readonly LayerInfo _layer;
    private readonly GradientBuffer _gradients = new();
    private readonly GradientBuffer _sums = new();
    private readonly int[] _class = new int[1];
    private float[] _activations = [];
    private bool _hasActivations;
    private LayerTail? _tail;

    public LayerBuffers(LayerInfo layer) => _layer = layer;

    /// <summary>Forgets what was read: the network ran forward again.</summary>
    public void Invalidate()
    {
        _hasActivations = false;
        _gradients.Invalidate();
        _sums.Invalidate();
    }

    /// <summary>What follows the layer.</summary>
    public LayerTail Tail(Executor executor, int layer) => _tail ??= TailInspector.Of(executor, layer);

    public ReadOnlyMemory<float> Activations(Executor executor, int sample)
    {
        if (!_hasActivations)
        {
            if (_activations.Length == 0)
                _activations = new float[_layer.Activation.Length];
            executor.Read(_layer.Activation, _activations, sample);
            _hasActivations = true;
        }

        return _activations;
    }

    /// <summary>The gradients; the backward slice runs unless the last one to this layer was of the same.</summary>
    /// <param name="executor">The workspace.</param>
    /// <param name="layer">The layer's index.</param>
    /// <param name="explained">What the gradient is of.</param>
    /// <param name="seeds">Where targets are evaluated.</param>
    /// <param name="run">The forward pass.</param>
    public ReadOnlyMemory<float> Gradients(Executor executor, int layer, in Explained explained, Seeds seeds, ForwardRun run)
    {
        if (!_gradients.Holds(explained))
        {
            RunGradients(executor, layer, explained, seeds, run);
            _gradients.Read(executor, GradientTensor(explained), run.Sample);
        }

        return _gradients.Values;
    }

    /// <summary>
    /// The gradients' sums over the pixels, of a layer that has a way to them without the gradients, for a class; computed as <see cref="Gradients"/> are.
    /// </summary>
    public ReadOnlyMemory<float> GradientSums(Executor executor, int layer, in Explained explained, int sample)
    {
        if (!_sums.Holds(explained))
        {
            RunGradientSums(executor, layer, explained, sample);
            _sums.Read(executor, _layer.GradientSums, sample);
        }

        return _sums.Values;
    }

    /// <summary>Runs the slice to <see cref="GradientTensor"/>, unless the workspace has what it leaves there.</summary>
    public void RunGradients(Executor executor, int layer, in Explained explained, Seeds seeds, ForwardRun run)
    {
        if (_gradients.IsOf(explained, executor))
            return;
        if (explained.Target is { } target)
        {
            seeds.Evaluate(target, run);
            seeds.Write(executor, layer, run.Sample);
        }

        executor.Run(Pass(explained, layer, _class), run.Sample);
        _gradients.Note(executor, explained);
    }

    /// <summary>Runs the slice to <see cref="LayerInfo.GradientSums"/>, likewise.</summary>
    public void RunGradientSums(Executor executor, int layer, in Explained explained, int sample)
    {
        if (_sums.IsOf(explained, executor))
            return;
        executor.Run(Pass(explained, layer, _class) with { Kind = PassKind.GradientSums }, sample);
        _sums.Note(executor, explained);
    }

    /// <summary>Where the slice leaves the gradients.</summary>
    public Tensor GradientTensor(in Explained explained) => explained.Target is null ? _layer.Gradient : _layer.SeededGradient;

    /// <summary>Whether the gradients are there: in the workspace, or as a copy where that is asked for.</summary>
    public bool HasGradients(Executor executor, in Explained explained, bool asCopy) =>
        asCopy ? _gradients.Holds(explained) : _gradients.IsOf(explained, executor);

    /// <summary>Whether their sums are.</summary>
    public bool HasSums(Executor executor, in Explained explained, bool asCopy) => asCopy ? _sums.Holds(explained) : _sums.IsOf(explained, executor);

    /// <summary>The slice to the gradients has run, for several samples maybe.</summary>
    /// <param name="executor">The workspace.</param>
    /// <param name="explained">What they are of.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="asCopy">Whether they are copied.</param>
    public void TakeGradients(Executor executor, in Explained explained, int sample, bool asCopy)
    {
        _gradients.Note(executor, explained);
        if (asCopy)
            _gradients.Read(executor, GradientTensor(explained), sample);
    }

    /// <summary>The slice to their sums has run, likewise.</summary>
    public void TakeSums(Executor executor, in Explained explained, int sample, bool asCopy)
    {
        _sums.Note(executor, explained);
        if (asCopy)
            _sums.Read(executor, _layer.GradientSums, sample);
    }

    /// <summary>The slice that gives the gradients.</summary>
    public static SchedulePass Pass(in Explained explained, int layer, int[] @class)
    {
        @class[0] = explained.Class;
        return explained.Target is null
            ? new SchedulePass { Kind = PassKind.Backward, Layer = layer, Classes = @class, Seed = explained.Factor }
            : new SchedulePass { Kind = PassKind.SeededBackward, Layer = layer };
    }

    /// <summary>A tensor that depends on what is explained, in the workspace until something else runs there, and its copy.</summary>
    private sealed class GradientBuffer
    {
        private float[] _values = [];
        private Explained? _explained;
        private long _run;
        private bool _isCopied;

        public ReadOnlyMemory<float> Values => _values;

        /// <summary>Whether there is a copy, of this.</summary>
        public bool Holds(in Explained explained) => _isCopied && _explained == explained;

        /// <summary>Whether the workspace has it, of this.</summary>
        public bool IsOf(in Explained explained, Executor executor) => _explained == explained && _run == executor.Runs;

        public void Invalidate() => (_explained, _isCopied) = (null, false);

        /// <summary>The workspace has it now, of this.</summary>
        public void Note(Executor executor, in Explained explained) => (_explained, _run, _isCopied) = (explained, executor.Runs, false);

        /// <summary>Copies it.</summary>
        public void Read(Executor executor, in Tensor tensor, int sample)
        {
            _isCopied = false;
            if (_values.Length == 0)
                _values = new float[tensor.Length];
            executor.Read(tensor, _values, sample);
            _isCopied = true;
        }
    }
}
