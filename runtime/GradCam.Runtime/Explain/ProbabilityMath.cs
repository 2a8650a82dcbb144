using GradCam.Numerics;

namespace GradCam.Explain;

/// <summary>Logits to probabilities.</summary>
internal static class ProbabilityMath
{
    public static void Compute(Arithmetic arithmetic, ReadOnlySpan<float> logits, OutputHead head, Span<float> probabilities)
    {
        if (IsSigmoid(logits.Length, head))
            Sigmoid(arithmetic, logits, probabilities);
        else
            Softmax(arithmetic, logits, probabilities);
    }

    /// <summary>Whether each class stands on its own: so the head says, or there is but one.</summary>
    public static bool IsSigmoid(int classes, OutputHead head) => head == OutputHead.Sigmoid || classes == 1;

    private static void Sigmoid(Arithmetic arithmetic, ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        arithmetic.Sigmoid(logits, probabilities);
        if (Finite.All(logits))
            return;
        for (int i = 0; i < logits.Length; i++)
        {
            if (!float.IsFinite(logits[i]))
                probabilities[i] = float.NaN;
        }
    }

    private static void Softmax(Arithmetic arithmetic, ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        if (!Finite.All(logits))
        {
            probabilities.Fill(float.NaN);
            return;
        }

        arithmetic.Softmax(logits, probabilities);
    }
}
