namespace GradCam.Conformance.Cases;

/// <summary>Max or average pooling, with windows that leave the map on any side, as ceil mode and large padding make them.</summary>
internal sealed class PoolCase : OperationCase
{
    private readonly bool _max;
    private readonly AveragePool _op;

    public PoolCase(CaseRandom random, bool max)
        : base(random)
    {
        _max = max;
        Extent input;
        (Window Window, Extent Output)? shape;
        do
        {
            input = random.Size();
            shape = Draw(random, input, max);
        }
        while (shape is null);
        (Window window, Extent output) = shape.Value;

        _op = new AveragePool(window, random.Chance(0.5));
        int channels = random.Channels();
        Input = Source(channels, input);
        Output = Target(channels, output);
        if (max && !random.Smooth && random.Chance(0.1))
        {
            Set(Input, random.Between(0, input.Height - 1), random.Between(0, input.Width - 1), random.Between(0, channels - 1), float.NaN);
            return;
        }

        OutputGradient = Source(channels, output);
        AddInputGradient(Input);
    }

    public override string Description => _max ? $"max {_op.Window}" : $"{_op}";

    public override double Tolerance => _max ? 0 : 1e-5;

    public override void Forward<TBackend>(ref TBackend backend)
    {
        if (_max)
            backend.MaxPool(_op.Window, Input, Output);
        else
            backend.AveragePool(_op, Input, Output);
    }

    public override void Backward<TBackend>(ref TBackend backend)
    {
        if (_max)
            backend.MaxPoolBackward(_op.Window, Input, OutputGradient, InputGradient, Accumulate, Gate);
        else
            backend.AveragePoolBackward(_op, OutputGradient, InputGradient, Accumulate, Gate);
    }

    /// <summary>A window over a map, and the output's size; null if that is empty.</summary>
    public static (Window Window, Extent Output)? Draw(CaseRandom random, Extent input, bool max)
    {
        Extent kernel = random.Extent(1, 2, 2, 3, 3, 3, 5, 7);
        Extent stride = random.Chance(0.3) ? kernel : random.Extent(1, 2, 2, 3, 11);
        Extent dilation = max && random.Chance(0.2) ? random.Extent(1, 2, 3, 9) : 1;
        Edges pad = random.Chance(0.4) ? default : random.Chance(0.6)
            ? new Edges(kernel.Height / 2, kernel.Width / 2, kernel.Height / 2, kernel.Width / 2)
            : new Edges(
                random.Between(0, kernel.Height), random.Between(0, kernel.Width), random.Between(0, kernel.Height), random.Between(0, kernel.Width));
        int height = OutputSize(input.Height, pad.Top, pad.Bottom, kernel.Height, stride.Height, dilation.Height, random.Chance(0.4));
        int width = OutputSize(input.Width, pad.Left, pad.Right, kernel.Width, stride.Width, dilation.Width, random.Chance(0.4));
        return height < 1 || width < 1 ? null : (new Window(kernel, stride, pad, dilation), (height, width));
    }

    /// <summary>PyTorch's size: in ceil mode a last window may begin on the map or its padding before, but not after.</summary>
    private static int OutputSize(int input, int before, int after, int kernel, int stride, int dilation, bool ceil)
    {
        int room = input + before + after - (kernel - 1) * dilation - 1;
        if (room < 0)
            return 0;
        if (!ceil)
            return room / stride + 1;
        int size = (room + stride - 1) / stride + 1;
        return (size - 1) * stride >= input + before ? size - 1 : size;
    }
}
