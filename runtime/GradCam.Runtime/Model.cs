using GradCam.Weights;

namespace GradCam;

/// <summary>How a network is loaded.</summary>
public sealed record NetworkOptions
{
    /// <summary>What runs the network; the CPU by default.</summary>
    public BackendProvider Backend { get; init; } = BackendProvider.Cpu;

    /// <summary>Threads per session, the calling one included; 0 for one per physical core.</summary>
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
    /// tensor, the instruction set and the options. With <see cref="VerifyHash"/> its whole content is compared with the SHA-256 in the header too. A file that
    /// cannot be read or written is no error: the network is loaded as without it. Like a weight file, it must not be shortened while it is in use, and whoever
    /// may write it decides what the network computes.
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
public abstract class Model : IDisposable
{
    /// <summary>The network's description.</summary>
    public abstract NetworkInfo Info { get; }

    /// <summary>Makes a workspace to run the network in. The model must outlive it.</summary>
    public abstract Executor CreateExecutor();

    /// <summary>Frees the weights.</summary>
    public abstract void Dispose();
}

/// <summary>A workspace and the network that runs in it. Not thread-safe: one thread at a time.</summary>
public abstract class Executor : IDisposable
{
    /// <summary>The network's description.</summary>
    public abstract NetworkInfo Info { get; }

    /// <summary>Runs the forward pass on a packed [height, width, channels] input.</summary>
    public void Forward(ReadOnlySpan<float> input) => Forward(input, TensorLayout.Hwc);

    /// <summary>Runs the forward pass on a packed input.</summary>
    /// <param name="input">As many floats as the input has elements.</param>
    /// <param name="layout">How they lie.</param>
    public abstract void Forward(ReadOnlySpan<float> input, TensorLayout layout);

    /// <summary>Runs the backward slice to a compiled layer, after <see cref="Forward(ReadOnlySpan{float}, TensorLayout)"/>.</summary>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="class">Index of the logit.</param>
    /// <param name="seed">The gradient at the logit.</param>
    public abstract void Backward(int layer, int @class, float seed);

    /// <summary>
    /// Computes the gradient's sums over the pixels of a compiled layer that has <see cref="LayerInfo.GradientSums"/>, after
    /// <see cref="Forward(ReadOnlySpan{float}, TensorLayout)"/>.
    /// </summary>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="class">Index of the logit.</param>
    /// <param name="seed">The gradient at the logit.</param>
    public abstract void GradientSums(int layer, int @class, float seed);

    /// <summary>Copies a tensor to a packed [height, width, channels] span.</summary>
    public abstract void Read(in Tensor source, Span<float> destination);

    /// <summary>Frees the workspace.</summary>
    public abstract void Dispose();
}

/// <summary>Runs a network on a backend.</summary>
/// <typeparam name="TNetwork">The network.</typeparam>
/// <typeparam name="TBackend">The backend, a struct so that the schedule is compiled for it.</typeparam>
public sealed class Executor<TNetwork, TBackend> : Executor
    where TNetwork : INetwork
    where TBackend : struct, IBackend
{
    private readonly IDisposable? _workspace;
    private TBackend _backend;

    /// <summary>Takes a backend over its workspace.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="workspace">Disposed with the executor.</param>
    public Executor(TBackend backend, IDisposable? workspace)
    {
        _backend = backend;
        _workspace = workspace;
    }

    /// <inheritdoc/>
    public override NetworkInfo Info => TNetwork.Info;

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<float> input, TensorLayout layout)
    {
        _backend.Write(input, layout, TNetwork.Info.Input);
        TNetwork.RunForward(ref _backend);
    }

    /// <inheritdoc/>
    public override void Backward(int layer, int @class, float seed) => TNetwork.RunBackward(ref _backend, layer, @class, seed);

    /// <inheritdoc/>
    public override void GradientSums(int layer, int @class, float seed) => TNetwork.RunGradientSums(ref _backend, layer, @class, seed);

    /// <inheritdoc/>
    public override void Read(in Tensor source, Span<float> destination) => _backend.Read(source, destination);

    /// <inheritdoc/>
    public override void Dispose() => _workspace?.Dispose();
}
