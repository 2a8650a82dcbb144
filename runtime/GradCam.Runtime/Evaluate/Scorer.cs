namespace GradCam.Evaluate;

/// <summary>Writes one of several changed inputs.</summary>
/// <param name="index">Which one.</param>
/// <param name="input">Receives it, packed [height, width, channels]; all of it is to be written.</param>
public delegate void InputWriter(int index, Span<float> input);

/// <summary>The score y of an input.</summary>
/// <param name="input">The input, packed [height, width, channels].</param>
public delegate double ScoreFunction(ReadOnlySpan<float> input);

/// <summary>What a network makes of changed inputs: what all metrics that change the input ask. Inputs are packed [height, width, channels].</summary>
public abstract class Scorer
{
    /// <summary>Makes a scorer of inputs of a shape.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">Channels.</param>
    protected Scorer(int height, int width, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        (Height, Width, Channels) = (height, width, channels);
        _ = checked(height * width * channels);
    }

    /// <summary>The input's rows.</summary>
    public int Height { get; }

    /// <summary>The input's columns.</summary>
    public int Width { get; }

    /// <summary>The input's channels.</summary>
    public int Channels { get; }

    /// <summary>Numbers of a map over the input.</summary>
    public int Pixels => Height * Width;

    /// <summary>Numbers of the input.</summary>
    public int Length => Height * Width * Channels;

    /// <summary>Inputs that were scored.</summary>
    public long Forwards { get; private set; }

    /// <summary>The scores of a session's network. Several inputs run together where the session was made for a batch.</summary>
    /// <param name="session">The session. Its last results are another input's afterwards, so that heatmaps are to be copied before.</param>
    /// <param name="target">The score: usually <see cref="Target.Probability"/> of the class that is explained.</param>
    /// <param name="cancellation">Stops the scoring between two passes.</param>
    /// <exception cref="ArgumentException">The network has several inputs.</exception>
    public static Scorer Create(NetworkSession session, Target target, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(target);
        return session.Info.Inputs.Count == 1
            ? new SessionScorer(session, target, cancellation)
            : throw new ArgumentException($"{session.Info.Name} has {session.Info.Inputs.Count} inputs; a metric changes one.", nameof(session));
    }

    /// <summary>The scores of a function.</summary>
    /// <param name="height">The input's rows.</param>
    /// <param name="width">The input's columns.</param>
    /// <param name="channels">The input's channels.</param>
    /// <param name="score">The function.</param>
    public static Scorer FromFunction(int height, int width, int channels, ScoreFunction score)
    {
        ArgumentNullException.ThrowIfNull(score);
        return new FunctionScorer(height, width, channels, score);
    }

    /// <summary>Scores inputs.</summary>
    /// <param name="count">How many.</param>
    /// <param name="write">Writes them, in their order, on the calling thread.</param>
    /// <returns>Their scores.</returns>
    public double[] Score(int count, InputWriter write)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(write);
        double[] scores = new double[count];
        ScoreAll(write, scores);
        Forwards += count;
        return scores;
    }

    /// <summary>Scores an input.</summary>
    /// <param name="input">The input.</param>
    /// <exception cref="ArgumentException">It has not the input's length.</exception>
    public double Score(ReadOnlySpan<float> input)
    {
        float[] copy = CheckInput(input).ToArray();
        return Score(1, (_, destination) => copy.CopyTo(destination))[0];
    }

    /// <summary>Scores inputs.</summary>
    /// <param name="write">Writes them.</param>
    /// <param name="scores">Receives their scores, one an input.</param>
    protected abstract void ScoreAll(InputWriter write, Span<double> scores);

    internal ReadOnlySpan<float> CheckInput(ReadOnlySpan<float> input) => input.Length == Length
        ? input
        : throw new ArgumentException($"An input of {Height}x{Width}x{Channels} has {Length} numbers; found {input.Length}.", nameof(input));

    internal ReadOnlySpan<float> CheckMap(ReadOnlySpan<float> map)
    {
        if (map.Length != Pixels)
            throw new ArgumentException($"The input is {Height}x{Width}, a map over it has {Pixels} numbers; found {map.Length}.", nameof(map));
        return Numerics.Finite.All(map)
            ? map
            : throw new ArgumentException("The map has NaN or infinite numbers: look at Heatmap.IsFinite first.", nameof(map));
    }

    private sealed class FunctionScorer(int height, int width, int channels, ScoreFunction score) : Scorer(height, width, channels)
    {
        protected override void ScoreAll(InputWriter write, Span<double> scores)
        {
            float[] input = new float[Length];
            for (int i = 0; i < scores.Length; i++)
            {
                write(i, input);
                scores[i] = score(input);
            }
        }
    }

    private sealed class SessionScorer(NetworkSession session, Target target, CancellationToken cancellation)
        : Scorer(session.Info.Input.Height, session.Info.Input.Width, session.Info.Input.Channels)
    {
        private readonly float[] _input = new float[session.Info.Input.Length];

        protected override void ScoreAll(InputWriter write, Span<double> scores)
        {
            for (int done = 0; done < scores.Length; done += session.Batch)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(session.Batch, scores.Length - done);
                for (int i = 0; i < count; i++)
                {
                    write(done + i, _input);
                    session.SetInput(_input, TensorLayout.Hwc, sample: i);
                }

                session.Forward();
                for (int i = 0; i < count; i++)
                {
                    session.Sample = i;
                    scores[done + i] = session.Evaluate(target);
                }
            }

            session.Sample = 0;
        }
    }
}
