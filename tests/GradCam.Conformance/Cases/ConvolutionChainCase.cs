using GradCam.Reference;

namespace GradCam.Conformance.Cases;

/// <summary>Two to four convolutions that follow each other, or one to three and a max pool.</summary>
internal sealed class ConvolutionChainCase : OperationCase
{
    private readonly Convolution[] _chain;
    private readonly MapSize[] _between;
    private readonly Tensor _residual;
    private readonly Window? _maxPool;

    public ConvolutionChainCase(CaseRandom random, bool maxPool)
        : base(random)
    {
        var shapes = new List<ConvolutionShape> { ConvolutionShape.Draw(random) };
        int links = random.Between(2, 4);
        for (int attempts = 0; shapes.Count < 2 || (shapes.Count < links && attempts < 50); attempts++)
        {
            if (ConvolutionShape.DrawAfter(random, shapes[^1]) is { } next)
                shapes.Add(next);
            else if (attempts % 50 == 49)
                shapes = [ConvolutionShape.Draw(random)];
        }

        _chain = [.. shapes.Select((shape, i) => Link(random, shape, i))];
        _between = [.. shapes.SkipLast(1).Select(shape => new MapSize(shape.Outputs, shape.Output.Height, shape.Output.Width))];
        Input = Source(shapes[0].Inputs, shapes[0].Input, WindowReach.Gather(shapes[0].Window, shapes[0].Input, shapes[0].Output));
        if (maxPool)
        {
            // The last convolution's place is the pool's.
            _chain = _chain[..^1];
            (Window Window, Extent Output)? pool;
            do
                pool = PoolCase.Draw(random, shapes[^2].Output, max: true);
            while (pool is null);
            _maxPool = pool.Value.Window;
            Output = Target(shapes[^2].Outputs, pool.Value.Output);
            return;
        }

        int residual = random.Between(0, 3);
        _residual = residual is 1 or 2 ? Source(shapes[^1].Outputs, shapes[^1].Output) : default;
        Output = residual == 2 ? _residual : Target(shapes[^1].Outputs, shapes[^1].Output);
    }

    public override string Description =>
        $"{string.Join(" then ", _chain)} max {_maxPool} residual {(_residual.IsEmpty ? "none" : _residual == Output ? "in place" : "apart")}";

    public override void Forward<TBackend>(ref TBackend backend)
    {
        if (_maxPool is { } window)
            backend.ConvolutionChain(_chain, _between, window, Input, Output);
        else
            backend.ConvolutionChain(_chain, _between, Input, _residual, Output);
    }

    private Convolution Link(CaseRandom random, ConvolutionShape shape, int id)
    {
        float scale = 1 / MathF.Sqrt((float)shape.Inputs / shape.Groups * shape.Window.Kernel.Height * shape.Window.Kernel.Width);
        int[] kernel = [shape.Outputs, shape.Inputs / shape.Groups, shape.Window.Kernel.Height, shape.Window.Kernel.Width];
        return new Convolution(
            id, shape.Window, shape.Groups, Weight(kernel, () => random.Normal() * scale), MaybeWeight(0.6, shape.Outputs),
            MaybeAffine(shape.Outputs, 0.5), random.FusedActivation());
    }
}
