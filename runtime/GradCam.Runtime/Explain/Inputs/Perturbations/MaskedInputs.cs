using System.Collections.Concurrent;

namespace GradCam.Explain.Inputs;

/// <summary>The input where a mask is 1, the baseline where it is 0, and between them as far as it says.</summary>
/// <param name="input">The input.</param>
/// <param name="baseline">The baseline.</param>
/// <param name="labels">Each pixel's place in the mask; null where a mask has a number a pixel.</param>
/// <param name="mask">Makes a mask: its number, and where to.</param>
/// <param name="maskLength">Numbers of a mask.</param>
internal sealed class MaskedInputs(float[] input, float[] baseline, int[]? labels, Action<int, float[]> mask, int maskLength) : IInputSource
{
    // Masks are as long as is said: what makes one may look at its length.
    private readonly ConcurrentBag<float[]> _masks = [];

    public void Fill(int index, Span<float> destination)
    {
        float[] numbers = _masks.TryTake(out float[]? free) ? free : new float[maskLength];
        mask(index, numbers);
        int pixels = labels?.Length ?? maskLength;
        int channels = destination.Length / pixels;
        for (int p = 0; p < pixels; p++)
        {
            float seen = numbers[labels is null ? p : labels[p]];
            for (int i = p * channels; i < (p + 1) * channels; i++)
                destination[i] = seen == 1 ? input[i] : seen == 0 ? baseline[i] : input[i] * seen + baseline[i] * (1 - seen);
        }

        _masks.Add(numbers);
    }
}
