using GradCam.Cpu.Packing;
using GradCam.Planning;

namespace GradCam.Cpu.Normalization;

/// <summary>A factor and a summand a channel, folded at load: of a per-channel affine, a layer norm, or (the factor alone) a parametric relu.</summary>
internal sealed unsafe class ChannelParameters : PreparedOperation
{
    private readonly PackedBlock _block;
    private readonly int _channels;

    private ChannelParameters(CpuPlan plan, int channels, Func<FoldedAffine> read)
    {
        _channels = channels;
        _block = plan.Packed.Add(2L * channels, pieces: 1, (block, _, _) => Write(read(), new Span<float>(block, 2 * channels)));
    }

    /// <summary>One factor a channel.</summary>
    public float* Scale => _block.Pointer;

    /// <summary>One summand a channel.</summary>
    public float* Shift => _block.Pointer + _channels;

    /// <summary>Plans an affine's.</summary>
    public static void Prepare(CpuPlan plan, ChannelAffine op, int channels) =>
        Prepare(plan, op.Id, channels, () => FoldedAffine.Read(plan.Weights, bias: default, op.Affine, channels));

    /// <summary>Plans a parametric relu's: slopes.</summary>
    public static void Prepare(CpuPlan plan, ParametricRelu op, int channels) => Prepare(
        plan, op.Id, channels, () => new FoldedAffine(FoldedAffine.ReadChannels(plan.Weights, op.Slope, channels, absent: 0), new double[channels]));

    /// <summary>Plans a normalisation's.</summary>
    public static void Prepare(CpuPlan plan, int id, WeightRef weight, WeightRef bias, int channels) => Prepare(plan, id, channels, () => new FoldedAffine(
        FoldedAffine.ReadChannels(plan.Weights, weight, channels, absent: 1), FoldedAffine.ReadChannels(plan.Weights, bias, channels, absent: 0)));

    private static void Prepare(CpuPlan plan, int id, int channels, Func<FoldedAffine> read) =>
        plan.Prepare(id, () => new ChannelParameters(plan, channels, read));

    private static void Write(FoldedAffine values, Span<float> block)
    {
        int channels = values.Scale.Length;
        for (int c = 0; c < channels; c++)
            (block[c], block[channels + c]) = ((float)values.Scale[c], (float)values.Shift[c]);
    }
}
