using GradCam.Cpu.Packing;
using GradCam.Cpu.Threading;
using GradCam.Weights;

namespace GradCam.Cpu;

/// <summary>What the dry run at load collects: the prepared operations, by their Ids, the weights that they pack, and the scratch memory they need.</summary>
internal sealed class CpuPlan : IDisposable
{
    /// <summary>
    /// Threads of a session, at most: several times the cores of the largest machines, of which a single image keeps a few dozen busy. Each takes scratch memory.
    /// </summary>
    private const int MostThreads = 1024;

    private readonly Lock _reading = new();
    private readonly NonFiniteWeights _nonFinite;
    private PreparedOperation?[] _operations = [];

    /// <summary>Starts an empty plan.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads makes no sense.</exception>
    public CpuPlan(NetworkInfo info, WeightSource weights, NetworkOptions options)
    {
        if (options.Threads is < 0 or > MostThreads)
        {
#pragma warning disable CA2208 // What is wrong is a property of the argument.
            throw new ArgumentOutOfRangeException(
                nameof(NetworkOptions.Threads), options.Threads, $"Expected 1 to {MostThreads} threads, or 0 for one per physical core.");
#pragma warning restore CA2208
        }

        _nonFinite = new NonFiniteWeights(info.Weights);
        Info = info;
        Weights = weights;
        Options = options;
    }

    /// <summary>The network's description.</summary>
    public NetworkInfo Info { get; }

    /// <summary>Where the weights come from; not used after the dry run.</summary>
    public WeightSource Weights { get; }

    /// <summary>What is noticed, complete when the dry run has ended.</summary>
    public LoadReport Report { get; } = new();

    /// <summary>The user's options.</summary>
    public NetworkOptions Options { get; }

    /// <summary>Bytes of the rows between convolutions of a chain: a part of the L2 cache, through which the chain's input, output and weights pass as well.</summary>
    public long StripBytes { get; init; } = 384 * 1024;

    /// <summary>The packed weights of all operations.</summary>
    public PackedWeights Packed { get; } = new();

    /// <summary>Floats of scratch memory that a session needs for each of its threads.</summary>
    public long ScratchLength { get; private set; }

    /// <summary>The prepared operations; an operation's Id is its index.</summary>
    public PreparedOperation?[] Operations => _operations;

    /// <summary>Threads of a session.</summary>
    public int Threads => Options.Threads > 0 ? Options.Threads : PhysicalCores.Count;

    /// <summary>Bytes of packed weights.</summary>
    public long WeightBytes => sizeof(float) * Packed.Length;

    /// <summary>Bytes of a session: the feature maps, and the kernels' scratch memory.</summary>
    public long SessionBytes => sizeof(float) * (CpuWorkspace.ArenaLength(Info) + Threads * ScratchLength);

    /// <summary>The prepared form of an operation; made by <paramref name="prepare"/> when the operation is first met.</summary>
    public T Prepare<T>(int id, Func<T> prepare)
        where T : PreparedOperation
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        if (id >= _operations.Length)
            Array.Resize(ref _operations, Math.Max(id + 1, 2 * _operations.Length));
        _operations[id] ??= prepare();
        return (T)_operations[id]!;
    }

    /// <summary>Asks for scratch memory: every thread gets as much as the most demanding operation asks for, in whole cache lines.</summary>
    public void RequireScratch(long length) => ScratchLength = Math.Max(ScratchLength, (length + 15) & ~15L);

    /// <summary>Reads a small weight tensor, row-major. For packers, on any thread.</summary>
    public float[] Read(WeightRef reference)
    {
        var values = new float[LengthOf(reference)];
        using WeightReader reader = Open(reference);
        reader.Read(0, values);

        return values;
    }

    /// <summary>Opens a weight tensor. For packers, on any thread.</summary>
    public WeightReader Open(WeightRef reference)
    {
        lock (_reading)
            return new WeightReader(Weights, Info.Weights[reference.Index].Name, LengthOf(reference), reference.Index, _nonFinite);
    }

    /// <summary>Finds a weight tensor's stored bytes. In the dry run, or for packers, on any thread.</summary>
    /// <returns>False when the source has none, or not as many as the tensor takes.</returns>
    public bool TryOpenStored(WeightRef reference, out WeightType type, out ReadOnlySpan<byte> bytes)
    {
        lock (_reading)
        {
            return Weights.TryGetRaw(Info.Weights[reference.Index].Name, out type, out bytes) && type != WeightType.Other
                && bytes.Length == (long)LengthOf(reference) * WeightConversion.BytesPerElement(type);
        }
    }

    /// <summary>Looks at weights that were read otherwise. For packers, on any thread.</summary>
    public void CheckFinite(WeightRef reference, int start, ReadOnlySpan<float> values) => _nonFinite.Check(reference.Index, start, values);

    /// <summary>Meets all operations of a forward pass and of the gradients, and their sums, of the first so many of the layers that are explained.</summary>
    public void DryRun<TNetwork>(int layers)
        where TNetwork : INetwork
    {
        var planner = new CpuPlanner(this);
        TNetwork.RunForward(ref planner);
        for (int layer = 0; layer < layers; layer++)
        {
            TNetwork.RunBackward(ref planner, layer, @class: 0, seed: 1);
            if (!TNetwork.Info.Layers[layer].GradientSums.IsEmpty)
                TNetwork.RunGradientSums(ref planner, layer, @class: 0, seed: 1);
        }
    }

    /// <summary>Ends the dry run: all that was asked for is known, and is packed.</summary>
    public void EndDryRun()
    {
        Packed.Pack(wholeBlocks: !HasStoredBytes);
        Packed.EndDryRun();
        Report.Warnings = _nonFinite.Describe();
    }

    /// <summary>The shape of a weight tensor.</summary>
    public IReadOnlyList<int> ShapeOf(WeightRef reference) => Info.Weights[reference.Index].Shape;

    /// <summary>Elements of a weight tensor.</summary>
    public int LengthOf(WeightRef reference) => ShapeOf(reference).Aggregate(1, (product, size) => checked(product * size));

    public void Dispose()
    {
        Packed.Dispose();
        foreach (PreparedOperation? operation in _operations)
            operation?.Dispose();
    }

    /// <summary>Whether tensors can be read in parts without a copy of the whole.</summary>
    private bool HasStoredBytes => Info.Weights.Count > 0 && Weights.TryGetRaw(Info.Weights[0].Name, out _, out _);
}
