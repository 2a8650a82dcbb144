using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Operations;
using static System.FormattableString;

namespace GradCam.Gen.Passes;

/// <summary>
/// Gives every value and gradient its place in one workspace. A concatenation's operands are written where the concatenation lies, a slice is a view,
/// elementwise layers run in place where nothing reads their input afterwards. Buffers whose lifetimes do not overlap share memory; what a backward step or
/// the caller reads lives to the end, since the slices may run again for other classes after one forward pass.
/// </summary>
internal sealed class PlanMemory
{
    private readonly Network _network;
    private readonly IReadOnlyList<IReadOnlyList<Layer>> _chains;
    private readonly IReadOnlyList<BackwardStep> _backward;
    private readonly IReadOnlyList<SumsSlice> _sumsSlices;
    private readonly Dictionary<int, Layer> _byId;
    private readonly Dictionary<int, int> _lastRead = [];
    private readonly Dictionary<int, (int Parent, int Channel)> _parents = [];
    private readonly Dictionary<int, Layer> _chainOf;
    private readonly Dictionary<int, Location> _values = [];
    private readonly Dictionary<Gradient, Location> _gradients = [];
    private readonly List<WorkspaceBuffer> _buffers = [];
    private readonly int _end;

    private PlanMemory(
        Network network, IReadOnlyList<IReadOnlyList<Layer>> chains, IReadOnlyList<BackwardStep> backward, IReadOnlyList<SumsSlice> sumsSlices)
    {
        (_network, _chains, _backward, _sumsSlices) = (network, chains, backward, sumsSlices);
        _byId = network.ById();
        _chainOf = chains.ToDictionary(chain => chain[chain.Count - 1].Id, chain => chain[0]);
        _end = network.Layers.Count + backward.Count;
    }

    public static Plan? Run(
        Network network, IReadOnlyList<IReadOnlyList<Layer>> chains, IReadOnlyList<BackwardStep> backward, IReadOnlyList<SumsSlice> sumsSlices,
        List<Problem> problems)
    {
        var pass = new PlanMemory(network, chains, backward, sumsSlices);
        pass.PlaceValues();
        pass.PlaceGradients();
        pass.PlaceSums();
        long length = pass.AssignOffsets();
        if (length <= int.MaxValue)
            return new Plan(network, chains, backward, sumsSlices, pass._values, pass._gradients, length);
        problems.Add(new Problem(ProblemId.SizeOverflow, network.Input.Range, "the workspace", Invariant($"{length} floats")));
        return null;
    }

    private void PlaceValues()
    {
        FindLastReads();
        for (int position = 0; position < _network.Layers.Count; position++)
        {
            Layer layer = _network.Layers[position];
            if (layer.Operation.Placement == Placement.AroundOperands)
                AdoptOperands(layer);
            else if (layer.Operation.Placement == Placement.InOperand)
                _parents[layer.Id] = (layer.Input, layer.Operation.FirstChannel);
        }

        FindInPlace();
        HashSet<int> notStored = [.. _chains.SelectMany(chain => chain.Take(chain.Count - 1)).Select(layer => layer.Id)];
        for (int position = 0; position < _network.Layers.Count; position++)
        {
            Layer layer = _network.Layers[position];
            if (notStored.Contains(layer.Id))
                continue;
            (int root, int channel) = Root(layer.Id);
            if (!_values.TryGetValue(root, out Location? location))
                _values[root] = location = new Location(NewBuffer(_byId[root].Shape), 0, _byId[root].Shape, root);
            WorkspaceBuffer buffer = location.Buffer;
            _values[layer.Id] = new Location(buffer, channel, layer.Shape, root);
            buffer.UseAt(layer.IsInput ? 0 : position);
            buffer.UseAt(_lastRead.TryGetValue(layer.Id, out int last) ? last : position);
        }

        foreach (Layer layer in _network.Layers)
        {
            foreach (int input in layer.Inputs.Where(input => !notStored.Contains(input)))
                Widen(_values[input], layer.Operation.Halos(_byId[input].Shape.Size, layer.Shape.Size).Input);
        }
    }

    private void FindLastReads()
    {
        void Read(int id, int position) => _lastRead[id] = Math.Max(_lastRead.TryGetValue(id, out int last) ? last : 0, position);

        for (int position = 0; position < _network.Layers.Count; position++)
        {
            Layer layer = _network.Layers[position];
            foreach (int id in layer.Operands)
                Read(id, position);
            if (layer.Inputs.Count > 0)
                Read(FirstInput(layer), position);
        }

        // Programs write all inputs before the first layer runs.
        foreach (Layer input in _network.Inputs)
            Read(input.Id, _network.Inputs.Count());
        foreach (Output output in _network.Outputs)
            Read(output.Id, _end);
        foreach (Target target in _network.Targets.Where(target => target.Suffix))
        {
            HashSet<int> rerun = _network.DependentsOf(target.Id);
            foreach (Layer layer in _network.Layers.Where(layer => rerun.Contains(layer.Id)))
                foreach (int id in layer.Operands.Append(FirstInput(layer)).Where(id => !rerun.Contains(id)))
                    Read(id, _end);
        }

        foreach (Target target in _network.Targets)
            Read(target.Id, _end);
        foreach (BackwardStep step in _backward)
        {
            if (step.Kind == BackwardKind.Gate || step.Gated)
                Read(step.Operand, _end);
            if (step.Kind == BackwardKind.Operation)
                foreach (int id in ReadByGradient(step))
                    Read(id, _end);
        }
    }

    /// <summary>The forward values that the gradient of a layer's operation reads.</summary>
    private static IEnumerable<int> ReadByGradient(BackwardStep step) => step.Layer.Operation.GradientReads switch
    {
        GradientReads.Inputs => step.Layer.Inputs,
        GradientReads.Output => [step.Layer.Id],
        _ => [],
    };

    /// <summary>Lets the operands of a concatenation lie in its output, so that their layers write there. One that lies elsewhere already is copied.</summary>
    private void AdoptOperands(Layer concat)
    {
        int channel = 0;
        foreach (int input in concat.Inputs)
        {
            Layer operand = _byId[input];
            bool repeated = concat.Inputs.Count(id => id == input) > 1;
            if (!_parents.ContainsKey(input) && !repeated && operand.Operation.Placement is not (Placement.Given or Placement.InOperand))
                _parents[input] = (concat.Id, channel);
            channel += operand.Shape.Channels;
        }
    }

    /// <summary>
    /// An elementwise layer, or a convolution that adds a residual, overwrites its operand where that is a buffer of its own and nothing reads it afterwards.
    /// </summary>
    private void FindInPlace()
    {
        HashSet<int> shared = [.. _parents.Keys, .. _parents.Values.Select(parent => parent.Parent)];
        for (int position = 0; position < _network.Layers.Count; position++)
        {
            Layer layer = _network.Layers[position];
            if (shared.Contains(layer.Id))
                continue;
            IEnumerable<int> candidates = layer.Operation.RunsInPlace ? layer.Inputs
                : layer.Residual is int residual && residual != FirstInput(layer) ? [residual]
                : [];
            foreach (int input in candidates)
            {
                if (shared.Contains(input) || _byId[input].Shape != layer.Shape || _lastRead[input] > position)
                    continue;
                _parents[layer.Id] = (input, 0);
                break;
            }
        }
    }

    /// <summary>What a layer reads, or the chain that it is the last of: a chain runs where its last layer is.</summary>
    private int FirstInput(Layer layer) => (_chainOf.TryGetValue(layer.Id, out Layer? first) ? first : layer).Input;

    /// <summary>The value that owns the buffer, and the channel there. The way to it is cut short for those who ask next.</summary>
    private (int Root, int Channel) Root(int id)
    {
        var way = new Stack<int>();
        while (_parents.TryGetValue(id, out (int Parent, int Channel) parent))
        {
            way.Push(id);
            id = parent.Parent;
        }

        int channel = 0;
        foreach (int child in way)
        {
            channel += _parents[child].Channel;
            _parents[child] = (id, channel);
        }

        return (id, channel);
    }

    private void PlaceGradients()
    {
        for (int i = 0; i < _backward.Count; i++)
        {
            BackwardStep step = _backward[i];
            int position = _network.Layers.Count + i;
            Place(step.To).Buffer.UseAt(position);
            if (step.From is not { } from)
                continue;
            Place(from).Buffer.UseAt(position);
            if (step.Kind == BackwardKind.Operation && !step.FromClassChannel)
                Widen(Place(from), step.Layer.Operation.Halos(_byId[step.Operand].Shape.Size, step.Layer.Shape.Size).OutputGradient);
        }
    }

    /// <summary>
    /// Nothing of the backward slice runs after the last of its steps that a sums slice has, so that the buffers of all sums need to differ from what is alive
    /// at that step only.
    /// </summary>
    private void PlaceSums()
    {
        foreach (SumsSlice slice in _sumsSlices)
        {
            int last = Enumerable.Range(0, _backward.Count).Last(i => slice.Runs(_backward[i]));
            foreach (Gradient gradient in slice.Steps.SelectMany(step => new[] { step.From!.Value, step.To }).Append(slice.Sums))
                Place(gradient).Buffer.UseAt(_network.Layers.Count + last);
        }
    }

    private Location Place(Gradient gradient)
    {
        if (!_gradients.TryGetValue(gradient, out Location? location))
        {
            Shape value = _byId[gradient.Value].Shape;
            var shape = new Shape(gradient.ClassChannel ? 1 : value.Channels, gradient.IsSums ? 1 : value.Height, gradient.IsSums ? 1 : value.Width);
            location = gradient == gradient.Root
                ? new Location(NewBuffer(shape), 0, shape, gradient.Owner)
                : Place(gradient.Root) with { Channel = gradient.Channel, Shape = shape };
            _gradients.Add(gradient, location);
        }

        return location;
    }

    private WorkspaceBuffer NewBuffer(Shape shape)
    {
        var buffer = new WorkspaceBuffer { Shape = shape };
        _buffers.Add(buffer);
        return buffer;
    }

    private static void Widen(Location location, Edges halo) => location.Buffer.Halo = Edges.Max(location.Buffer.Halo, halo);

    /// <summary>Largest first, each at the lowest offset that no buffer alive at the same time covers.</summary>
    private long AssignOffsets()
    {
        var memory = new FirstFit(_buffers.Count, _end);
        foreach (WorkspaceBuffer buffer in _buffers.OrderByDescending(buffer => buffer.Length).ThenBy(buffer => buffer.First))
            memory.Place(buffer);
        return memory.Length;
    }
}
