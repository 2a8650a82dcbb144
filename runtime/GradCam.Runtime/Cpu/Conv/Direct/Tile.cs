using GradCam.Cpu.Conv.Algorithm;

namespace GradCam.Cpu.Conv.Direct;

/// <summary>What a micro-kernel works on: some pixels of the output times a panel of output channels. Offsets are in floats.</summary>
internal unsafe struct Tile
{
    /// <summary>Input, to which <see cref="InputOffsets"/> are relative.</summary>
    public float* Input;

    /// <summary>For each pixel, where its first tap begins, before <see cref="Runs"/> are added.</summary>
    public int* InputOffsets;

    /// <summary>Stretches of consecutive floats that the product runs over, for each pixel relative to its input offset.</summary>
    public int* Runs;

    /// <summary>Number of runs; 0 leaves the bias.</summary>
    public int RunCount;

    /// <summary>Floats in a run.</summary>
    public int RunLength;

    /// <summary>The panel's weights, [runs * run length][channels of the panel].</summary>
    public float* Weights;

    /// <summary>Weights of a later tile: one line is fetched into the L2 cache with each step of the product.</summary>
    public float* Ahead;

    /// <summary>Floats from one fetch to the next.</summary>
    public nint AheadStep;

    /// <summary>The panel's bias.</summary>
    public float* Bias;

    /// <summary>Output, to which <see cref="OutputOffsets"/> are relative.</summary>
    public float* Output;

    /// <summary>For each pixel, where the panel's channels go.</summary>
    public int* OutputOffsets;

    /// <summary>Channels of the panel's last vector that are the output's: what lies beyond them in memory is not written.</summary>
    public int LastCount;

    /// <summary>Added before clamping; may be the output. Null for none.</summary>
    public float* Residual;

    /// <summary>For each pixel, where the residual's channels are.</summary>
    public int* ResidualOffsets;

    /// <summary>Room for <see cref="WasmMicroKernel.SumsLength"/> floats; used by that kernel alone.</summary>
    public float* Sums;

    /// <summary>Bounds of the results.</summary>
    public ClampBounds Clamp;
}
