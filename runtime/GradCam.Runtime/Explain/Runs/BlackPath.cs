namespace GradCam.Explain.Runs;

/// <summary>The straight way from a black photo to the input: x' + t (x - x'). Without preprocessing that says what black is, x' is zeros.</summary>
internal sealed class BlackPath
{
    private readonly float[] _black;

    public BlackPath(MethodRun run)
    {
        ImagePreprocessing preprocessing = run.Info.Preprocessing;
        bool isKnown = run.Info.PreprocessingOrigin != PreprocessingOrigin.TensorsOnly;
        _black = new float[run.InputShape.Channels];
        for (int c = 0; c < _black.Length && isKnown; c++)
        {
            float mean = c < preprocessing.Mean.Count ? preprocessing.Mean[c] : 0;
            float deviation = c < preprocessing.StandardDeviation.Count ? preprocessing.StandardDeviation[c] : 1;
            _black[c] = -mean / deviation;
        }
    }

    /// <summary>A point of the way.</summary>
    /// <param name="input">x.</param>
    /// <param name="t">0 for black, 1 for x.</param>
    /// <param name="values">The point.</param>
    public void Write(ReadOnlySpan<float> input, double t, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double black = _black[i % _black.Length];
            values[i] = (float)(black + t * (input[i] - black));
        }
    }
}
