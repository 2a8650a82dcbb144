namespace GradCam.Explain.Inputs.Perturbations;

/// <summary>The input where a mask is 1, the baseline where it is 0, and between them as far as it says.</summary>
/// <param name="input">The input.</param>
/// <param name="baseline">The baseline.</param>
/// <param name="labels">Each pixel's place in the mask; null where a mask has a number a pixel.</param>
/// <param name="mask">Makes a mask: its number, and where to.</param>
/// <param name="maskLength">Numbers of a mask.</param>
internal sealed class MaskedInputs(float[] input, float[] baseline, int[]? labels, Action<int, float[]> mask, int maskLength) : IInputSource
{
    private readonly float[] _mask = new float[maskLength];

    public void Fill(int index, Span<float> destination)
    {
        mask(index, _mask);
        int pixels = labels?.Length ?? maskLength;
        int channels = destination.Length / pixels;
        for (int p = 0; p < pixels; p++)
        {
            float seen = _mask[labels is null ? p : labels[p]];
            for (int i = p * channels; i < (p + 1) * channels; i++)
            {
                // Between equal numbers lie others, by rounding: what is as the baseline has it does not change.
                bool isSeen = seen == 1 || input[i] == baseline[i];
                destination[i] = isSeen ? input[i] : seen == 0 ? baseline[i] : input[i] * seen + baseline[i] * (1 - seen);
            }
        }
    }
}
