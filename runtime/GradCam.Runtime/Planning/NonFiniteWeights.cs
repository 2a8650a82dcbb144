using System.Globalization;
using GradCam.Numerics;
using GradCam.Weights.Format;

namespace GradCam.Planning;

/// <summary>
/// The weights that are NaN or infinite, noticed while they are read: such a network computes nothing that means anything, and nothing else would say why. Safe
/// for several threads.
/// </summary>
/// <param name="weights">The tensors.</param>
internal sealed class NonFiniteWeights(IReadOnlyList<WeightInfo> weights)
{
    private readonly object _lock = new();
    private SortedDictionary<int, (int Index, float Value)>? _first;

    /// <summary>Looks at weights that were read.</summary>
    /// <param name="tensor">Their tensor.</param>
    /// <param name="start">The index of the first.</param>
    /// <param name="values">In 32 bits.</param>
    public void Check(int tensor, int start, ReadOnlySpan<float> values)
    {
        if (!Finite.All(values))
            Note(tensor, start, values);
    }

    /// <summary>A line a tensor, in the network's order.</summary>
    public IReadOnlyList<string> Describe() => _first is null ? [] : Describe(_first);

    private void Note(int tensor, int start, ReadOnlySpan<float> values)
    {
        int i = 0;
        while (float.IsFinite(values[i]))
            i++;
        lock (_lock)
        {
            _first ??= [];
            // The same tensor may be read in pieces, in any order, and for the gradient again.
            if (!_first.TryGetValue(tensor, out (int Index, float Value) known) || start + i < known.Index)
                _first[tensor] = (start + i, values[i]);
        }
    }

    private string[] Describe(SortedDictionary<int, (int Index, float Value)> first) =>
    [
        .. first.Select(pair => string.Create(
            CultureInfo.InvariantCulture,
            $"{WeightText.Quote(weights[pair.Key].Name)}: {(float.IsNaN(pair.Value.Value) ? "NaN" : "infinity")} at index {pair.Value.Index}")),
    ];
}
