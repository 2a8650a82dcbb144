namespace GradCam.Explain;

/// <summary>
/// A session's copies of one compiled layer's activations, gradients and their sums, packed [height, width, channels]; read from the workspace when they are
/// first asked for.
/// </summary>
internal sealed class LayerBuffers
{
    private readonly LayerInfo _layer;
    private float[] _activations = [];
    private float[] _gradients = [];
    private float[] _sums = [];
    private bool _hasActivations;
    private (int Class, float Seed) _gradientsOf = (-1, 0);
    private (int Class, float Seed) _sumsOf = (-1, 0);

    public LayerBuffers(LayerInfo layer) => _layer = layer;

    /// <summary>Forgets what was read: the network ran forward again.</summary>
    public void Invalidate()
    {
        _hasActivations = false;
        _gradientsOf = (-1, 0);
        _sumsOf = (-1, 0);
    }

    public ReadOnlySpan<float> Activations(Executor executor)
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
    public ReadOnlySpan<float> Gradients(Executor executor, int layer, int classIndex, float seed)
    {
        if (_gradientsOf != (classIndex, seed))
        {
            if (_gradients.Length == 0)
                _gradients = new float[_layer.Gradient.Length];
            _gradientsOf = (-1, 0);
            executor.Backward(layer, classIndex, seed);
            executor.Read(_layer.Gradient, _gradients);
            _gradientsOf = (classIndex, seed);
        }

        return _gradients;
    }

    /// <summary>The gradients' sums over the pixels, of a layer that has a way to them without the gradients; computed as <see cref="Gradients"/> are.</summary>
    public ReadOnlySpan<float> GradientSums(Executor executor, int layer, int classIndex, float seed)
    {
        if (_sumsOf != (classIndex, seed))
        {
            if (_sums.Length == 0)
                _sums = new float[_layer.GradientSums.Length];
            _sumsOf = (-1, 0);
            executor.GradientSums(layer, classIndex, seed);
            executor.Read(_layer.GradientSums, _sums);
            _sumsOf = (classIndex, seed);
        }

        return _sums;
    }
}
