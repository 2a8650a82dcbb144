using System.ComponentModel;

namespace GradCam;

/// <summary>How a network is loaded: what all backends have in common. Each has its own, <see cref="CpuOptions"/> for the CPU, and is chosen by them.</summary>
public abstract record NetworkOptions
{
    /// <summary>What runs the network.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public abstract BackendProvider Backend { get; }

    /// <summary>
    /// Whether the weight file must be, byte for byte, the one that the build saw. Off by default: it reads the whole file, and fine-tuned weights of the same
    /// shapes are fine.
    /// </summary>
    public bool VerifyHash { get; init; }
}
