namespace GradCam.Imaging.Tests;

/// <summary>Sessions whose raw map is what they are given, so that drawing can be tested without a network: one channel, gradient 1.</summary>
internal static class GridSession
{
    /// <summary>A heatmap of these values over a photo of this size.</summary>
    public static Heatmap Map(int width, int height, float[] raw)
    {
        using var session = new NetworkSession(new GridExecutor(width, height, 0));
        session.Forward(raw, TensorLayout.Hwc);
        return session.Explain(0).Copy();
    }

    /// <summary>A heatmap of what the network sees of a photo, which is its own brightness.</summary>
    public static Heatmap Of(Photo photo, int width, int height, int resizeShorterSide)
    {
        using var session = new NetworkSession(new GridExecutor(width, height, resizeShorterSide));
        session.Forward(photo);
        return session.Explain(0).Copy();
    }

    /// <summary>A session that squashes photos to this size.</summary>
    public static NetworkSession Open(int width, int height) => new(new GridExecutor(width, height, 0));

    /// <summary>What such a session's network is.</summary>
    public static NetworkInfo Info(int width, int height, int resizeShorterSide)
    {
        using var executor = new GridExecutor(width, height, resizeShorterSide);
        return executor.Info;
    }

    private sealed class GridExecutor(int width, int height, int resizeShorterSide) : Executor
    {
        private readonly float[] _input = new float[width * height];

        public override NetworkInfo Info { get; } = new()
        {
            Name = "Grid",
            Inputs = [new InputInfo { Name = "input", Tensor = new Tensor(0, 1, height, width) }],
            Outputs = [new OutputInfo { Name = "fc", Tensor = new Tensor(0, 1, 1, 1) }],
            Layers =
            [
                new LayerInfo
                {
                    Name = "input",
                    Activation = new Tensor(0, 1, height, width),
                    Gradient = new Tensor(1, 1, height, width),
                    SeededGradient = new Tensor(1, 1, height, width),
                },
            ],
            Weights = [],
            WorkspaceLength = 1 + width * height,
            Preprocessing = new ImagePreprocessing { ResizeShorterSide = resizeShorterSide },
            Labels = [],
        };

        protected override void RunCore(in SchedulePass pass, int first, int count)
        {
        }

        protected override void WriteCore(int sample, in Tensor destination, ReadOnlySpan<float> values, TensorLayout layout) => values.CopyTo(_input);

        protected override void ReadCore(int sample, in Tensor source, Span<float> destination)
        {
            if (source.Offset == 1)
                destination.Fill(1);
            else
                _input.AsSpan(0, destination.Length).CopyTo(destination);
        }

        protected override void Free()
        {
        }
    }
}
