using GradCam.Cpu.Memory;

namespace GradCam.Cpu;

/// <summary>A factor and a summand a channel, folded at load: of a per-channel affine, a layer norm, or (the factor alone) a parametric relu.</summary>
internal sealed unsafe class ChannelParameters : PreparedOperation
{
    private readonly NativeBlock _block;
    private readonly int _channels;

    /// <summary>Takes the values.</summary>
    public ChannelParameters(ReadOnlySpan<double> scale, ReadOnlySpan<double> shift)
    {
        _channels = scale.Length;
        _block = new NativeBlock(2L * _channels);
        for (int c = 0; c < scale.Length; c++)
            Scale[c] = (float)scale[c];
        for (int c = 0; c < shift.Length; c++)
            Shift[c] = (float)shift[c];
    }

    /// <summary>One factor a channel.</summary>
    public float* Scale => _block.Pointer;

    /// <summary>One summand a channel.</summary>
    public float* Shift => _block.Pointer + _channels;

    /// <inheritdoc/>
    public override long WeightBytes => sizeof(float) * _block.Length;

    /// <inheritdoc/>
    public override void Dispose() => _block.Dispose();
}
