using GradCam.Reference;

namespace GradCam.Runtime.Tests.Reference;

/// <summary>Runs a fixture's operation on the reference backend: forward from X, backward from Dy.</summary>
internal sealed class FixtureRun
{
    private readonly OperationFixture _fixture;
    private readonly List<string> _weightNames;
    private readonly ReferenceWorkspace _workspace;
    private readonly ReferenceBackend _backend;
    private readonly Tensor _x;
    private readonly Tensor _y;
    private readonly Tensor _dy;
    private readonly Tensor _dx;

    public FixtureRun(OperationFixture fixture)
    {
        _fixture = fixture;
        _weightNames = [.. fixture.Weights.Keys];
        Edges readByForward = default;
        Edges readByBackward = default;
        if (fixture.Op == "convolution")
        {
            readByForward = WindowReach.Gather(fixture.Window, Size(fixture.X), Size(fixture.Y));
            readByBackward = WindowReach.Scatter(fixture.Window, Size(fixture.Y), Size(fixture.X));
        }
        else if (fixture.Op == "transposed_convolution")
        {
            readByForward = WindowReach.Scatter(fixture.Window, Size(fixture.X), Size(fixture.Y));
            readByBackward = WindowReach.Gather(fixture.Window, Size(fixture.Y), Size(fixture.X));
        }

        int length = 0;
        _x = Allocate(fixture.X, readByForward, ref length);
        _y = Allocate(fixture.Y, default, ref length);
        _dy = Allocate(fixture.Dy, readByBackward, ref length);
        _dx = Allocate(fixture.Dx, default, ref length);
        _workspace = new ReferenceWorkspace(length);
        _backend = new ReferenceBackend(_workspace, new ReferenceWeights(fixture.Weights.Values));
    }

    public double[] Y => _workspace.Load(_y);

    public double[] Dx => _workspace.Load(_dx);

    public void Execute()
    {
        _workspace.Store(_x, _fixture.X.Packed());
        _workspace.Store(_dy, _fixture.Dy.Packed());
        OperationFixture f = _fixture;
        switch (f.Op)
        {
            case "convolution":
                var convolution = new Convolution(0, f.Window, f.Integer("groups"), Weight("weight"), Weight("bias"), BatchNorm());
                _backend.Convolution(convolution, _x, _y);
                _backend.ConvolutionBackward(convolution, _dy, _dx, accumulate: false);
                break;
            case "transposed_convolution":
                var transposed = new TransposedConvolution(0, f.Window, f.Integer("groups"), Weight("weight"), Weight("bias"));
                _backend.TransposedConvolution(transposed, _x, _y);
                _backend.TransposedConvolutionBackward(transposed, _dy, _dx, accumulate: false);
                break;
            case "linear":
                var linear = new Linear(0, Weight("weight"), Weight("bias"));
                _backend.Linear(linear, _x, _y);
                _backend.LinearBackward(linear, _dy, _dx, accumulate: false);
                break;
            case "affine":
                var affine = new ChannelAffine(0, BatchNorm());
                _backend.Affine(affine, _x, _y);
                _backend.AffineBackward(affine, _dy, _dx, accumulate: false);
                break;
            case "activation":
                var activation = new Activation(f.Enum<ActivationKind>("kind"), (float)f.Number("alpha"), (float)f.Number("beta"));
                _backend.Activate(activation, _x, _y);
                _backend.ActivationBackward(activation, activation.GradientFromOutput ? _y : _x, _dy, _dx, accumulate: false);
                break;
            case "parametric_relu":
                var parametric = new ParametricRelu(0, Weight("slope"));
                _backend.ParametricRelu(parametric, _x, _y);
                _backend.ParametricReluBackward(parametric, _x, _dy, _dx, accumulate: false);
                break;
            case "max_pool":
                _backend.MaxPool(f.Window, _x, _y);
                _backend.MaxPoolBackward(f.Window, _x, _dy, _dx, accumulate: false);
                break;
            case "average_pool":
                var average = new AveragePool(f.Window, f.Flag("countPadding"));
                _backend.AveragePool(average, _x, _y);
                _backend.AveragePoolBackward(average, _dy, _dx, accumulate: false);
                break;
            case "adaptive_average_pool":
                _backend.AdaptiveAveragePool(_x, _y);
                _backend.AdaptiveAveragePoolBackward(_dy, _dx, accumulate: false);
                break;
            case "adaptive_max_pool":
                _backend.AdaptiveMaxPool(_x, _y);
                _backend.AdaptiveMaxPoolBackward(_x, _dy, _dx, accumulate: false);
                break;
            case "flatten":
                _backend.Flatten(_x, _y);
                _backend.FlattenBackward(_dy, _dx, accumulate: false);
                break;
            case "softmax":
                _backend.Softmax(_x, _y);
                _backend.SoftmaxBackward(_y, _dy, _dx, accumulate: false);
                break;
            case "layer_norm":
                var layerNorm = new LayerNorm(0, Weight("weight"), Weight("bias"), f.Number("epsilon"));
                _backend.LayerNorm(layerNorm, _x, _y);
                _backend.LayerNormBackward(layerNorm, _x, _dy, _dx, accumulate: false);
                break;
            case "local_response_norm":
                var responseNorm = new LocalResponseNorm(f.Integer("size"), (float)f.Number("alpha"), (float)f.Number("beta"), (float)f.Number("k"));
                _backend.LocalResponseNorm(responseNorm, _x, _y);
                _backend.LocalResponseNormBackward(responseNorm, _x, _dy, _dx, accumulate: false);
                break;
            case "channel_shuffle":
                _backend.ChannelShuffle(f.Integer("groups"), _x, _y);
                _backend.ChannelShuffleBackward(f.Integer("groups"), _dy, _dx, accumulate: false);
                break;
            case "pad":
                int[] e = f.Integers("edges");
                var edges = new Edges(e[0], e[1], e[2], e[3]);
                _backend.Pad(edges, f.Flag("reflect"), _x, _y);
                _backend.PadBackward(edges, f.Flag("reflect"), _dy, _dx, accumulate: false);
                break;
            case "upsample":
                Interpolation interpolation = f.Enum<Interpolation>("interpolation");
                _backend.Upsample(interpolation, _x, _y);
                _backend.UpsampleBackward(interpolation, _dy, _dx, accumulate: false);
                break;
            default:
                throw new InvalidOperationException($"Unknown operation {f.Op}.");
        }
    }

    private static Extent Size(FixtureMap map) => (map.Shape[1], map.Shape[2]);

    private static Tensor Allocate(FixtureMap map, Edges halo, ref int length)
    {
        var tensor = new Tensor(length, map.Shape[0], map.Shape[1], map.Shape[2], halo);
        length += map.Shape[0] * (map.Shape[1] + halo.Top + halo.Bottom) * (map.Shape[2] + halo.Left + halo.Right);
        return tensor;
    }

    private WeightRef Weight(string name)
    {
        int index = _weightNames.IndexOf(name);
        return index < 0 ? default(WeightRef) : index;
    }

    private AffineWeights BatchNorm() => new(
        Weight("gamma"), Weight("beta"), Weight("mean"), Weight("variance"),
        _fixture.Params.ContainsKey("epsilon") ? _fixture.Number("epsilon") : 0, Weight("scale"), Weight("shift"));
}
