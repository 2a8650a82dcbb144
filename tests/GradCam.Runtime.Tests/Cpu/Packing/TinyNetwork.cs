using System.Security.Cryptography;
using GradCam.Tests;
using GradCam.Weights;

namespace GradCam.Runtime.Tests.Cpu.Packing;

/// <summary>A network as the generator would write it, small: conv 3x3, conv 1x1, global average, linear; explained at the first convolution.</summary>
internal sealed class TinyNetwork : INetwork
{
    public const int Classes = 5;

    private static readonly Tensor Picture = new(0, 8, 12, 12, 1);
    private static readonly Tensor First = new(1568, 40, 12, 12);
    private static readonly Tensor Second = new(7328, 24, 12, 12);
    private static readonly Tensor Mean = new(10784, 24, 1, 1);
    private static readonly Tensor Logits = new(10808, Classes, 1, 1);
    private static readonly Tensor MeanGradient = new(10816, 24, 1, 1);
    private static readonly Tensor SecondGradient = new(10840, 24, 12, 12);
    private static readonly Tensor FirstGradient = new(14296, 40, 12, 12);
    private static readonly Convolution Conv1 = new(0, new Window(3, 1, 1, 1), 1, 0, 1, new AffineWeights { Scale = 2 }, Activation.Relu);
    private static readonly Convolution Conv2 = new(1, new Window(1, 1, 0, 1), 1, 3, 4, default, Activation.Relu);
    private static readonly Linear Fc = new(2, 5, 6);

    public static NetworkInfo Info { get; } = Describe("Tiny");

    public static void RunForward<TBackend>(ref TBackend backend)
        where TBackend : struct, IBackend
    {
        backend.Convolution(Conv1, Picture, First);
        backend.Convolution(Conv2, First, Second);
        backend.AdaptiveAveragePool(Second, Mean);
        backend.Linear(Fc, Mean, Logits);
    }

    public static void RunBackward<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend
    {
        backend.LinearBackwardRow(Fc, @class, seed, MeanGradient, accumulate: false);
        backend.AdaptiveAveragePoolBackward(MeanGradient, SecondGradient, accumulate: false, new Gate(Activation.Relu, Second));
        backend.ConvolutionBackward(Conv2, SecondGradient, FirstGradient, accumulate: false);
    }

    public static void RunSuffix<TBackend>(ref TBackend backend, int layer)
        where TBackend : struct, IBackend => throw new NotSupportedException();

    public static void RunSeededBackward<TBackend>(ref TBackend backend, int layer)
        where TBackend : struct, IBackend
    {
    }

    public static void RunGradientSums<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend => throw new NotSupportedException();

    /// <summary>Weights in a file, those of linear layers in a type of choice.</summary>
    public static byte[] Weights(int seed = 1, WeightType linear = WeightType.F32, float scale = 0.25f)
    {
        var random = new Random(seed);
        var file = new SafetensorsBuilder();
        foreach (WeightInfo weight in Info.Weights)
        {
            float[] values = [.. Enumerable.Range(0, weight.Shape.Aggregate((a, b) => a * b)).Select(_ => scale * (random.NextSingle() - 0.5f))];
            if (weight.Name != "fc.weight" || linear == WeightType.F32)
                file.Add(weight.Name, [.. weight.Shape], values);
            else
                file.Add(weight.Name, linear.ToString(), [.. weight.Shape], [.. values.SelectMany(value => Narrow(value, linear))]);
        }

        return file.Build();
    }

    /// <summary>Logits and the gradient at the explained layer.</summary>
    public static float[] Run(Model model)
    {
        using Executor executor = model.CreateExecutor();
        executor.Forward([.. Enumerable.Range(0, Picture.Length).Select(i => MathF.Sin(i))]);
        executor.Backward(0, 3, 1);
        var result = new float[Logits.Length + FirstGradient.Length];
        executor.Read(Logits, result.AsSpan(0, Logits.Length));
        executor.Read(FirstGradient, result.AsSpan(Logits.Length));
        return result;
    }

    internal static NetworkInfo Describe(string name, byte[]? weights = null) => new()
    {
        Name = name,
        Inputs = [new InputInfo { Name = "input", Tensor = Picture }],
        Outputs = [new OutputInfo { Name = "fc", Tensor = Logits }],
        Layers = [new LayerInfo { Name = "conv1", Activation = First, Gradient = FirstGradient, SeededGradient = FirstGradient }],
        Weights =
        [
            new("conv1.weight", 40, 8, 3, 3), new("conv1.bias", 40), new("scale", 40), new("conv2.weight", 24, 40, 1, 1), new("conv2.bias", 24),
            new("fc.weight", Classes, 24), new("fc.bias", Classes),
        ],
        WorkspaceLength = 20_056,
        Preprocessing = new ImagePreprocessing(),
        Labels = [],
        WeightFileSha256 = weights is null ? null : Convert.ToHexStringLower(SHA256.HashData(weights)),
    };

    private static byte[] Narrow(float value, WeightType type) =>
        BitConverter.GetBytes(type == WeightType.F16 ? BitConverter.HalfToUInt16Bits((Half)value) : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
}

/// <summary>The same network under another name, from a build that saw the weights.</summary>
internal sealed class RenamedNetwork : INetwork
{
    public static NetworkInfo Info { get; } = TinyNetwork.Describe("Renamed", TinyNetwork.Weights());

    public static void RunForward<TBackend>(ref TBackend backend)
        where TBackend : struct, IBackend => TinyNetwork.RunForward(ref backend);

    public static void RunBackward<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend => TinyNetwork.RunBackward(ref backend, layer, @class, seed);

    public static void RunSuffix<TBackend>(ref TBackend backend, int layer)
        where TBackend : struct, IBackend => TinyNetwork.RunSuffix(ref backend, layer);

    public static void RunSeededBackward<TBackend>(ref TBackend backend, int layer)
        where TBackend : struct, IBackend => TinyNetwork.RunSeededBackward(ref backend, layer);

    public static void RunGradientSums<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend => TinyNetwork.RunGradientSums(ref backend, layer, @class, seed);
}
