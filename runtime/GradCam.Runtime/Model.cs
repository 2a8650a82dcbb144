using GradCam.Weights;

namespace GradCam;

/// <summary>How a network is loaded.</summary>
public sealed record NetworkOptions
{
    /// <summary>What runs the network; the CPU by default.</summary>
    public BackendProvider Backend { get; init; } = BackendProvider.Cpu;

    /// <summary>Threads per session, the calling one included, up to 1024; 0 for one per physical core.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Whether the CPU backend may use Winograd's minimal filtering for 3x3 convolutions (Lavin and Gray 2016), which needs a quarter to less than a half of
    /// the
    /// multiplications. Results differ from the direct sums by rounding: about 1e-5 of the largest value over a whole network, instead of 1e-6.
    /// </summary>
    public bool Winograd { get; init; } = true;

    /// <summary>How the CPU backend keeps the weights of linear layers; in 32 bits by default.</summary>
    public LinearPrecision LinearPrecision { get; init; }

    /// <summary>
    /// A file for the CPU backend's packed weights, which makes the next start fast: it is mapped and used in place where it was made from this network and
    /// these weights for this machine and these options, and otherwise packed weights are written there, under another name first. None by default.
    /// </summary>
    /// <remarks>
    /// That it fits is seen from a header: the builds of the runtime and of the network, the weight file's length, time of change, header and samples of each
    /// tensor, the instruction set and the options. With <see cref="VerifyHash"/> its whole content is compared with the SHA-256 in the header too. Only a file
    /// that begins as packed weights do is ever replaced. A file that cannot be read or written, or is something else, is no error: the network is loaded as
    /// without it, and <see cref="LoadReport.PackedFile"/> says so. Only the weight file itself is refused. Like a weight file, it must not be shortened while
    /// it is in use, and whoever may write it decides what the network computes.
    /// </remarks>
    public string? PackedFile { get; init; }

    /// <summary>
    /// Whether the weight file must be, byte for byte, the one that the build saw. Off by default: it reads the whole file, and fine-tuned weights of the same
    /// shapes are fine.
    /// </summary>
    public bool VerifyHash { get; init; }
}

/// <summary>
/// How the weights of linear layers, which a forward pass reads once each and which most of an older network's weights are, are kept in memory. They are
/// widened to 32 bits when they are used, and so are all sums.
/// </summary>
public enum LinearPrecision
{
    /// <summary>In 32 bits.</summary>
    Full,

    /// <summary>
    /// In 16 bits where the weight file has them so (F16 or BF16) and no factor or batch norm is folded in: half the memory, and the same results.
    /// </summary>
    AsStored,

    /// <summary>
    /// In 16 bits (F16) in all layers: half the memory. Weights in 32 bits are rounded to 11 significant bits, so each is off by up to 1/2048 of itself; logits
    /// of networks of the zoo were off by 2e-4 to 3e-4 of the largest. A weight above 65504 is a <see cref="Weights.WeightException"/>.
    /// </summary>
    Half,
}

/// <summary>A kind of backend: prepares a network's weights for it.</summary>
public abstract class BackendProvider
{
    /// <summary>The SIMD CPU backend.</summary>
    public static BackendProvider Cpu => GradCam.Cpu.CpuBackendProvider.Instance;

    /// <summary>Reads, checks, converts and packs the weights.</summary>
    /// <typeparam name="TNetwork">The network.</typeparam>
    /// <param name="weights">Where its weights come from; not used after the call.</param>
    /// <param name="options">Options.</param>
    /// <exception cref="WeightException">A tensor is missing or of the wrong shape or type.</exception>
    public abstract Model Prepare<TNetwork>(WeightSource weights, NetworkOptions options)
        where TNetwork : INetwork;
}

/// <summary>A network with its weights, prepared for a backend. Immutable; shared by all sessions on all threads.</summary>
/// <remarks>
/// The weights are freed when the model and all of its executors are disposed of, whichever comes last. From the model's <see cref="Dispose"/> on its executors
/// run no more: every call is an <see cref="ObjectDisposedException"/>, but for those that are under way.
/// </remarks>
public abstract class Model : IDisposable
{
    /// <summary>The model itself until it is disposed of, and its executors: who may read the weights.</summary>
    private int _users = 1;
    private int _isDisposed;

    /// <summary>The network's description.</summary>
    public abstract NetworkInfo Info { get; }

    /// <summary>What was noticed while the network was loaded.</summary>
    public virtual LoadReport LoadReport => LoadReport.Empty;

    /// <summary>Whether it was disposed of.</summary>
    internal bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <summary>Makes a workspace to run the network in.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public Executor CreateExecutor()
    {
        if (IsDisposed || !TryAddUser())
            throw Disposed();
        try
        {
            Executor executor = CreateExecutorCore();
            executor.Attach(this);
            return executor;
        }
        catch
        {
            RemoveUser();
            throw;
        }
    }

    /// <summary>Ends the network's use, and frees the weights as soon as no executor is left.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            RemoveUser();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a workspace. The model is not disposed meanwhile.</summary>
    protected abstract Executor CreateExecutorCore();

    /// <summary>Frees the weights. Called once at most: not where nobody disposes, so native memory needs an owner with a finalizer.</summary>
    protected abstract void Free();

    /// <summary>What a use after <see cref="Dispose"/> throws.</summary>
    internal ObjectDisposedException Disposed() => new(Info.Name, $"The network {Info.Name} was disposed of; it and its sessions cannot be used any more.");

    /// <summary>An executor is gone.</summary>
    internal void RemoveUser()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            Free();
    }

    private bool TryAddUser()
    {
        for (int users = Volatile.Read(ref _users); users > 0;)
        {
            int found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
                return true;
            users = found;
        }

        return false;
    }
}
