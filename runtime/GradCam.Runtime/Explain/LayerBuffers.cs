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

    /// <summary>Runs the backward slice unless the last one to this layer was of the same.</summary>
    /// <param name="executor">The workspace.</param>
    /// <param name="layer">The layer's index.</param>
    /// <param name="explained">What the gradient is of.</param>
    /// <param name="seeds">Where targets are evaluated.</param>
    /// <param name="run">The forward pass.</param>
    public ReadOnlyMemory<float> Gradients(Executor executor, int layer, in Explained explained, Seeds seeds, ForwardRun run)
    {
        if (_gradients.Holds(explained))
            return _gradients.Values;
        if (explained.Target is { } target)
        {
            seeds.Evaluate(target, run);
            seeds.Write(executor, layer, run.Sample);
        }

        executor.Run(Pass(explained, layer, _class), run.Sample);
        TakeGradients(executor, explained, run.Sample);
        return _gradients.Values;
    }

    /// <summary>
    /// The gradients' sums over the pixels, of a layer that has a way to them without the gradients, for a class; computed as <see cref="Gradients"/> are.
    /// </summary>
    public ReadOnlyMemory<float> GradientSums(Executor executor, int layer, in Explained explained, int sample)
    {
        if (!_sums.Holds(explained))
        {
            executor.Run(Pass(explained, layer, _class) with { Kind = PassKind.GradientSums }, sample);
            TakeSums(executor, explained, sample);
        }

        return _sums.Values;
    }

    /// <summary>Whether the gradients are of this.</summary>
    public bool HoldsGradients(in Explained explained) => _gradients.Holds(explained);

    /// <summary>Whether their sums are of this.</summary>
    public bool HoldsSums(in Explained explained) => _sums.Holds(explained);

    /// <summary>Takes the gradients of a slice over that ran for several samples.</summary>
    public void TakeGradients(Executor executor, in Explained explained, int sample) =>
        _gradients.Read(executor, explained.Target is null ? _layer.Gradient : _layer.SeededGradient, explained, sample);

    /// <summary>Takes their sums over, likewise.</summary>
    public void TakeSums(Executor executor, in Explained explained, int sample) => _sums.Read(executor, _layer.GradientSums, explained, sample);

    /// <summary>The slice that gives the gradients.</summary>
    public static SchedulePass Pass(in Explained explained, int layer, int[] @class)
    {
        @class[0] = explained.Class;
        return explained.Target is null
            ? new SchedulePass { Kind = PassKind.Backward, Layer = layer, Classes = @class, Seed = explained.Factor }
            : new SchedulePass { Kind = PassKind.SeededBackward, Layer = layer };
    }

    /// <summary>A copy of a tensor that depends on what is explained.</summary>
    private sealed class GradientBuffer
    {
        private float[] _values = [];
        private Explained? _held;

        public ReadOnlyMemory<float> Values => _values;

        public bool Holds(in Explained explained) => _held == explained;

        public void Invalidate() => _held = null;

        /// <summary>Copies the tensor, which is of this now.</summary>
        public void Read(Executor executor, in Tensor tensor, in Explained explained, int sample)
        {
            Invalidate();
            if (_values.Length == 0)
                _values = new float[tensor.Length];
            executor.Read(tensor, _values, sample);
            _held = explained;
        }
    }
}
