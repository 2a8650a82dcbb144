using GradCam.Gen.Model;
using GradCam.Gen.Operations;

namespace GradCam.Gen.Passes;

/// <summary>
/// The backward slices from the class's logit to each target, as one list of steps of which each target runs those that name it.
/// Only gradients of values between a target and the logits are computed, and never those of weights. A value's contributions come from the
/// layers that read it, in reverse running order: the first writes, the others add, the last takes the value's fused activation off.
/// Where the classifier ends in a convolution and layers that keep channels apart, such as a global pool, only the class's channel of those gradients is computed.
/// All contributions to a value are in every slice that has the value, so that which is first does not depend on the target.
/// </summary>
internal static class BackwardSlice
{
    public static IReadOnlyList<BackwardStep> Run(Network network) => new Builder(network).Build();

    /// <summary>The values whose gradient some slice computes: from a target (included) to the logits.</summary>
    public static HashSet<int> ValuesWithGradient(Network network)
    {
        HashSet<int> found = Descendants(network, network.Targets.Select(target => target.Id));
        found.IntersectWith(BindTargets.Ancestors(network, [network.LogitsId]));
        return found;
    }

    private static HashSet<int> Descendants(Network network, IEnumerable<int> ids)
    {
        var found = new HashSet<int>(ids);
        foreach (Layer layer in network.Layers)
            if (layer.Operands.Any(found.Contains))
                found.Add(layer.Id);
        return found;
    }

    private sealed class Builder
    {
        private readonly Network _network;
        private readonly Dictionary<int, Layer> _byId;
        private readonly HashSet<int> _withGradient;
        private readonly HashSet<int> _targets;
        private readonly List<HashSet<int>> _reach;
        private readonly Dictionary<int, int> _contributionsLeft;
        private readonly HashSet<int> _begun = [];
        private readonly HashSet<int> _gated = [];
        private readonly HashSet<int> _classChannel = [];
        private readonly List<BackwardStep> _steps = [];

        public Builder(Network network)
        {
            _network = network;
            _byId = network.ById();
            _withGradient = ValuesWithGradient(network);
            _targets = [.. network.Targets.Select(target => target.Id)];
            _reach = network.Targets.Select(target => Descendants(network, [target.Id])).ToList();
            _contributionsLeft = network.Layers.Where(layer => _withGradient.Contains(layer.Id)).SelectMany(layer => layer.Operands)
                .GroupBy(id => id).ToDictionary(group => group.Key, group => group.Count());
        }

        public IReadOnlyList<BackwardStep> Build()
        {
            if (_network.Targets.Count == 0)
                return [];
            Layer logits = _byId[_network.LogitsId];
            bool row = logits is { Operation: LinearOperation, Activation: null, Residual: null } && _withGradient.Contains(logits.Input);
            if (!row)
            {
                FindClassChannel(logits);
                _steps.Add(new BackwardStep
                {
                    Kind = BackwardKind.Seed,
                    Layer = logits,
                    Operand = logits.Id,
                    ToClassChannel = _classChannel.Contains(logits.Id),
                    Targets = Slices(logits.Operands),
                });
            }

            foreach (Layer layer in _network.Layers.Reverse())
            {
                if (!_withGradient.Contains(layer.Id) || !layer.Operands.Any(_withGradient.Contains))
                    continue;
                if (layer.Activation is not null && !_gated.Contains(layer.Id))
                {
                    bool single = _classChannel.Contains(layer.Id);
                    _steps.Add(new BackwardStep
                    {
                        Kind = BackwardKind.Gate,
                        Layer = layer,
                        Operand = layer.Id,
                        InPlace = true,
                        FromClassChannel = single,
                        ToClassChannel = single,
                        Targets = Slices(layer.Operands),
                    });
                }

                if (row && layer.Id == logits.Id)
                    Contribute(layer, layer.Input, BackwardKind.Row);
                else
                    Differentiate(layer);
            }

            return _steps;
        }

        /// <summary>Follows the logits back through layers that keep channels apart to a convolution. Any other way, the gradients have all channels.</summary>
        private void FindClassChannel(Layer logits)
        {
            var chain = new List<int>();
            for (Layer layer = logits; ; layer = _byId[layer.Input])
            {
                if (_targets.Contains(layer.Id) || (layer.Id != logits.Id && _contributionsLeft[layer.Id] != 1))
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
                    if (_withGradient.Contains(layer.Input) && !_begun.Contains(layer.Input))
                    {
                        _steps.Add(new BackwardStep { Kind = BackwardKind.Clear, Layer = layer, Operand = layer.Input, Targets = Slices([layer.Input]) });
                        _begun.Add(layer.Input);
                    }

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
            _withGradient.Contains(operand) && !_begun.Contains(operand) && _byId[operand].Shape.Size == layer.Shape.Size;

        private void Contribute(Layer layer, int operand, BackwardKind kind, int channel = 0, bool inPlace = false)
        {
            if (!_withGradient.Contains(operand))
                return;
            Layer producer = _byId[operand];
            bool first = _begun.Add(operand);
            bool last = --_contributionsLeft[operand] == 0;
            bool isTarget = _targets.Contains(operand);
            // A slice's channels are not the whole gradient, and an activation's own gradient has no gate.
            bool canGate = kind is BackwardKind.Row or BackwardKind.Operation or BackwardKind.Pass
                && layer.Operation is not ActivationOperation && layer.Operation.Flow != GradientFlow.Added;
            bool gated = last && !isTarget && canGate && producer.Activation is not null;
            if (gated)
                _gated.Add(operand);
            _steps.Add(new BackwardStep
            {
                Kind = kind,
                Layer = layer,
                Operand = operand,
                Accumulate = !first,
                Gated = gated,
                Channel = channel,
                InPlace = inPlace && first,
                FromClassChannel = _classChannel.Contains(layer.Id),
                ToClassChannel = _classChannel.Contains(operand),
                Targets = Slices([operand]),
            });
        }

        /// <summary>The targets whose slices compute the gradient of one of these values.</summary>
        private IReadOnlyList<int> Slices(IEnumerable<int> operands)
        {
            List<int> ids = operands.Where(_withGradient.Contains).ToList();
            return Enumerable.Range(0, _reach.Count).Where(target => ids.Any(_reach[target].Contains)).ToList();
        }
    }
}
