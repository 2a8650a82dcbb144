using System.ComponentModel;
using GradCam.Cpu;
using GradCam.Cpu.Packing;
using GradCam.Weights;

namespace GradCam;

/// <summary>How a network is loaded to run on the CPU, as it does where no options are given.</summary>
public sealed record CpuOptions : NetworkOptions
{
    /// <summary>
    /// Threads of a session, at most: several times the cores of the largest machines, of which a single image keeps a few dozen busy. Each takes scratch
    /// memory.
    /// </summary>
    private const int MostThreads = 1024;

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public override BackendProvider Backend => CpuBackendProvider.Instance;

    /// <summary>Threads per session, the calling one included, up to 1024; 0 for one per physical core.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Whether Winograd's minimal filtering may be used for 3x3 convolutions (Lavin and Gray 2016), which needs a quarter to less than a half of the
    /// multiplications. Results differ from the direct sums by rounding: about 1e-5 of the largest value over a whole network, instead of 1e-6.
    /// </summary>
    public bool UseWinograd { get; init; } = true;

    /// <summary>How the weights of linear layers are kept; in 32 bits by default.</summary>
    public LinearPrecision LinearPrecision { get; init; }

    /// <summary>
    /// A file for packed weights, which makes the next start fast: it is mapped and used in place where it was made from this network and these weights for
    /// this machine and these options, and otherwise packed weights are written there, under another name first. None by default.
    /// </summary>
    /// <remarks>
    /// That it fits is seen from a header: the builds of the runtime and of the network, the weight file's length, time of change, header and samples of each
    /// tensor, the instruction set and the options. With <see cref="NetworkOptions.VerifyHash"/> its whole content is compared with the SHA-256 in the header
    /// too. Only a file that begins as packed weights do is ever replaced. A file that cannot be read or written, or is something else, is no error: the
    /// network is loaded as without it, and <see cref="LoadReport.PackedFile"/> says so. Only the weight file itself is refused. Like a weight file, it must
    /// not be shortened while it is in use, and whoever may write it decides what the network computes.
    /// </remarks>
    public string? PackedFile { get; init; }

    /// <summary>An empty plan for these options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads makes no sense.</exception>
    internal CpuPlan Plan(NetworkInfo info, WeightSource weights)
    {
        if (Threads is < 0 or > MostThreads)
        {
#pragma warning disable CA2208 // What is wrong is a property of the argument.
            throw new ArgumentOutOfRangeException(nameof(Threads), Threads, $"Expected 1 to {MostThreads} threads, or 0 for one per physical core.");
#pragma warning restore CA2208
        }

        return new CpuPlan(info, weights) { Threads = Threads, UseWinograd = UseWinograd, LinearPrecision = LinearPrecision };
    }
}
