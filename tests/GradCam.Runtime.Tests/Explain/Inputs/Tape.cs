namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>How a gradient goes back through nonlinearities.</summary>
internal enum TapeRule
{
    Derivative,
    Guided,
    Deconv,
    DeepLift,
}

/// <summary>
/// A map [channels, height, width] in double precision that knows how it was made: networks written by hand in the plainest way, to compare the runtime's
/// methods with. For DeepLIFT each value carries the baseline's beside its own.
/// </summary>
internal sealed class TapeMap(int channels, int height, int width, TapeRule rule)
{
    private readonly List<TapeMap> _inputs = [];
    private Action _backward = () => { };

    public double[] Values { get; init; } = new double[channels * height * width];

    public double[] Baseline { get; init; } = new double[channels * height * width];

    public double[] Gradient { get; } = new double[channels * height * width];

    /// <summary>What a convolution added to make it, one number a channel; empty for another map.</summary>
    public double[] Bias { get; private set; } = [];

    /// <summary>Rows and columns.</summary>
    public (int Height, int Width) Size => (height, width);

    public TapeMap Convolve(double[] kernel, double[] bias, int size, int stride, int pad)
    {
        int outputs = bias.Length;
        (int rows, int columns) = ((height + 2 * pad - size) / stride + 1, (width + 2 * pad - size) / stride + 1);
        TapeMap output = Next(outputs, rows, columns);
        output.Bias = bias;
        void ForEach(Action<int, int, int> action)
        {
            for (int o = 0; o < outputs; o++)
                for (int y = 0; y < rows; y++)
                    for (int x = 0; x < columns; x++)
                        for (int c = 0; c < channels; c++)
                            for (int ky = 0; ky < size; ky++)
                                for (int kx = 0; kx < size; kx++)
                                {
                                    (int row, int column) = (y * stride - pad + ky, x * stride - pad + kx);
                                    if (row >= 0 && row < height && column >= 0 && column < width)
                                        action((o * rows + y) * columns + x, (c * height + row) * width + column, ((o * channels + c) * size + ky) * size + kx);
                                }
        }

        for (int i = 0; i < output.Values.Length; i++)
            output.Values[i] = output.Baseline[i] = bias[i / (rows * columns)];
        ForEach((to, from, k) =>
        {
            output.Values[to] += kernel[k] * Values[from];
            output.Baseline[to] += kernel[k] * Baseline[from];
        });
        output._backward = () => ForEach((to, from, k) => Gradient[from] += kernel[k] * output.Gradient[to]);
        return output;
    }

    public TapeMap Linear(double[] matrix, double[] bias)
    {
        TapeMap flat = Reshape(Values.Length, 1, 1);
        return flat.Convolve(matrix, bias, 1, 1, 0);
    }

    /// <summary>An activation, with its derivative; a rectifier is what guided backpropagation and DeconvNet change.</summary>
    public TapeMap Activate(Func<double, double> f, Func<double, double> derivative, bool isRectifier) =>
        Activate((a, _) => f(a), (a, _) => derivative(a), isRectifier);

    /// <summary>The same, of a value and its channel.</summary>
    public TapeMap Activate(Func<double, int, double> f, Func<double, int, double> derivative, bool isRectifier)
    {
        TapeMap output = Next(channels, height, width);
        int pixels = height * width;
        for (int i = 0; i < Values.Length; i++)
            (output.Values[i], output.Baseline[i]) = (f(Values[i], i / pixels), f(Baseline[i], i / pixels));
        output._backward = () =>
        {
            for (int i = 0; i < Values.Length; i++)
            {
                double g = output.Gradient[i];
                double ordinary = g * derivative(Values[i], i / pixels);
                double move = Values[i] - Baseline[i];
                Gradient[i] += rule switch
                {
                    TapeRule.Guided when isRectifier => Math.Max(ordinary, 0),
                    TapeRule.Deconv when isRectifier => Math.Max(g, 0),
                    TapeRule.DeepLift when Math.Abs(move) >= 1e-10 => g * (output.Values[i] - output.Baseline[i]) / move,
                    _ => ordinary,
                };
            }
        };
        return output;
    }

    public TapeMap Relu() => Activate(a => Math.Max(a, 0), a => a > 0 ? 1 : 0, isRectifier: true);

    public TapeMap Relu6() => Activate(a => Math.Clamp(a, 0, 6), a => a > 0 && a < 6 ? 1 : 0, isRectifier: true);

    public TapeMap Add(TapeMap other)
    {
        TapeMap output = Next(channels, height, width, other);
        for (int i = 0; i < Values.Length; i++)
            (output.Values[i], output.Baseline[i]) = (Values[i] + other.Values[i], Baseline[i] + other.Baseline[i]);
        output._backward = () =>
        {
            for (int i = 0; i < Values.Length; i++)
            {
                Gradient[i] += output.Gradient[i];
                other.Gradient[i] += output.Gradient[i];
            }
        };
        return output;
    }

    /// <summary>The product with one number a channel.</summary>
    public TapeMap Multiply(TapeMap other)
    {
        TapeMap output = Next(channels, height, width, other);
        int pixels = height * width;
        for (int i = 0; i < Values.Length; i++)
            (output.Values[i], output.Baseline[i]) = (Values[i] * other.Values[i / pixels], Baseline[i] * other.Baseline[i / pixels]);
        output._backward = () =>
        {
            for (int i = 0; i < Values.Length; i++)
            {
                (double own, double factor) = (Values[i], other.Values[i / pixels]);
                if (rule == TapeRule.DeepLift)
                    (own, factor) = ((own + Baseline[i]) / 2, (factor + other.Baseline[i / pixels]) / 2);
                Gradient[i] += output.Gradient[i] * factor;
                other.Gradient[i / pixels] += output.Gradient[i] * own;
            }
        };
        return output;
    }

    public TapeMap Mean()
    {
        int pixels = height * width;
        TapeMap output = Next(channels, 1, 1);
        for (int i = 0; i < Values.Length; i++)
        {
            output.Values[i / pixels] += Values[i] / pixels;
            output.Baseline[i / pixels] += Baseline[i] / pixels;
        }

        output._backward = () =>
        {
            for (int i = 0; i < Values.Length; i++)
                Gradient[i] += output.Gradient[i / pixels] / pixels;
        };
        return output;
    }

    /// <summary>A max pool of windows of some size, the first one <paramref name="pad"/> rows and columns before the map.</summary>
    public TapeMap MaxPool(int size, int stride, int pad)
    {
        (int rows, int columns) = ((height + 2 * pad - size) / stride + 1, (width + 2 * pad - size) / stride + 1);
        TapeMap output = Next(channels, rows, columns);
        int[][] windows = [.. Enumerable.Range(0, output.Values.Length).Select(Window)];
        for (int i = 0; i < windows.Length; i++)
            (output.Values[i], output.Baseline[i]) = (windows[i].Max(at => Values[at]), windows[i].Max(at => Baseline[at]));
        output._backward = () =>
        {
            for (int i = 0; i < windows.Length; i++)
            {
                int largest = windows[i].First(at => Values[at] == output.Values[i]);
                double move = output.Values[i] - output.Baseline[i];
                int to = rule != TapeRule.DeepLift || move >= 0 ? largest : windows[i].First(at => Baseline[at] == output.Baseline[i]);
                double share = rule != TapeRule.DeepLift || Math.Abs(Values[to] - Baseline[to]) < 1e-10 ? 1 : move / (Values[to] - Baseline[to]);
                Gradient[to] += output.Gradient[i] * share;
            }
        };
        return output;

        int[] Window(int i)
        {
            (int c, int y, int x) = (i / (rows * columns), i / columns % rows, i % columns);
            var taps = new List<int>();
            for (int row = y * stride - pad; row < y * stride - pad + size; row++)
                for (int column = x * stride - pad; column < x * stride - pad + size; column++)
                    if (row >= 0 && row < height && column >= 0 && column < width)
                        taps.Add((c * height + row) * width + column);
            return [.. taps];
        }
    }

    /// <summary>The gradients of one value, back to the beginning.</summary>
    public void Backward(int at)
    {
        Gradient[at] = 1;
        foreach (TapeMap map in Order([], []))
            map._backward();
    }

    /// <summary>The maps that it was made of, and itself.</summary>
    public IReadOnlyList<TapeMap> Maps() => Order([], []);

    private List<TapeMap> Order(List<TapeMap> found, HashSet<TapeMap> seen)
    {
        Visit(this);
        found.Reverse();
        return found;

        void Visit(TapeMap map)
        {
            if (!seen.Add(map))
                return;
            foreach (TapeMap input in map._inputs)
                Visit(input);
            found.Add(map);
        }
    }

    private TapeMap Reshape(int c, int h, int w)
    {
        TapeMap output = new(c, h, w, rule) { Values = Values, Baseline = Baseline };
        output._inputs.Add(this);
        output._backward = () =>
        {
            for (int i = 0; i < Gradient.Length; i++)
                Gradient[i] += output.Gradient[i];
        };
        return output;
    }

    private TapeMap Next(int c, int h, int w, params TapeMap[] others)
    {
        var output = new TapeMap(c, h, w, rule);
        output._inputs.Add(this);
        output._inputs.AddRange(others);
        return output;
    }
}

/// <summary>The test networks by hand.</summary>
internal static class TapeNetwork
{
    /// <summary>A class's score and its gradient at an input, both channels first; with a rule the modified one.</summary>
    public static (double Score, double[] Gradient) Run(
        string name, IReadOnlyList<double> input, int @class, TapeRule rule = TapeRule.Derivative, IReadOnlyList<double>? baseline = null)
    {
        Tensor shape = InputNetworks.Of(name).Info.Input;
        var x = new TapeMap(shape.Channels, shape.Height, shape.Width, rule) { Values = [.. input], Baseline = [.. baseline ?? input] };
        TapeMap logits = Build(name, x);
        logits.Backward(@class);
        return (logits.Values[@class], x.Gradient);
    }

    /// <summary>The maps that a class's score was made of, with their gradients, the logits first and the input last.</summary>
    public static IReadOnlyList<TapeMap> Trace(string name, IReadOnlyList<double> input, int @class)
    {
        Tensor shape = InputNetworks.Of(name).Info.Input;
        TapeMap logits = Build(
            name, new TapeMap(shape.Channels, shape.Height, shape.Width, TapeRule.Derivative) { Values = [.. input], Baseline = [.. input] });
        logits.Backward(@class);
        return logits.Maps();
    }

    private static TapeMap Build(string name, TapeMap x)
    {
        double[] W(string key) => InputNetworks.Weight(name, key + ".weight");
        double[] B(string key) => InputNetworks.Weight(name, key + ".bias");
        TapeMap Conv(TapeMap map, string key, int size, int stride, int pad) => map.Convolve(W(key), B(key), size, stride, pad);
        TapeMap Tanh(TapeMap map) => map.Activate(Math.Tanh, a => 1 - Math.Tanh(a) * Math.Tanh(a), false);
        TapeMap Sigmoid(TapeMap map) => map.Activate(S, a => S(a) * (1 - S(a)), false);
        TapeMap Silu(TapeMap map) => map.Activate(a => a * S(a), a => S(a) * (1 + a * (1 - S(a))), false);
        switch (name)
        {
            case "NetO":
                return Conv(x, "conv1", 3, 1, 0).Relu().Linear(W("fc"), B("fc")).Relu();
            case "Linear":
                return x.Linear(W("fc"), B("fc"));
            case "Smooth":
                return Sigmoid(Silu(Conv(Tanh(Conv(x, "c1", 3, 1, 1)), "c2", 3, 2, 1)).Mean().Linear(W("h"), B("h"))).Linear(W("fc"), B("fc"));
            case "Prelu":
                double[] slopes = W("p");
                TapeMap first = Conv(x, "c1", 3, 1, 1);
                TapeMap second = first.Activate((a, c) => a > 0 ? a : a * slopes[c], (a, c) => a > 0 ? 1 : slopes[c], false);
                TapeMap third = Conv(second, "c2", 3, 2, 1).Activate(
                    a => a * Math.Clamp(a / 6 + 0.5, 0, 1), a => a <= -3 ? 0 : a >= 3 ? 1 : a / 3 + 0.5, false);
                return Sigmoid(third.Mean().Linear(W("h"), B("h"))).Linear(W("fc"), B("fc"));
            case "Rectified":
                TapeMap before = Conv(Conv(x, "c1", 3, 1, 1).Relu().MaxPool(3, 2, 1), "c2", 3, 1, 1);
                TapeMap gate = Conv(Conv(before.Relu(), "c3", 3, 1, 1).Add(before).Relu6(), "c4", 1, 1, 0);
                return gate.Multiply(Conv(gate.Mean(), "c5", 1, 1, 0).Relu()).MaxPool(2, 2, 0).Linear(W("fc"), B("fc"));
            default:
                throw new ArgumentException(name);
        }
    }

    private static double S(double a) => 1 / (1 + Math.Exp(-a));
}
