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
        Dictionary<int, Layer> byId = network.ById();
        return Enumerable.Range(0, network.Targets.Count)
            .Select(
                target => new Builder(network, byId, backward.Where(step => step.Slices.Contains(new Slice(target, SliceSeed.Class))).ToList()).Build(target))
            .OfType<SumsSlice>().ToList();
    }

    private sealed class Builder(Network network, Dictionary<int, Layer> byId, IReadOnlyList<BackwardStep> slice)
    {
        /// <summary>What a value's readers add to its gradient. Seeds and gates are the value's own steps.</summary>
        private readonly ILookup<int, BackwardStep> _contributions = slice.Where(step => step.Layer.Id != step.Operand).ToLookup(step => step.Operand);

        public SumsSlice? Build(int target)
        {
            Layer start = byId[network.Targets[target].Id];
            if (start.IsInput || slice.Count == 0)
                return null;
            Layer end = start;
            var (passed, way) = (new HashSet<int>(), new Stack<(int Value, BackwardStep Step)>());
            // A fused activation is taken off pixel by pixel, but a target's is not taken off.
            while (!end.Shape.IsVector && (end == start || end.Activation is null) && Next(end) is { } step)
            {
                passed.Add(end.Id);
                passed.Add(step.Operand);
                way.Push((end.Id, step));
                end = step.Layer;
            }

            if (end == start)
                return null;
            Gradient sums = slice.Last(step => step.Operand == end.Id).To;
            var steps = new List<BackwardStep>();
            if (!end.Shape.IsVector)
            {
                var sum = new BackwardStep { Kind = BackwardKind.Sum, Layer = end, Operand = end.Id, From = sums, To = Sums(end.Id, sums.ClassChannel) };
                steps.Add(sum);
                sums = sum.To;
            }

            foreach ((int value, BackwardStep step) in way)
            {
                // A pool passes the sums on as they are. Behind a flattened map a linear layer computes them.
                if (step.Operand == value && SumsOf(byId[value], step.Layer) == GradientSums.Same)
                    continue;
                Gradient to = Sums(value, step.ToClassChannel);
                steps.Add(step with { Operand = value, Gated = false, InPlace = false, From = sums, To = to, Slices = [] });
                sums = to;
            }

            return new SumsSlice { Target = target, Sums = sums, Passed = passed, Steps = steps };
        }

        private static Gradient Sums(int value, bool classChannel) => new(value, value, ClassChannel: classChannel, IsSums: true);

        /// <summary>The gradient of the only layer that reads a value, or of the linear layer that reads it flattened, where sums follow from sums.</summary>
        private BackwardStep? Next(Layer value)
        {
            if (Only(value.Id) is not { } step)
                return null;
            Layer layer = step.Layer;
            if (SumsOf(value, layer) != GradientSums.Unknown)
                return step;
            return layer.Operation is FlattenOperation && Only(layer.Id) is { Layer.Operation: LinearOperation } linear ? linear : null;
        }

        private static GradientSums SumsOf(Layer value, Layer reader) => reader.Operation.Sums(value.Shape.Size, reader.Shape.Size);

        private BackwardStep? Only(int value)
        {
            List<BackwardStep> steps = _contributions[value].Take(2).ToList();
            return steps.Count == 1 && steps[0].Kind == BackwardKind.Operation ? steps[0] : null;
        }
    }
}
