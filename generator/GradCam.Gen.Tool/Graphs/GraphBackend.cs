using System.Globalization;
using GradCam.Contract;

namespace GradCam.Gen.Tool.Graphs;

/// <summary>A backend that computes nothing and notes the forward pass's operations.</summary>
/// <param name="recorder">Where they are noted.</param>
internal readonly partial struct GraphBackend(GraphRecorder recorder) : IBackend
{
    private readonly GraphRecorder _recorder = recorder;

    public readonly void Write(ReadOnlySpan<float> source, TensorLayout layout, in Tensor destination)
    {
    }

    public readonly void Read(in Tensor source, Span<float> destination) => destination.Clear();

    public readonly void Copy(in Tensor source, in Tensor destination, bool accumulate = false, in Gate gate = default) => _recorder.Copy(source, destination);

    public readonly void Clear(in Tensor destination)
    {
    }

    public readonly void Convolution(in Convolution op, in Tensor input, in Tensor output) => Convolution(op, input, default, output);

    public readonly void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output) =>
        _recorder.Add("conv", Title(op, !residual.IsEmpty), output, output.Pixels, Weights(op), input, residual);

    public readonly void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output)
    {
        for (int i = 0; i < chain.Length - 1; i++)
            AddBetween(chain[i], between[i], input, isFirst: i == 0);
        _recorder.AddLast("conv", Title(chain[^1], !residual.IsEmpty), output, output.Pixels, Weights(chain[^1]), residual);
    }

    public readonly void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output)
    {
        for (int i = 0; i < chain.Length; i++)
            AddBetween(chain[i], between[i], input, isFirst: i == 0);
        _recorder.AddLast("maxpool", "maxpool " + Title(maxPool), output, 0, [], default);
    }

    public readonly void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output) => _recorder.Add(
        "convtranspose", Title("transposed conv", op.Window, op.Groups, op.Affine, op.Activation), output, input.Pixels,
        [op.Weight, op.Bias, .. Learnt(op.Affine)], input);

    public readonly void Linear(in Linear op, in Tensor input, in Tensor output) => _recorder.Add(
        "linear", Join("linear", Title(op.Affine), Title(op.Activation)), output, output.Pixels, [op.Weight, op.Bias, .. Learnt(op.Affine)], input);

    public readonly void Affine(in ChannelAffine op, in Tensor input, in Tensor output) => _recorder.Add(
        "affine", Join(Title(op.Affine), Title(op.Activation)), output, 0, [.. Learnt(op.Affine)], input);

    public readonly void Activate(in Activation activation, in Tensor input, in Tensor output)
    {
        string title = Title(activation);
        _recorder.Add(title, title, output, input);
    }

    public readonly void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output) =>
        _recorder.Add("prelu", "prelu", output, 0, [op.Slope], input);

    public readonly void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output) =>
        _recorder.Add("add", Join("add", Title(activation)), output, a, b);

    public readonly void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output) =>
        _recorder.Add("mul", Join("mul", Title(activation)), output, a, b);

    public readonly void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output) =>
        _recorder.Add("layernorm", "layernorm", output, 0, [op.Weight, op.Bias], input);

    public readonly void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output) =>
        _recorder.Add("groupnorm", $"groupnorm of {op.Groups} groups", output, 0, [op.Weight, op.Bias], input);

    public readonly void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output) =>
        _recorder.Add("lrn", $"local response norm over {op.Size}", output, input);

    public readonly void Softmax(in Tensor input, in Tensor output) => _recorder.Add("softmax", "softmax", output, input);

    public readonly void MaxPool(in Window window, in Tensor input, in Tensor output) =>
        _recorder.Add("maxpool", "maxpool " + Title(window), output, input);

    public readonly void AveragePool(in AveragePool op, in Tensor input, in Tensor output) =>
        _recorder.Add("avgpool", "avgpool " + Title(op.Window), output, input);

    public readonly void AdaptiveAveragePool(in Tensor input, in Tensor output) =>
        _recorder.Add("avgpool", output.Pixels == 1 ? "avgpool global" : "avgpool adaptive", output, input);

    public readonly void AdaptiveMaxPool(in Tensor input, in Tensor output) =>
        _recorder.Add("maxpool", output.Pixels == 1 ? "maxpool global" : "maxpool adaptive", output, input);

    public readonly void Flatten(in Tensor input, in Tensor output) => _recorder.Add("flatten", "flatten", output, input);

    public readonly void ChannelShuffle(int groups, in Tensor input, in Tensor output) =>
        _recorder.Add("shuffle", $"shuffle {groups} groups", output, input);

    public readonly void Pad(in Edges edges, bool reflect, in Tensor input, in Tensor output) =>
        _recorder.Add("pad", reflect ? "pad by reflection" : "pad", output, input);

    public readonly void Upsample(Interpolation interpolation, in Tensor input, in Tensor output) =>
        _recorder.Add("upsample", interpolation == Interpolation.Nearest ? "upsample nearest" : "upsample bilinear", output, input);

    private readonly void AddBetween(in Convolution op, MapSize size, in Tensor input, bool isFirst) =>
        _recorder.AddBetween("conv", Title(op, hasResidual: false), size, (long)size.Height * size.Width, Weights(op), input, isFirst);

    private static WeightRef[] Weights(in Convolution op) => [op.Weight, op.Bias, .. Learnt(op.Affine)];

    private static WeightRef[] Learnt(in AffineWeights affine) => [affine.Weight, affine.Bias, affine.Scale, affine.Shift];

    private static string Title(in Convolution op, bool hasResidual)
    {
        string title = Title("conv", op.Window, op.Groups, op.Affine, hasResidual ? default : op.Activation);
        return hasResidual ? Join(title, "add", Title(op.Activation)) : title;
    }

    private static string Title(string name, in Window window, int groups, in AffineWeights affine, in Activation activation) =>
        Join($"{name} {Title(window)}{(groups > 1 ? string.Create(CultureInfo.InvariantCulture, $" groups {groups}") : "")}", Title(affine), Title(activation));

    private static string Title(in Window window)
    {
        string kernel = $"{window.Kernel.Height}x{window.Kernel.Width}";
        string stride = window.Stride is { Height: <= 1, Width: <= 1 } ? ""
            : window.Stride.Height == window.Stride.Width ? $" stride {window.Stride.Height}" : $" stride {window.Stride.Height}x{window.Stride.Width}";
        string dilation = window.Dilation is { Height: <= 1, Width: <= 1 } ? "" : $" dilation {Math.Max(window.Dilation.Height, window.Dilation.Width)}";
        return kernel + stride + dilation;
    }

    private static string Title(in AffineWeights affine) => affine.IsEmpty ? "" : affine.Variance.IsPresent ? "batchnorm" : "affine";

    private static string Title(in Activation activation) => activation.Kind switch
    {
        ActivationKind.None => "",
        ActivationKind.Clip when activation is { Alpha: 0, Beta: 6 } => "relu6",
        ActivationKind kind => kind.ToString().ToLowerInvariant(),
    };

    private static string Join(params IEnumerable<string> parts) => string.Join(", ", parts.Where(part => part.Length > 0));
}
