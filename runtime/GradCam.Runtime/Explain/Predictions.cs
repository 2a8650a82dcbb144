namespace GradCam.Explain;

/// <summary>What a session's last forward pass says: probabilities, and the best classes.</summary>
internal sealed class Predictions(ForwardRun run, NetworkInfo info)
{
    private readonly float[]?[] _probabilities = new float[info.Outputs.Count][];
    private readonly bool[] _isComputed = new bool[info.Outputs.Count];

    /// <summary>Forgets the last pass.</summary>
    public void Forget() => Array.Clear(_isComputed);

    /// <summary>The probabilities of an output.</summary>
    public ReadOnlySpan<float> Probabilities(int index)
    {
        ReadOnlySpan<float> logits = run.Output(index).Values;
        OutputInfo output = info.Outputs[index];
        float[] probabilities = _probabilities[index] ??= new float[logits.Length];
        if (!_isComputed[index])
        {
            int channels = output.Tensor.Channels;
            for (int pixel = 0; pixel < logits.Length; pixel += channels)
                ProbabilityMath.Compute(run.Arithmetic, logits.Slice(pixel, channels), output.Head, probabilities.AsSpan(pixel, channels));
        }

        _isComputed[index] = true;
        return probabilities;
    }

    /// <summary>Index of the largest logit; NaN never wins, and of equals the first one does.</summary>
    public int BestIndex()
    {
        RequireVector();
        ReadOnlySpan<float> logits = run.Output(0).Values;
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (Precedes(logits[i], logits[best]))
                best = i;
        }

        return best;
    }

    /// <summary>Fills in the classes of the largest logits, the best one first.</summary>
    public int Top(Span<Prediction> destination)
    {
        RequireVector();
        ReadOnlySpan<float> logits = run.Output(0).Values;
        ReadOnlySpan<float> probabilities = Probabilities(0);
        int count = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            int at = count;
            while (at > 0 && Precedes(logits[i], logits[destination[at - 1].ClassIndex]))
                at--;
            if (at == destination.Length)
                continue;
            count = Math.Min(count + 1, destination.Length);
            destination[at..(count - 1)].CopyTo(destination[(at + 1)..]);
            destination[at] = new Prediction
            {
                ClassIndex = i,
                ClassName = i < info.Labels.Count ? info.Labels[i] : "",
                Probability = probabilities[i],
            };
        }

        return count;
    }

    /// <summary>A map has a best class at each pixel.</summary>
    private void RequireVector()
    {
        OutputInfo output = info.Outputs[0];
        if (output.IsMap)
        {
            throw new InvalidOperationException(
                $"The output '{output.Name}' of {info.Name} is a map of {output.Tensor.Height}x{output.Tensor.Width}: read its Logits or Probabilities at " +
                "each pixel.");
        }
    }

    private static bool Precedes(float a, float b) => a > b || (float.IsNaN(b) && !float.IsNaN(a));
}
