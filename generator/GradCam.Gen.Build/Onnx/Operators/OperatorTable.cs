namespace GradCam.Gen.Build.Onnx;

/// <summary>How each operator is lowered, by domain and name.</summary>
internal static class OperatorTable
{
    private static readonly Dictionary<string, Action<Lowering, OnnxNode>> Table = new(StringComparer.Ordinal)
    {
        ["Conv"] = ConvolutionOperators.Conv,
        ["ConvTranspose"] = ConvolutionOperators.ConvTranspose,
        ["com.microsoft.FusedConv"] = FusedOperators.FusedConv,

        ["Gemm"] = LinearOperators.Gemm,
        ["MatMul"] = LinearOperators.MatMul,
        ["com.microsoft.FusedMatMul"] = LinearOperators.FusedMatMul,
        ["com.microsoft.FusedGemm"] = FusedOperators.FusedGemm,

        ["BatchNormalization"] = NormalizationOperators.BatchNormalization,
        ["LayerNormalization"] = NormalizationOperators.LayerNormalization,
        [RecogniseActivations.Domain + ".LayerNorm"] = NormalizationOperators.RecognisedLayerNorm,
        ["GroupNormalization"] = NormalizationOperators.GroupNormalization,
        ["InstanceNormalization"] = NormalizationOperators.InstanceNormalization,
        ["LRN"] = NormalizationOperators.LocalResponseNorm,

        ["MaxPool"] = PoolingOperators.MaxPool,
        ["AveragePool"] = PoolingOperators.AveragePool,
        ["GlobalMaxPool"] = PoolingOperators.GlobalMaxPool,
        ["GlobalAveragePool"] = PoolingOperators.GlobalAveragePool,
        ["ReduceMean"] = PoolingOperators.ReduceMean,
        ["ReduceMax"] = PoolingOperators.ReduceMax,
        ["ReduceSum"] = PoolingOperators.ReduceSum,

        ["Add"] = ElementwiseOperators.Add,
        ["Sum"] = ElementwiseOperators.Sum,
        ["Sub"] = ElementwiseOperators.Sub,
        ["Mul"] = ElementwiseOperators.Mul,
        ["Div"] = ElementwiseOperators.Div,
        ["Neg"] = ElementwiseOperators.Neg,
        ["Pow"] = ElementwiseOperators.Pow,
        ["Min"] = ElementwiseOperators.Min,
        ["Max"] = ElementwiseOperators.Max,
        ["Mean"] = ElementwiseOperators.Mean,

        [RecogniseActivations.Domain + ".Activation"] = ActivationOperators.Recognised,
        ["Relu"] = ActivationOperators.Relu,
        ["Clip"] = ActivationOperators.Clip,
        ["LeakyRelu"] = ActivationOperators.LeakyRelu,
        ["PRelu"] = ActivationOperators.PRelu,
        ["Sigmoid"] = ActivationOperators.Sigmoid,
        ["Tanh"] = ActivationOperators.Tanh,
        ["HardSigmoid"] = ActivationOperators.HardSigmoid,
        ["HardSwish"] = ActivationOperators.HardSwish,
        ["Elu"] = ActivationOperators.Elu,
        ["Celu"] = ActivationOperators.Celu,
        ["Selu"] = ActivationOperators.Selu,
        ["Softplus"] = ActivationOperators.Softplus,
        ["Mish"] = ActivationOperators.Mish,
        ["Gelu"] = ActivationOperators.Gelu,
        ["com.microsoft.Gelu"] = ActivationOperators.Gelu,
        ["com.microsoft.FastGelu"] = FusedOperators.FastGelu,
        ["com.microsoft.BiasGelu"] = FusedOperators.BiasGelu,
        ["com.microsoft.QuickGelu"] = FusedOperators.QuickGelu,
        ["Softmax"] = ActivationOperators.Softmax,
        ["LogSoftmax"] = ActivationOperators.LogSoftmax,

        ["Identity"] = ShapeOperators.HandThrough,
        // It only gives the probabilities their names.
        ["ai.onnx.ml.ZipMap"] = ShapeOperators.HandThrough,
        ["Dropout"] = ShapeOperators.HandThrough,
        ["Cast"] = ShapeOperators.Cast,
        ["CastLike"] = ShapeOperators.HandThrough,
        ["Flatten"] = ShapeOperators.Flatten,
        ["Reshape"] = ShapeOperators.Reshape,
        ["Squeeze"] = ShapeOperators.Squeeze,
        ["Unsqueeze"] = ShapeOperators.Unsqueeze,
        ["Transpose"] = ShapeOperators.Transpose,
        ["Expand"] = ShapeOperators.Expand,
        ["Tile"] = ShapeOperators.Tile,

        ["Concat"] = ChannelOperators.Concat,
        ["Split"] = ChannelOperators.Split,
        ["Slice"] = ChannelOperators.Slice,
        ["Gather"] = ChannelOperators.Gather,

        ["Pad"] = PadOperators.Pad,
        ["Resize"] = ResizeOperators.Resize,
        ["Upsample"] = ResizeOperators.Upsample,
    };

    /// <summary>The operators of the default domain that the import knows, for the documentation's test.</summary>
    public static IEnumerable<string> Names => Table.Keys;

    public static bool TryGet(string domain, string name, out Action<Lowering, OnnxNode>? lower) =>
        Table.TryGetValue(domain.Length == 0 ? name : domain + "." + name, out lower);
}
