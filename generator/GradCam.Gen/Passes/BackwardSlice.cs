using GradCam.Gen.Model;
using GradCam.Gen.Operations;

namespace GradCam.Gen.Passes;

/// <summary>
/// The backward slices to each target, from the class's logit and from gradients of the outputs that are given, as one list of steps of which each slice runs
/// those that name it. Only gradients of values between a target and the outputs are computed, and never those of weights. A value's contributions come from
/// the layers that read it, in reverse running order: the first writes, the others add, the last takes the value's fused activation off. Where the classifier
/// ends in a convolution and layers that keep channels apart, such as a global pool, only the class's channel of those gradients is computed. Each slice is
/// made as if there were no other, so that none makes another dearer; steps that are the same are one.
/// </summary>
internal static class BackwardSlice
{
    public static IReadOnlyList<BackwardStep> Run(Network network)
    {
        Dictionary<int, Layer> byId = network.ById();
        List<Builder> slices = [.. Of(network).Select(slice => new Builder(network, byId, slice))];
        var shared = new List<(BackwardStep Step, List<Slice> Slices)>();
        Share(slices, builder => builder.Begin(), shared);
        foreach (Layer layer in network.Layers.Reverse())
            Share(slices, builder => builder.Visit(layer), shared);
        return shared.Select(pair => pair.Step with { Slices = pair.Slices }).ToList();
    }

    /// <summary>The values whose gradient some slice computes: from a target (included) to the outputs.</summary>
    public static HashSet<int> ValuesWithGradient(Network network) =>
        Between(network, network.Targets.Select(target => target.Id), network.Outputs.Select(output => output.Id));

    /// <summary>Each target's slices. A class is a logit of a vector that the target influences.</summary>
    private static IEnumerable<Slice> Of(Network network)
    {
        HashSet<int> influential = BindTargets.Ancestors(network, [network.LogitsId]);
        for (int target = 0; target < network.Targets.Count && network.HasClasses; target++)
        {
            int id = network.Targets[target].Id;
            if (id != network.LogitsId && influential.Contains(id))
                yield return new Slice(target, SliceSeed.Class);
        }

        for (int target = 0; target < network.Targets.Count; target++)
            yield return new Slice(target, SliceSeed.Tensors);
    }

    private static HashSet<int> Between(Network network, IEnumerable<int> targets, IEnumerable<int> outputs)
    {
        var found = new HashSet<int>(targets);
        foreach (Layer layer in network.Layers)
            if (layer.Operands.Any(found.Contains))
                found.Add(layer.Id);
        found.IntersectWith(BindTargets.Ancestors(network, outputs));
        return found;
    }

    /// <summary>Appends what the slices do next, each step once, in an order that is every slice's own.</summary>
    private static void Share(List<Builder> slices, Func<Builder, IReadOnlyList<BackwardStep>> next, List<(BackwardStep Step, List<Slice> Slices)> shared)
    {
        int first = shared.Count;
        foreach (Builder slice in slices)
        {
            int position = first;
            foreach (BackwardStep step in next(slice))
            {
                int index = shared.FindIndex(position, pair => pair.Step == step);
                if (index < 0)
                {
                    index = shared.Count;
                    shared.Add((step, []));
                }

                shared[index].Slices.Add(slice.Slice);
                position = index + 1;
            }
        }
    }

    /// <summary>One slice, from the outputs on.</summary>
    private sealed class Builder
    {
        private readonly Dictionary<int, Layer> _byId;
        private readonly Layer _logits;
        private readonly int[] _outputs;
        private readonly int _target;
        private readonly HashSet<int> _withGradient;
        private readonly Dictionary<int, int> _contributionsLeft;
        private readonly Dictionary<int, Gradient> _gradients = [];
        private readonly HashSet<int> _gated = [];
        private readonly HashSet<int> _classChannel = [];
        private readonly bool _row;
        private List<BackwardStep> _steps = [];

        public Builder(Network network, Dictionary<int, Layer> byId, Slice slice)
        {
            (Slice, _byId, _logits, _target) = (slice, byId, byId[network.LogitsId], network.Targets[slice.Target].Id);
            _outputs = slice.Seed == SliceSeed.Class ? [network.LogitsId] : [.. network.Outputs.Select(output => output.Id).Distinct()];
            _withGradient = Between(network, [_target], _outputs);
            _contributionsLeft = network.Layers.Where(layer => _withGradient.Contains(layer.Id)).SelectMany(layer => layer.Operands)
                .GroupBy(id => id).ToDictionary(group => group.Key, group => group.Count());
            _row = slice.Seed == SliceSeed.Class && _logits is { Operation: LinearOperation, Activation: null, Residual: null }
                && _withGradient.Contains(_logits.Input);
        }

        public Slice Slice { get; }

        /// <summary>The gradients of the outputs.</summary>
        public IReadOnlyList<BackwardStep> Begin()
        {
            if (Slice.Seed == SliceSeed.Tensors)
                return [.. _outputs.Where(_withGradient.Contains).Select(Given)];
            if (_row)
                return [];
            FindClassChannel();
            return [new BackwardStep { Kind = BackwardKind.Seed, Layer = _logits, Operand = _logits.Id, To = NewGradient(_logits.Id) }];
        }

        /// <summary>What a layer does with its gradient, once that is complete.</summary>
        public IReadOnlyList<BackwardStep> Visit(Layer layer)
        {
            if (!_withGradient.Contains(layer.Id) || !layer.Operands.Any(_withGradient.Contains))
                return [];
            _steps = [];
            if (layer.Activation is not null && !_gated.Contains(layer.Id))
            {
                Gradient gradient = _gradients[layer.Id];
                _steps.Add(new BackwardStep { Kind = BackwardKind.Gate, Layer = layer, Operand = layer.Id, InPlace = true, From = gradient, To = gradient });
            }

            if (_row && layer.Id == _logits.Id)
                Contribute(layer, layer.Input, BackwardKind.Row);
            else
                Differentiate(layer);
            return _steps;
        }

        private BackwardStep Given(int output) => new() { Kind = BackwardKind.Given, Layer = _byId[output], Operand = output, To = NewGradient(output) };

        /// <summary>Follows the logits back through layers that keep channels apart to a convolution. Any other way, the gradients have all channels.</summary>
        private void FindClassChannel()
        {
            var chain = new List<int>();
            for (Layer layer = _logits; ; layer = _byId[layer.Input])
            {
                if (layer.Id == _target || (layer.Id != _logits.Id && _contributionsLeft[layer.Id] != 1))
                    return;
                chain.Add(layer.Id);
                if (layer is { Operation: ConvolutionOperation { Groups: 1 }, Residual: null })
                    break;
                if (!layer.Operation.KeepsChannelsApart)
                    return;
            }

            _classChannel.UnionWith(chain);
        }

        private void Differentiate(Layer layer)
        {
            switch (layer.Operation.Flow)
            {
                case GradientFlow.Passed:
                    // One operand can take over the layer's gradient where it lies, after the others have read it.
                    int heir = layer.Inputs.Reverse().FirstOrDefault(input => CanAlias(layer, input));
                    foreach (int input in layer.Inputs.OrderBy(input => input == heir))
                        ContributePass(layer, input, alias: input == heir);
                    break;
                case GradientFlow.Split:
                    int channel = 0;
                    foreach (int input in layer.Inputs)
                    {
                        ContributePass(layer, input, alias: true, channel);
                        channel += _byId[input].Shape.Channels;
                    }

                    break;
                case GradientFlow.Added:
                    if (_withGradient.Contains(layer.Input) && !_gradients.ContainsKey(layer.Input))
                        _steps.Add(new BackwardStep { Kind = BackwardKind.Clear, Layer = layer, Operand = layer.Input, To = NewGradient(layer.Input) });
                    ContributePass(layer, layer.Input, alias: false, layer.Operation.FirstChannel);
                    break;
                case GradientFlow.ComputedInPlace:
                    Contribute(layer, layer.Input, BackwardKind.Operation, inPlace: true);
                    break;
                default:
                    foreach (int input in layer.Inputs)
                        Contribute(layer, input, BackwardKind.Operation);
                    break;
            }

            if (layer.Residual is int residual)
                ContributePass(layer, residual, alias: true);
        }

        private void ContributePass(Layer layer, int operand, bool alias, int channel = 0) =>
            Contribute(layer, operand, alias && CanAlias(layer, operand) ? BackwardKind.Alias : BackwardKind.Pass, channel);

        private bool CanAlias(Layer layer, int operand) =>
            _withGradient.Contains(operand) && !_gradients.ContainsKey(operand) && _byId[operand].Shape.Size == layer.Shape.Size;

        private void Contribute(Layer layer, int operand, BackwardKind kind, int channel = 0, bool inPlace = false)
        {
            if (!_withGradient.Contains(operand))
                return;
            Layer producer = _byId[operand];
            bool first = !_gradients.ContainsKey(operand);
            bool last = --_contributionsLeft[operand] == 0;
            // A slice's channels are not the whole gradient, and an activation's own gradient has no gate.
            bool canGate = kind is BackwardKind.Row or BackwardKind.Operation or BackwardKind.Pass
                && layer.Operation is not ActivationOperation && layer.Operation.Flow != GradientFlow.Added;
            bool gated = last && operand != _target && canGate && producer.Activation is not null;
            if (gated)
                _gated.Add(operand);
            Gradient? from = kind == BackwardKind.Row ? null : _gradients[layer.Id];
            if (first)
            {
                if (from is { } whole && (kind == BackwardKind.Alias || inPlace))
                    _gradients.Add(operand, whole with { Value = operand, Channel = whole.Channel + channel });
                else
                    NewGradient(operand);
            }

            _steps.Add(new BackwardStep
            {
                Kind = kind,
                Layer = layer,
                Operand = operand,
                Accumulate = !first,
                Gated = gated,
                Channel = channel,
                InPlace = inPlace && first,
                From = from,
                To = _gradients[operand],
            });
        }

        private Gradient NewGradient(int value) => _gradients[value] = new Gradient(value, value, ClassChannel: _classChannel.Contains(value));
    }
}
