using ILGPU;

namespace GradCam.Gpu.Planning;

/// <summary>A factor and a summand a channel.</summary>
/// <param name="values">[factors, rounded up to a multiple of 4], then the summands.</param>
/// <param name="summands">Where the summands begin.</param>
internal sealed class PreparedChannels(ArrayView<float> values, int summands) : PreparedOperation
{
    public ArrayView<float> Values => values;

    public int Summands => summands;
}
