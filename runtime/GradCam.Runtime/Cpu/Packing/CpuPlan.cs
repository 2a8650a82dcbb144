using GradCam.Cpu.Memory;
using GradCam.Cpu.Threading;
using GradCam.Planning;
using GradCam.Weights;

namespace GradCam.Cpu.Packing;

/// <summary>What the dry run at load collects: the prepared operations, by their Ids, the weights that they pack, and the scratch memory they need.</summary>
internal sealed class CpuPlan : IDisposable
{
    private readonly int _threads;
    private PreparedOperation?[] _operations = [];

    /// <summary>Starts an empty plan.</summary>
    /// <param name="info">The network's description.</param>
    /// <param name="weights">Where the weights come from; not used after the dry run.</param>
    public CpuPlan(NetworkInfo info, WeightSource weights)
    {
        Info = info;
        Weights = new NetworkWeights(info, weights);
    }

    /// <summary>The network's description.</summary>
    public NetworkInfo Info { get; }

    /// <summary>The weights as they are read; not used after the dry run.</summary>
    public NetworkWeights Weights { get; }

    /// <summary>What is noticed, complete when the dry run has ended.</summary>
    public LoadReport Report { get; } = new();

    /// <summary>Threads of a session; 0 is one for each physical core.</summary>
    public int Threads { get => _threads > 0 ? _threads : PhysicalCores.Count; init => _threads = value; }

    /// <summary>Whether Winograd's minimal filtering may be used.</summary>
    public bool UseWinograd { get; init; } = true;

    /// <summary>How the weights of linear layers are kept.</summary>
    public LinearPrecision LinearPrecision { get; init; }

    /// <summary>Bytes of the rows between convolutions of a chain.</summary>
    public long StripBytes { get; init; } = CacheSizes.ChainRows;

    /// <summary>The packed weights of all operations.</summary>
    public PackedWeights Packed { get; } = new();

    /// <summary>Floats of scratch memory that a session needs for each of its threads.</summary>
    public long ScratchLength { get; private set; }

    /// <summary>The prepared operations; an operation's Id is its index.</summary>
    public PreparedOperation?[] Operations => _operations;

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

    /// <summary>What follows a layer's product with its weights, read when the first of its packers needs it.</summary>
    /// <param name="bias">The layer's bias; none for 0.</param>
    /// <param name="affine">What is applied then.</param>
    /// <param name="channels">Output channels.</param>
    public Lazy<FoldedAffine> Fold(WeightRef bias, AffineWeights affine, int channels) =>
        new(() => FoldedAffine.Read(Weights, bias, affine, channels));

    /// <summary>Asks for scratch memory: every thread gets as much as the most demanding operation asks for, in whole cache lines.</summary>
    public void RequireScratch(long length) => ScratchLength = Math.Max(ScratchLength, CacheSizes.WholeLines(length));

    /// <summary>Ends the dry run: all that was asked for is known, and is packed.</summary>
    public void EndDryRun()
    {
        Packed.Pack(wholeBlocks: !Weights.HasStoredBytes);
        Packed.EndDryRun();
        Report.Warnings = Weights.DescribeNonFinite();
    }

    /// <summary>Ends it likewise, and reports that there is no packed file.</summary>
    /// <param name="packedFile">The file that was asked for.</param>
    /// <param name="reason">Why.</param>
    public void EndDryRunWithout(string packedFile, string reason)
    {
        EndDryRun();
        (Report.PackedFile, Report.PackedFilePath, Report.PackedFileReason) = (PackedFileUse.NotUsed, packedFile, reason);
    }

    public void Dispose()
    {
        Packed.Dispose();
        foreach (PreparedOperation? operation in _operations)
            operation?.Dispose();
    }
}
