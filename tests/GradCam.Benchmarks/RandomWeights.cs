using GradCam.Weights;

namespace GradCam.Benchmarks;

/// <summary>Weights of any name and shape.</summary>
internal sealed class RandomWeights : WeightSource
{
    public override string Name => "random";

    public override bool TryGetShape(string name, out ReadOnlySpan<int> shape)
    {
        shape = default;
        return false;
    }

    public override void Read(string name, Span<float> destination) => Fill(destination, 0.05f);

    public static void Fill(Span<float> values, float scale)
    {
        uint state = 12345;
        foreach (ref float value in values)
        {
            state = state * 1664525 + 1013904223;
            value = scale * ((state >> 8) * (2f / (1 << 24)) - 1);
        }
    }
}
