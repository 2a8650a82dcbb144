using GradCam.Contract;

namespace GradCam.Gen.Tool.Graphs;

/// <summary>Notes operations one after the other, and finds out by the memory that they read and write how they are connected.</summary>
/// <param name="weights">The network's weights.</param>
internal sealed class GraphRecorder(IReadOnlyList<WeightInfo> weights)
{
    private readonly List<GraphLayer> _layers = [];

    /// <summary>What lies in the workspace now: a layer's output, or some channels of it.</summary>
    private readonly List<Written> _written = [];

    /// <summary>The operations so far.</summary>
    public IReadOnlyList<GraphLayer> Layers => _layers;

    /// <summary>The layer whose output a tensor is; null where there is none.</summary>
    public GraphLayer? LayerOf(in Tensor tensor) => SourcesOf(tensor) is [int single] ? _layers[single] : null;

    /// <summary>Notes an operation without weights.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="operation">What it computes.</param>
    /// <param name="output">What it writes.</param>
    /// <param name="inputs">What it reads.</param>
    public void Add(string name, string operation, in Tensor output, params ReadOnlySpan<Tensor> inputs) =>
        Add(name, operation, output, 0, [], inputs);

    /// <summary>Notes an operation.</summary>
    /// <param name="name">Its name where no weight has one.</param>
    /// <param name="operation">What it computes.</param>
    /// <param name="output">What it writes.</param>
    /// <param name="pixels">How often each element of its main weight, the first one, is multiplied.</param>
    /// <param name="learnt">Its weights, absent ones too.</param>
    /// <param name="inputs">What it reads.</param>
    public void Add(string name, string operation, in Tensor output, long pixels, ReadOnlySpan<WeightRef> learnt, params ReadOnlySpan<Tensor> inputs)
    {
        var sources = new List<int>();
        foreach (Tensor input in inputs)
            sources.AddRange(input.IsEmpty ? [] : SourcesOf(input));
        Append(name, operation, output, pixels, learnt, sources);
    }

    /// <summary>Notes an operation whose output never lies in the workspace: the next one reads it.</summary>
    public void AddBetween(
        string name, string operation, MapSize size, long pixels, ReadOnlySpan<WeightRef> learnt, in Tensor input, bool isFirst) =>
        Append(name, operation, size, pixels, learnt, isFirst ? SourcesOf(input) : [_layers.Count - 1]);

    /// <summary>Notes the operation behind one that <see cref="AddBetween"/> noted.</summary>
    public void AddLast(string name, string operation, in Tensor output, long pixels, ReadOnlySpan<WeightRef> learnt, in Tensor residual)
    {
        List<int> sources = [_layers.Count - 1];
        if (!residual.IsEmpty)
            sources.AddRange(SourcesOf(residual));
        Append(name, operation, output, pixels, learnt, sources);
    }

    /// <summary>Notes that a tensor was copied: what reads the copy reads the original.</summary>
    public void Copy(in Tensor source, in Tensor destination)
    {
        if (SourcesOf(source) is [int single])
            Write(destination, single);
    }

    private void Append(string name, string operation, in Tensor output, long pixels, ReadOnlySpan<WeightRef> learnt, IEnumerable<int> sources)
    {
        Append(name, operation, new MapSize(output.Channels, output.Height, output.Width), pixels, learnt, [.. sources.Distinct()]);
        Write(output, _layers.Count - 1);
    }

    private void Append(string name, string operation, MapSize size, long pixels, ReadOnlySpan<WeightRef> learnt, IReadOnlyList<int> sources)
    {
        long parameters = 0, multiplications = 0;
        for (int i = 0; i < learnt.Length; i++)
        {
            if (!learnt[i].IsPresent)
                continue;
            long elements = weights[learnt[i].Index].Shape.Aggregate(1L, (product, length) => product * length);
            parameters += elements;
            if (i == 0)
                multiplications = pixels * elements;
        }

        if (learnt.Length > 0 && learnt[0].IsPresent)
            name = Owner(weights[learnt[0].Index].Name);
        _layers.Add(new GraphLayer(name, operation, size, multiplications, parameters, sources));
    }

    /// <summary>layer1.0.conv1 of layer1.0.conv1.weight.</summary>
    private static string Owner(string weight)
    {
        int dot = weight.LastIndexOf('.');
        return dot > 0 ? weight[..dot] : weight;
    }

    /// <summary>The layers whose outputs a tensor holds; several of them are a concatenation, which gets a place of its own.</summary>
    private IReadOnlyList<int> SourcesOf(Tensor tensor)
    {
        int[] sources = [.. _written.Where(written => written.Overlaps(tensor)).Select(written => written.Layer).Distinct().Order()];
        if (sources.Length < 2)
            return sources;
        Append("concat", "concat", tensor, 0, [], sources);
        return [_layers.Count - 1];
    }

    private void Write(Tensor tensor, int layer)
    {
        for (int i = _written.Count - 1; i >= 0; i--)
        {
            Written old = _written[i];
            if (!old.Overlaps(tensor))
                continue;
            _written.RemoveAt(i);
            if (old.ChannelOf(tensor) is not int first)
                continue;
            // Of one buffer: the channels that are not written over stay.
            int end = first + tensor.Channels;
            if (first > 0)
                _written.Add(old with { Tensor = old.Tensor.Slice(0, first) });
            if (end < old.Tensor.Channels)
                _written.Add(old with { Tensor = old.Tensor.Slice(end, old.Tensor.Channels - end) });
        }

        _written.Add(new Written(tensor, layer));
    }

    /// <summary>What a layer left in the workspace.</summary>
    private readonly record struct Written(Tensor Tensor, int Layer)
    {
        /// <summary>The channel of this tensor at which another of the same buffer begins, negative if before it; null for another buffer.</summary>
        public int? ChannelOf(in Tensor other)
        {
            int first = other.Offset - Tensor.Offset;
            bool isSameMap = (other.RowStride, other.PixelStride) == (Tensor.RowStride, Tensor.PixelStride)
                && (other.Height, other.Width) == (Tensor.Height, Tensor.Width);
            int width = Math.Max(first + other.Channels, Tensor.Channels) - Math.Min(first, 0);
            return isSameMap && width <= Tensor.PixelStride ? first : null;
        }

        /// <summary>Whether the two share elements.</summary>
        public bool Overlaps(in Tensor other) => ChannelOf(other) is int first
            ? first < Tensor.Channels && first + other.Channels > 0
            : Tensor.Offset < End(other) && other.Offset < End(Tensor);

        private static long End(in Tensor tensor) =>
            tensor.Offset + (tensor.Height - 1L) * tensor.RowStride + (tensor.Width - 1L) * tensor.PixelStride + tensor.Channels;
    }
}
