using GradCam.Planning;

namespace GradCam.Explain;

/// <summary>
/// A session's copies of one compiled layer's activations, gradients and their sums, packed [height, width, channels]; read from the workspace when they are
/// first asked for.
/// </summary>
internal sealed class LayerBuffers
{
    private readonly LayerInfo _layer;
    private readonly ClassBuffer _gradients;
    private readonly ClassBuffer _sums;
    private float[] _activations = [];
    private bool _hasActivations;
    private LayerTail? _tail;

    public LayerBuffers(LayerInfo layer)
    {
        _layer = layer;
        _gradients = new ClassBuffer(layer.Gradient);
        _sums = new ClassBuffer(layer.GradientSums);
    }

    /// <summary>Forgets what was read: the network ran forward again.</summary>
    public void Invalidate()
    {
        _hasActivations = false;
        _gradients.Invalidate();
        _sums.Invalidate();
    }

    /// <summary>What follows the layer.</summary>
    public LayerTail Tail(Executor executor, int layer) => _tail ??= TailInspector.Of(executor, layer);

    public ReadOnlyMemory<float> Activations(Executor executor)
    {
        if (!_hasActivations)
        {
            if (_activations.Length == 0)
                _activations = new float[_layer.Activation.Length];
            executor.Read(_layer.Activation, _activations);
            _hasActivations = true;
        }

        return _activations;
    }

    /// <summary>Runs the backward slice unless the last one to this layer was for the same class and seed.</summary>
    public ReadOnlyMemory<float> Gradients(Executor executor, int layer, int classIndex, float seed)
    {
        if (!_gradients.Holds(classIndex, seed))
        {
            executor.Backward(layer, classIndex, seed);
            _gradients.Read(executor, classIndex, seed);
        }

        return _gradients.Values;
    }

    /// <summary>The gradients' sums over the pixels, of a layer that has a way to them without the gradients; computed as <see cref="Gradients"/> are.</summary>
    public ReadOnlyMemory<float> GradientSums(Executor executor, int layer, int classIndex, float seed)
    {
        if (!_sums.Holds(classIndex, seed))
        {
            executor.GradientSums(layer, classIndex, seed);
            _sums.Read(executor, classIndex, seed);
        }

        return _sums.Values;
    }

    /// <summary>A copy of a tensor that depends on a class and a seed.</summary>
    private sealed class ClassBuffer(Tensor tensor)
    {
        private static readonly (int Class, float Seed) None = (-1, 0);

        private float[] _values = [];
        private (int Class, float Seed) _held = None;

        public ReadOnlyMemory<float> Values => _values;

        public bool Holds(int classIndex, float seed) => _held == (classIndex, seed);

        public void Invalidate() => _held = None;

        /// <summary>Copies the tensor, which is of this class and seed now.</summary>
        public void Read(Executor executor, int classIndex, float seed)
        {
            Invalidate();
            if (_values.Length == 0)
                _values = new float[tensor.Length];
            executor.Read(tensor, _values);
            _held = (classIndex, seed);
        }
    }
}
