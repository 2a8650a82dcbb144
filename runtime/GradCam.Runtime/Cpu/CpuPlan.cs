using GradCam.Cpu.Memory;
using GradCam.Weights;

namespace GradCam.Cpu;

/// <summary>What the dry run at load collects: the prepared operations, by their Ids, and the scratch memory that they need beside the workspace.</summary>
internal sealed class CpuPlan : IDisposable
{
    private PreparedOperation?[] _operations = [];
    private NativeBlock? _transient;

    /// <summary>Starts an empty plan.</summary>
    public CpuPlan(NetworkInfo info, WeightSource weights, NetworkOptions options)
    {
        Info = info;
        Weights = weights;
        Options = options;
    }

    /// <summary>The network's description.</summary>
    public NetworkInfo Info { get; }

    /// <summary>Where the weights come from; not used after the dry run.</summary>
    public WeightSource Weights { get; }

    /// <summary>The user's options.</summary>
    public NetworkOptions Options { get; }

    /// <summary>Floats of scratch memory that a session needs for each of its threads.</summary>
    public long ScratchLength { get; private set; }

    /// <summary>The prepared operations; an operation's Id is its index.</summary>
    public PreparedOperation?[] Operations => _operations;

    /// <summary>Bytes of packed weights.</summary>
    public long WeightBytes => _operations.Sum(operation => operation?.WeightBytes ?? 0);

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

    /// <summary>Asks for scratch memory: every thread gets as much as the most demanding operation asks for.</summary>
    public void RequireScratch(long length) => ScratchLength = Math.Max(ScratchLength, length);

    /// <summary>Reads a small weight tensor, row-major.</summary>
    public float[] Read(WeightRef reference)
    {
        var values = new float[LengthOf(reference)];
        Weights.Read(Info.Weights[reference.Index].Name, values);
        return values;
    }

    /// <summary>Reads a weight tensor, row-major.</summary>
    /// <param name="reference">Which one.</param>
    /// <param name="destination">As long as the tensor.</param>
    public void Read(WeightRef reference, Span<float> destination) => Weights.Read(Info.Weights[reference.Index].Name, destination);

    /// <summary>Reads a weight tensor, row-major, to memory that the next call reuses: weights are not kept beside their packed form.</summary>
    public Span<float> ReadTransient(WeightRef reference)
    {
        int length = LengthOf(reference);
        if (_transient is null || _transient.Length < length)
        {
            _transient?.Dispose();
            _transient = new NativeBlock(length);
        }

        Span<float> values = _transient.Span[..length];
        Read(reference, values);
        return values;
    }

    /// <summary>Frees what only the dry run needs.</summary>
    public void EndDryRun()
    {
        _transient?.Dispose();
        _transient = null;
    }

    /// <summary>The shape of a weight tensor.</summary>
    public IReadOnlyList<int> ShapeOf(WeightRef reference) => Info.Weights[reference.Index].Shape;

    public void Dispose()
    {
        EndDryRun();
        foreach (PreparedOperation? operation in _operations)
            operation?.Dispose();
    }

    private int LengthOf(WeightRef reference) => ShapeOf(reference).Aggregate(1, (product, size) => checked(product * size));
}
