using GradCam.Cpu.Packing;
using GradCam.Planning;

namespace GradCam.Cpu.Normalization;

/// <summary>A factor and a summand a channel, folded at load: of a per-channel affine, a layer norm, or (the factor alone) a parametric relu.</summary>
internal sealed unsafe class ChannelParameters : PreparedOperation
{
    private readonly PackedBlock _block;
    private readonly int _channels;

    /// <summary>Plans.</summary>
    /// <param name="plan">Where the weights are packed.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="read">Reads the values.</param>
    public ChannelParameters(CpuPlan plan, int channels, Func<FoldedAffine> read)
    {
        _channels = channels;
        _block = plan.Packed.Add(2L * channels, pieces: 1, (block, _, _) => Write(read(), new Span<float>(block, 2 * channels)));
    }

    /// <summary>One factor a channel.</summary>
    public float* Scale => _block.Pointer;

    /// <summary>One summand a channel.</summary>
    public float* Shift => _block.Pointer + _channels;

    private static void Write(FoldedAffine values, Span<float> block)
    {
        int channels = values.Scale.Length;
        for (int c = 0; c < channels; c++)
            (block[c], block[channels + c]) = ((float)values.Scale[c], (float)values.Shift[c]);
    }
}
