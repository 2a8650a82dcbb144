using GradCam.Conformance.Networks;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>A method with any parameters that it may have, what it explains, and of what: drawn from a seed.</summary>
internal sealed class MethodCase
{
    private readonly Random _random;
    private bool _isTame = true;

    private MethodCase(int seed, NetworkInfo info)
    {
        (Seed, _random) = (seed, new Random(seed));
        // Sometimes several layers, also one twice.
        Fusion = Chance(0.2) ? Pick(Enum.GetValues<LayerFusion>()) : null;
        Layers = [.. Enumerable.Range(0, Fusion is null ? 1 : _random.Next(1, 4)).Select(_ => _random.Next(info.Layers.Count))];
        Method = Draw(ExplanationMethods.All[_random.Next(ExplanationMethods.All.Count)], info);
        Input = _random.Next(info.Inputs.Count);
        // Sometimes a class's index, which has a cheaper way.
        (Class, Counterfactual) = (_random.Next(info.Logits.Channels), Chance(0.3));
        Target = Chance(0.4) ? null : DrawTarget(info, deep: true);
        (Kind, Inputs) = DrawInputs(info);
        Options = new ExplainOptions { Seed = Chance(0.5) ? 0 : (ulong)_random.NextInt64() };
    }

    public int Seed { get; }

    public IExplanationMethod Method { get; }

    /// <summary>The layers that methods at a layer look at; one where there is no fusion.</summary>
    public int[] Layers { get; }

    public LayerFusion? Fusion { get; }

    /// <summary>The input that methods at an input look at.</summary>
    public int Input { get; }

    public int Class { get; }

    /// <summary>Null for the class.</summary>
    public Target? Target { get; }

    public bool Counterfactual { get; }

    /// <summary>What the inputs are, in a word.</summary>
    public string Kind { get; }

    public float[][] Inputs { get; }

    public ExplainOptions Options { get; }

    /// <summary>Whether inputs and parameters are such that all numbers should be finite.</summary>
    public bool IsTame => _isTame;

    public static MethodCase Create(int seed, NetworkInfo info) => new(seed, info);

    public override string ToString()
    {
        string what = $"{Target?.ToString() ?? $"class {Class}"}{(Counterfactual ? ", counterfactual" : "")}";
        return $"seed {Seed}: {ExplanationMethods.Format(Method)} at {Fusion} of layer {string.Join(" ", Layers)} or input {Input} of {what}, {Kind} inputs";
    }

    private bool Chance(double share) => _random.NextDouble() < share;

    private T Pick<T>(params ReadOnlySpan<T> values) => values[_random.Next(values.Length)];

    /// <summary>One of numbers that are wild, or of tame ones.</summary>
    private double Number(double[] tame, params double[] wild)
    {
        if (wild.Length == 0 || Chance(0.8))
            return Pick<double>(tame);
        _isTame = false;
        return Pick<double>(wild);
    }

    private IExplanationMethod Draw(IExplanationMethod published, NetworkInfo info)
    {
        if (published is InputMethod input)
            return Chance(0.1) && input is not (RiseMethod or KernelShapMethod or LimeMethod or HsicMethod or SobolMethod) ? input : Draw(input, info);
        var cam = (CamMethod)published;
        CamMethod drawn = cam.Key switch
        {
            "fem" => CamMethod.CreateFem(Number([0, 1, 2, -1], 1e308, -1e308, 1e-300), Chance(0.5)),
            "finercam" => CamMethod.CreateFinerCam(Number([0, 0.6, 1, -2], 1e300, -1e38), Pick(1, 2, 3, 1000, int.MaxValue)),
            "scorecam" => CamMethod.CreateScoreCam(Pick(1, 2, 5, int.MaxValue)),
            "iscam" => CamMethod.CreateIsCam(Pick(1, 2, int.MaxValue), Pick(1, 2, 3)),
            "sscam" => CamMethod.CreateSsCam(Pick(1, 2, int.MaxValue), Pick(1, 2, 3), Number([0, 2, 1e-30], 1e300)),
            "opticam" => CamMethod.CreateOptiCam(Pick(1, 2, 11), Pick(0.01, 1e-300, 1, 1e6)),
            "integratedgradcam" => CamMethod.CreateIntegratedGradCam(Pick(1, 2, 5)),
            "rsigradcam" => CamMethod.CreateRsiGradCam(Pick(1, 2, 5)),
            "smoothgradcam++" => CamMethod.CreateSmoothGradCamPlusPlus(Pick(1, 2, 4), Number([0, 0.3, 1e-30], 1e300)),
            "reciprocam" => CamMethod.CreateReciproCam(Chance(0.5)),
            "randomcam" => CamMethod.CreateRandomCam(Pick(0, 1, -1, int.MaxValue, int.MinValue)),
            _ => cam,
        };
        if (Chance(0.2) && drawn.HasChannelSum)
            drawn = drawn.WithEigenSmoothing();
        if (Chance(0.2) && !drawn.Reruns)
            drawn = drawn.WithAugmentation();
        return Chance(0.1) && drawn.HasChannelSum ? drawn.WithEigenSmoothing() : drawn;
    }

    private InputMethod Draw(InputMethod method, NetworkInfo info) => method switch
    {
        NoisyGradientsMethod noisy => noisy with { Samples = Pick(1, 2, 5), NoiseLevel = Pick(0, 0.15, 1e-30, 10) },
        IntegratedGradientsMethod path => path with { Steps = Pick(1, 2, 3, 7, 33), Rule = Pick(Enum.GetValues<PathRule>()), Baseline = DrawBaseline(info) },
        ExpectedGradientsMethod expected => expected with
        {
            Samples = Pick(1, 2, 5),
            Baselines = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => DrawBaseline(info))],
        },
        BlurIntegratedGradientsMethod blur => blur with { Steps = Pick(1, 2, 5), MaxSigma = Pick(0, 1e-9, 0.3, 3, 10_000), UseSquareRoot = Chance(0.5) },
        GuidedIntegratedGradientsMethod guided => guided with
        {
            Steps = Pick(1, 2, 6),
            Fraction = Pick(0, 1e-9, 0.25, 0.9, 1),
            MaxDistance = Pick(0, 0.02, 0.5, 1),
            Baseline = DrawBaseline(info),
        },
        DeepLiftMethod lift => lift with { Baseline = DrawBaseline(info) },
        ForGradMethod forGrad => forGrad with { Radius = Pick(0, 1e-9, 15, 112, 1000) },
        OcclusionMethod occlusion => occlusion with
        {
            WindowHeight = Pick(1, 2, 3, 15, 1 << 16),
            WindowWidth = Pick(1, 2, 3, 15, 1 << 16),
            StrideDown = Pick(1, 2, 3, 5, 8, 1 << 16),
            StrideAcross = Pick(1, 2, 3, 5, 8, 1 << 16),
            Baseline = DrawBaseline(info),
        },
        RiseMethod rise => rise with { Samples = Pick(1, 2, 20), Cells = Pick(1, 2, 3, 7, 40), Share = Pick(1e-6, 0.1, 0.5, 1), Baseline = DrawBaseline(info) },
        SobolMethod sobol => sobol with { Samples = Pick(2, 3, 8), Segments = DrawSegments(info), Baseline = DrawBaseline(info) },
        HsicMethod hsic => hsic with { Samples = Pick(2, 3, 20), Segments = DrawSegments(info), Baseline = DrawBaseline(info) },
        LimeMethod lime => lime with
        {
            Samples = Pick(2, 3, 30),
            Segments = DrawSegments(info),
            KernelWidth = Pick(1e-3, 0.25, 1e6),
            Ridge = Pick(0, 1e-300, 1, 1e12),
            Baseline = DrawBaseline(info),
        },
        KernelShapMethod shap => shap with { Samples = Pick(1, 2, 3, 40), Segments = DrawSegments(info), Baseline = DrawBaseline(info) },
        _ => method,
    };

    private Baseline DrawBaseline(NetworkInfo info)
    {
        int length = Pick([.. info.Inputs]).Tensor.Length;
        return _random.Next(10) switch
        {
            0 => Baseline.Black,
            1 => Baseline.White,
            2 => Baseline.MeanColor,
            3 => Baseline.Noise,
            4 => Baseline.Blurred(Pick(0, 0.1, 2, 10_000)),
            5 => Baseline.Constant(Pick(-1f, 0.3f, 1e-40f, 255)),
            6 => Baseline.FromTensor(Normal(length), Pick(TensorLayout.Chw, TensorLayout.Hwc)),
            _ => Baseline.Zero,
        };
    }

    private Segmentation DrawSegments(NetworkInfo info)
    {
        int pixels = Pick([.. info.Inputs]).Tensor.Pixels;
        // Numbers may be left out, and all pixels may be of one segment.
        return Chance(0.7)
            ? Segmentation.Grid(Pick(1, 2, 3, 5, 64), Pick(1, 2, 3, 5, 64))
            : Segmentation.FromLabels([.. Enumerable.Range(0, pixels).Select(_ => Pick(0, 1, 3, 9))]);
    }

    private Target DrawTarget(NetworkInfo info, bool deep)
    {
        int output = _random.Next(info.Outputs.Count);
        Tensor shape = info.Outputs[output].Tensor;
        int Any() => _random.Next(shape.Channels + (Chance(0.05) ? 1 : 0));
        Target target = _random.Next(deep ? 15 : 12) switch
        {
            0 => Target.Probability(Any()),
            1 => Target.LogProbability(Any()),
            2 => Target.ReST(Any()),
            3 => Target.Difference(Any(), Any()),
            4 => Target.Contrast(Any(), [Any(), Any()], Pick(0, 1, -0.5)),
            5 => Target.Weighted((Any(), Pick(1, -1, 0, 2.5)), (Any(), 0.25)),
            6 => Target.Finer(Any(), Pick(0, 0.6, 2), Pick(1, 3, 1000)),
            7 => Target.Binary(Chance(0.5)),
            8 => Target.Value(Any()),
            9 => Target.Similarity(Chance(0.2) ? new float[shape.Length] : Normal(Chance(0.9) ? shape.Length : 3)),
            10 => Target.Logit(Any()).At(_random.Next(shape.Height), _random.Next(shape.Width)),
            11 => Target.Probability(Any()).Within([.. Enumerable.Range(0, Chance(0.9) ? shape.Pixels : 2).Select(_ => Chance(Pick(0, 0.5, 1)))]),
            12 => DrawTarget(info, deep: false) + DrawTarget(info, deep: false),
            13 => -DrawTarget(info, deep: false),
            _ => Pick(0, 0.5, -3) * DrawTarget(info, deep: false),
        };
        return Chance(0.05) ? target with { Output = "nowhere" } : output > 0 || Chance(0.3) ? target with { Output = info.Outputs[output].Name } : target;
    }

    private (string Kind, float[][] Inputs) DrawInputs(NetworkInfo info)
    {
        string kind = Pick("normal", "normal", "normal", "zero", "constant", "saturated", "checkered", "huge", "tiny", "NaN", "infinite");
        if (kind is "huge" or "NaN" or "infinite")
            _isTame = false;
        return (kind, [.. info.Inputs.Select(input => (float[])[.. Normal(input.Tensor.Length).Select((value, i) => kind switch
        {
            "zero" => 0,
            "constant" => 0.7f,
            "saturated" => 255,
            "checkered" => i % 2 == 0 ? 100 : -100,
            "huge" => value * 1e37f,
            "tiny" => value * 1e-38f,
            "NaN" => i == input.Tensor.Length / 2 ? float.NaN : value,
            "infinite" => i == input.Tensor.Length / 2 ? float.NegativeInfinity : value,
            _ => value,
        })])]);
    }

    private float[] Normal(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)RandomWeights.Normal(_random))];
}
