using GradCam.Explain;
using GradCam.Numerics;

namespace GradCam;

/// <summary>
/// What a <see cref="Target"/> is computed of: a network's outputs after a forward pass, and for each the seed, d y / d output, that the target adds to.
/// </summary>
public readonly ref struct TargetContext
{
    private readonly ForwardRun _run;
    private readonly Seeds _seeds;

    internal TargetContext(NetworkInfo info, ForwardRun run, Seeds seeds) => (Info, _run, _seeds) = (info, run, seeds);

    /// <summary>The network's description.</summary>
    public NetworkInfo Info { get; }

    /// <summary>An output: a vector of logits, or a map.</summary>
    /// <param name="index">Index into <see cref="NetworkInfo.Outputs"/>.</param>
    public FeatureMaps GetOutput(int index) => _run.Output(index);

    /// <summary>d y / d output, zeros at first: targets add to it.</summary>
    /// <param name="index">Index into <see cref="NetworkInfo.Outputs"/>.</param>
    /// <returns>Packed [height, width, channels], as the output.</returns>
    public Span<float> GetSeed(int index) => _seeds.Use(index);

    /// <summary>The index of an output.</summary>
    /// <param name="name">Its name in the spec; null for the first one.</param>
    /// <exception cref="ArgumentException">There is no such output.</exception>
    public int FindOutput(string? name) => name is null ? 0 : Info.IndexOfOutput(name);

    /// <summary>How it is computed.</summary>
    internal Arithmetic Arithmetic => _run.Arithmetic;

    /// <summary>Room for a number a channel of an output.</summary>
    internal Span<float> Scratch(int index) => _seeds.Scratch(index);
}
