using GradCam.Gen.Model;
using GradCam.Gen.Operations;

namespace GradCam.Gen.Passes;

/// <summary>
/// What plain Grad-CAM runs where it can: it weighs a target's channels by the sums over the pixels of their gradients, and from the target on there is often a
/// chain of layers, each the only reader of the one before, through which such sums follow from sums. A pool gives the gradient of each of its outputs to the
/// pixels of one window, undiminished. An affine and a 1x1 convolution do the same at every pixel. A linear layer on the flattened map takes
/// one summed column for a channel's pixels. So the backward slice runs to the chain's end alone, and from there one pixel is carried in place of maps.
/// </summary>
internal static class SumsSlices
{
    public static IReadOnlyList<SumsSlice> Run(Network network, IReadOnlyList<BackwardStep> backward)
    {
        var builder = new Builder(network, backward);
        return Enumerable.Range(0, network.Targets.Count).Select(builder.Build).OfType<SumsSlice>().ToList();
    }

    private sealed class Builder(Network network, IReadOnlyList<BackwardStep> backward)
    {
        private readonly Dictionary<int, Layer> _byId = network.ById();

        /// <summary>What a value's readers add to its gradient. Seeds and gates are the value's own steps.</summary>
        private readonly ILookup<int, BackwardStep> _contributions = backward.Where(step => step.Layer.Id != step.Operand).ToLookup(step => step.Operand);

        public SumsSlice? Build(int target)
        {
            Layer start = _byId[network.Targets[target].Id];
            if (start.Id == network.Input.Id)
                return null;
            Layer end = start;
            bool classChannel = false;
            var (passed, chain, steps) = (new HashSet<int>(), new List<int> { start.Id }, new List<BackwardStep>());
            // A fused activation is taken off pixel by pixel, but a target's is not taken off.
            while (!end.Shape.IsVector && (end == start || end.Activation is null) && Next(end) is { } step)
            {
                passed.Add(end.Id);
                if (step.Operand != end.Id)
                    passed.Add(step.Operand);
                if (step.Operand != end.Id || Sums(end, step.Layer) == GradientSums.Computed)
                    steps.Add(step with { Operand = end.Id, Gated = false, InPlace = false, OnSums = true });
                classChannel = step.FromClassChannel;
                end = step.Layer;
                chain.Add(end.Id);
            }

            if (end == start)
                return null;
            if (!end.Shape.IsVector)
                steps.Add(new BackwardStep { Kind = BackwardKind.Sum, Layer = end, Operand = end.Id, ToClassChannel = classChannel, OnSums = true, Targets = [] });
            chain.Reverse();
            steps.Reverse();
            return new SumsSlice { Target = target, Chain = chain, Passed = passed, Steps = steps };
        }

        /// <summary>The gradient of the only layer that reads a value, or of the linear layer that reads it flattened, where sums follow from sums.</summary>
        private BackwardStep? Next(Layer value)
        {
            if (Only(value.Id) is not { } step)
                return null;
            Layer layer = step.Layer;
            // The sums at such a target are of the gradient before its activation here and after it in its own slice.
            if (!layer.Shape.IsVector && layer.Activation is not null && network.Targets.Any(target => target.Id == layer.Id))
                return null;
            if (Sums(value, layer) != GradientSums.Unknown)
                return step;
            return layer.Operation is FlattenOperation && Only(layer.Id) is { Layer.Operation: LinearOperation } linear ? linear : null;
        }

        private static GradientSums Sums(Layer value, Layer reader) => reader.Operation.Sums(value.Shape.Size, reader.Shape.Size);

        private BackwardStep? Only(int value)
        {
            List<BackwardStep> steps = _contributions[value].Take(2).ToList();
            return steps.Count == 1 && steps[0].Kind == BackwardKind.Operation ? steps[0] : null;
        }
    }
}
