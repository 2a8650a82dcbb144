using GradCam.Weights;

namespace GradCam.Methods.Tests;

/// <summary>A network in double precision, cut at a layer, with random weights that the compiled one is loaded with, too.</summary>
internal sealed class PlainNetwork
{
    private readonly Dictionary<string, (int[] Shape, float[] Values)> _weights = [];
    private readonly Random _random;

    private PlainNetwork(int seed) => _random = new Random(seed);

    /// <summary>From the input to the layer.</summary>
    public required Func<PlainTensor, PlainTensor> Head { get; init; }

    /// <summary>From the input and the layer to the logits.</summary>
    public required Func<PlainTensor, PlainTensor, double[]> Tail { get; init; }

    public WeightDictionary Weights
    {
        get
        {
            var dictionary = new WeightDictionary();
            foreach ((string name, (int[] shape, float[] values)) in _weights)
                dictionary.Add(name, shape, values);
            return dictionary;
        }
    }

    public static PlainNetwork Chain(int seed, bool isLast)
    {
        PlainNetwork? network = null;
        PlainTensor First(PlainTensor x) => network!.Convolution(x, "conv1", 1, 1).Relu();
        PlainTensor Second(PlainTensor x) => network!.Convolution(x, "conv2", 2, 1).Relu();
        network = new PlainNetwork(seed)
        {
            Head = isLast ? x => Second(First(x)) : First,
            Tail = isLast ? (_, a) => network!.Linear(a.Means(), "fc") : (_, a) => network!.Linear(Second(a).Means(), "fc"),
        };
        return network.Fill(("conv1", 6, 2), ("conv2", 8, 6), ("fc", 5, 8));
    }

    public static PlainNetwork Bypass(int seed)
    {
        PlainNetwork? network = null;
        PlainTensor First(PlainTensor x) => network!.Convolution(x, "conv1", 1, 1).Relu();
        network = new PlainNetwork(seed)
        {
            Head = x => network!.Convolution(First(x), "body.conv", 1, 1).Relu(),
            Tail = (x, a) => network!.Linear(network.Convolution(a.Add(First(x)), "conv3", 2, 1).Relu().Means(), "fc"),
        };
        return network.Fill(("conv1", 6, 2), ("body.conv", 6, 6), ("conv3", 8, 6), ("fc", 5, 8));
    }

    public double[] Logits(PlainTensor x) => Tail(x, Head(x));

    /// <summary>The gradient at the layer, by central differences: exact but for rounding where the tail is piecewise linear.</summary>
    public PlainTensor Gradient(PlainTensor x, PlainTensor a, Func<double[], double> y)
    {
        const double step = 1e-6;
        var gradient = new PlainTensor(a.Channels, a.Height, a.Width);
        for (int i = 0; i < a.Values.Length; i++)
        {
            double At(double delta) => y(Tail(x, a.Map((v, j) => j == i ? v + delta : v)));
            gradient.Values[i] = (At(step) - At(-step)) / (2 * step);
        }

        return gradient;
    }

    private PlainNetwork Fill(params ReadOnlySpan<(string Name, int Outputs, int Inputs)> layers)
    {
        foreach ((string name, int outputs, int inputs) in layers)
        {
            int[] shape = name == "fc" ? [outputs, inputs] : [outputs, inputs, 3, 3];
            int fan = shape[1..].Aggregate((a, b) => a * b);
            _weights[name + ".weight"] = (shape, Numbers(outputs * fan, 2 / Math.Sqrt(fan)));
            _weights[name + ".bias"] = ([outputs], Numbers(outputs, 0.5));
        }

        return this;
    }

    private float[] Numbers(int count, double size) => [.. Enumerable.Range(0, count).Select(_ => (float)((_random.NextDouble() * 2 - 1) * size))];

    private PlainTensor Convolution(PlainTensor x, string name, int stride, int pad) =>
        x.Convolve(_weights[name + ".weight"].Values, _weights[name + ".bias"].Values, stride, pad);

    private double[] Linear(double[] x, string name)
    {
        (float[] weight, float[] bias) = (_weights[name + ".weight"].Values, _weights[name + ".bias"].Values);
        return [.. bias.Select((b, o) => b + x.Select((v, i) => v * weight[o * x.Length + i]).Sum())];
    }
}
