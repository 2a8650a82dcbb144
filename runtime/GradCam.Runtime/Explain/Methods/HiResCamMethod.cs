using System.Numerics.Tensors;

namespace GradCam.Explain.Methods;

/// <summary><see cref="CamMethod.HiResCam"/>: map = sum g_c A_c.</summary>
internal static class HiResCamMethod
{
    public static void Compute(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, Span<float> map)
    {
        int channels = activations.Length / map.Length;
        for (int p = 0; p < map.Length; p++)
            map[p] = TensorPrimitives.Dot(activations.Slice(p * channels, channels), gradients.Slice(p * channels, channels));
    }
}
