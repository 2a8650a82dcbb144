using GradCam.Explain.Inputs.Numbers;
using GradCam.Weights;

namespace GradCam.Evaluate;

/// <summary>
/// Weights of which some tensors, the last ones that a network reads, have their numbers shuffled: what a layer learnt is gone, and the numbers have the same
/// distribution as before. For <see cref="Metrics.MeasureRandomisation"/>.
/// </summary>
public sealed class RandomisedWeights : WeightSource
{
    private readonly WeightSource _weights;
    private readonly Dictionary<string, ulong> _shuffled = new(StringComparer.Ordinal);
    private readonly CounterRandom _random;

    /// <summary>Shuffles tensors.</summary>
    /// <param name="weights">The weights; they stay the caller's, and are to outlive this.</param>
    /// <param name="info">The network that reads them.</param>
    /// <param name="tensors">How many tensors are shuffled, counted from the last one that the network reads.</param>
    /// <param name="seed">Where the random numbers begin.</param>
    /// <exception cref="ArgumentOutOfRangeException">The network has not as many tensors.</exception>
    [CLSCompliant(false)]
    public RandomisedWeights(WeightSource weights, NetworkInfo info, int tensors, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(info);
        ArgumentOutOfRangeException.ThrowIfNegative(tensors);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tensors, info.Weights.Count);
        (_weights, _random) = (weights, new CounterRandom(seed));
        for (int i = info.Weights.Count - tensors; i < info.Weights.Count; i++)
            _shuffled[info.Weights[i].Name] = (ulong)i;
    }

    /// <inheritdoc/>
    public override string Name => $"{_weights.Name} ({_shuffled.Count} tensors shuffled)";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names => _weights.Names;

    /// <inheritdoc/>
    public override bool TryGetShape(string name, out ReadOnlySpan<int> shape) => _weights.TryGetShape(name, out shape);

    /// <inheritdoc/>
    public override void Read(string name, Span<float> destination)
    {
        _weights.Read(name, destination);
        if (!_shuffled.TryGetValue(name, out ulong stream))
            return;
        for (int i = destination.Length - 1; i > 0; i--)
        {
            int other = _random.Below(i + 1, stream, (ulong)i);
            (destination[i], destination[other]) = (destination[other], destination[i]);
        }
    }
}
