using GradCam.Explain;
using GradCam.Explain.Inputs;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = mean, over the windows that a pixel lies in, of y(x) - y(x with the window covered).
    /// Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014, arXiv:1311.2901.
    /// </summary>
    public static OcclusionMethod Occlusion { get; } = new();
}

/// <summary>What the score loses where a window is covered: <see cref="InputMethod.Occlusion"/>.</summary>
public sealed record OcclusionMethod : InputMethod
{
    private const int MostPixels = 1 << 16;

    internal OcclusionMethod()
        : base(
            "Occlusion", "occlusion", "values = mean over a pixel's windows of y(x) - y(x with the window covered); map = values", 2014,
            "Zeiler and Fergus, \"Visualizing and Understanding Convolutional Networks\", ECCV 2014, arXiv:1311.2901",
            "windows + 1 forwards (28x28 = 784 of 224x224)", InputNeeds.Nothing)
    {
    }

    /// <summary>Rows of a window: 15. Of a smaller input all of it.</summary>
    public int WindowHeight { get; init => field = Within(1, MostPixels, value, nameof(WindowHeight)); } = 15;

    /// <summary>Columns of a window: 15. Of a smaller input all of it.</summary>
    public int WindowWidth { get; init => field = Within(1, MostPixels, value, nameof(WindowWidth)); } = 15;

    /// <summary>
    /// Rows from a window to the one below: 8. The first window is at the top; the last one reaches the lower edge and is cut off there. A stride above the
    /// window's height leaves rows out, whose values are 0.
    /// </summary>
    public int StrideDown { get; init => field = Within(1, MostPixels, value, nameof(StrideDown)); } = 8;

    /// <summary>Columns from a window to the one beside it: 8. As <see cref="StrideDown"/>.</summary>
    public int StrideAcross { get; init => field = Within(1, MostPixels, value, nameof(StrideAcross)); } = 8;

    /// <summary>What covers a window: <see cref="Baseline.Zero"/>.</summary>
    public Baseline Baseline { get; init; } = Baseline.Zero;

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        WindowHeight = arguments.Integer("window-height", WindowHeight),
        WindowWidth = arguments.Integer("window-width", WindowWidth),
        StrideDown = arguments.Integer("stride-down", StrideDown),
        StrideAcross = arguments.Integer("stride-across", StrideAcross),
        Baseline = arguments.Baseline(Baseline),
    };

    internal override PassCount CountPasses(Tensor input) =>
        new((long)Axis(input.Height, WindowHeight, StrideDown).Count * Axis(input.Width, WindowWidth, StrideAcross).Count + 1, 0);

    internal override void Compute(InputRun run)
    {
        (int height, int width) = (run.Shape.Height, run.Shape.Width);
        (int windowHeight, int down) = Axis(height, WindowHeight, StrideDown);
        (int windowWidth, int across) = Axis(width, WindowWidth, StrideAcross);
        float[] baseline = new float[run.Shape.Length];
        Baseline.Fill(run, 0, baseline);
        var source = new Windows(run.InputBuffer, baseline, run.Shape, this, across);
        double[] scores = new double[down * across];
        run.Score(source, scores);
        double score = run.ScoreInput();

        double[] sums = new double[run.Shape.Pixels];
        int[] counts = new int[run.Shape.Pixels];
        for (int window = 0; window < scores.Length; window++)
        {
            (int top, int left) = (window / across * StrideDown, window % across * StrideAcross);
            for (int y = top; y < Math.Min(top + windowHeight, height); y++)
            {
                for (int x = left; x < Math.Min(left + windowWidth, width); x++)
                {
                    sums[y * width + x] += score - scores[window];
                    counts[y * width + x]++;
                }
            }
        }

        run.UseOneChannel();
        Span<float> values = run.Values;
        for (int p = 0; p < values.Length; p++)
            values[p] = counts[p] == 0 ? 0 : (float)(sums[p] / counts[p]);
    }

    /// <summary>A window's size along an axis, and how many there are: up to the first that reaches the end, and each begins before it.</summary>
    private static (int Window, int Count) Axis(int size, int window, int stride)
    {
        window = Math.Min(window, size);
        return (window, Math.Min((size - window + stride - 1) / stride, (size - 1) / stride) + 1);
    }

    /// <summary>The input, a window of it covered.</summary>
    private sealed class Windows(float[] input, float[] baseline, Tensor shape, OcclusionMethod method, int across) : IInputSource
    {
        public void Fill(int index, Span<float> destination)
        {
            input.CopyTo(destination);
            (int top, int left) = (index / across * method.StrideDown, index % across * method.StrideAcross);
            int right = Math.Min(left + method.WindowWidth, shape.Width);
            for (int y = top; y < Math.Min(top + method.WindowHeight, shape.Height); y++)
            {
                Range row = ((y * shape.Width + left) * shape.Channels)..((y * shape.Width + right) * shape.Channels);
                baseline.AsSpan(row).CopyTo(destination[row]);
            }
        }
    }
}
