using System.ComponentModel;
using GradCam.Cpu;

namespace GradCam;

/// <summary>
/// How a network is loaded that computes the same bits on every machine: whatever its processor, instruction set, number of threads and operating system, from
/// the same weights and the same input. Sums have one order, no product and sum are fused, and functions are made of operations that IEEE 754 defines.
/// </summary>
/// <remarks>
/// It takes several times as long as <see cref="CpuOptions"/>. Logits, gradients, heatmaps (also enlarged and normalised), probabilities and photos made to
/// inputs are all of it; decoders of photos and metrics are not. Results differ from those with <see cref="CpuOptions"/> by rounding. A new version of this
/// package may change the bits.
/// </remarks>
public sealed record ReproducibleCpuOptions : NetworkOptions
{
    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override BackendProvider Backend => ReproducibleProvider.Instance;

    /// <summary>Threads per session, the calling one included, up to 1024; 0 for one per physical core. They change no bit.</summary>
    public int Threads { get; init; }
}
