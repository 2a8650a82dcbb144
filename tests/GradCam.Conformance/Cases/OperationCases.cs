namespace GradCam.Conformance.Cases;

/// <summary>All operations that are tested, by name.</summary>
public static class OperationCases
{
    private static readonly Dictionary<string, Func<CaseRandom, OperationCase>> Factories = new()
    {
        ["Convolution"] = random => new ConvolutionCase(random),
        ["Convolution3x3"] = random => new ConvolutionCase(random, threeByThree: true),
        ["ConvolutionChannel"] = random => new ConvolutionCase(random, singleChannel: true),
        ["ConvolutionChain"] = random => new ConvolutionChainCase(random, maxPool: false),
        ["ConvolutionChainMaxPool"] = random => new ConvolutionChainCase(random, maxPool: true),
        ["TransposedConvolution"] = random => new TransposedConvolutionCase(random),
        ["Linear"] = random => new LinearCase(random),
        ["LinearSums"] = random => new LinearSumsCase(random),
        ["Fill"] = random => new FillCase(random),
        ["Affine"] = random => new AffineCase(random),
        ["Activation"] = random => new ActivationCase(random),
        ["ParametricRelu"] = random => new ParametricReluCase(random),
        ["Add"] = random => new AddCase(random),
        ["Multiply"] = random => new MultiplyCase(random),
        ["Copy"] = random => new CopyCase(random),
        ["MaxPool"] = random => new PoolCase(random, max: true),
        ["AveragePool"] = random => new PoolCase(random, max: false),
        ["AdaptiveAveragePool"] = random => new AdaptivePoolCase(random, max: false),
        ["AdaptiveMaxPool"] = random => new AdaptivePoolCase(random, max: true),
        ["Flatten"] = random => new FlattenCase(random),
        ["Softmax"] = random => new SoftmaxCase(random),
        ["LayerNorm"] = random => new LayerNormCase(random),
        ["GroupNorm"] = random => new GroupNormCase(random),
        ["LocalResponseNorm"] = random => new LocalResponseNormCase(random),
        ["ChannelShuffle"] = random => new ChannelShuffleCase(random),
        ["Pad"] = random => new PadCase(random),
        ["Upsample"] = random => new UpsampleCase(random),
    };

    /// <summary>The names.</summary>
    public static IEnumerable<string> Names => Factories.Keys;

    /// <summary>Makes the case of a seed.</summary>
    public static OperationCase Create(string name, int seed, bool smooth = false, bool large = false) => Factories[name](new CaseRandom(seed, smooth, large));
}
