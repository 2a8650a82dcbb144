using System.Globalization;
using System.Text;

namespace GradCam.Onnx.Tests;

/// <summary>A random valid net spec of a few layers on small maps: every operation of the language, with random arguments, branches and joins.</summary>
internal sealed class RandomSpec
{
    private readonly Random _random;
    private readonly StringBuilder _text = new();
    private readonly List<(string Name, Shape3 Shape)> _values = [];
    private int _labels;

    private RandomSpec(int seed) => _random = new Random(seed);

    private readonly record struct Shape3(int Channels, int Height, int Width)
    {
        public bool IsVector => Height == 1 && Width == 1;
    }

    /// <summary>The spec of a seed.</summary>
    public static string Make(int seed) => new RandomSpec(seed).Make();

    private string Make()
    {
        var shape = new Shape3(Pick(1, 2, 3, 4, 6, 8), _random.Next(4, 14), _random.Next(4, 14));
        Line($"input {shape.Channels}x{shape.Height}x{shape.Width}");
        int layers = _random.Next(2, 9);
        for (int i = 0; i < layers; i++)
            shape = Step(shape);
        // Vectors are what is explained.
        switch (_random.Next(3))
        {
            case 0:
                Line("avgpool global");
                break;
            case 1:
                Line("flatten");
                break;
            default:
                Line("maxpool global");
                break;
        }
        Line($"out: linear {_random.Next(2, 8)}");
        return _text.ToString();
    }

    private Shape3 Step(Shape3 shape)
    {
        string label = "v" + _labels++.ToString(CultureInfo.InvariantCulture);
        Shape3? result = null;
        while (result is null)
            result = Operation(label, shape);
        _values.Add((label, result.Value));
        return result.Value;
    }

    private Shape3? Operation(string label, Shape3 shape)
    {
        switch (_random.Next(24))
        {
            case 0 or 1 or 2 or 3:
                return Convolution(label, shape);
            case 4:
                Line($"{label}: batchnorm{(Chance(3) ? " affine off" : "")}{(Chance(3) ? " eps 0.001" : "")}");
                return shape;
            case 5 or 6 or 7:
                Line($"{label}: {Activation()}");
                return shape;
            case 8 or 9:
                return Pool(label, shape);
            case 10:
                Line($"{label}: {Pick("scale", "shift")}");
                return shape;
            case 11:
                string norm = Chance(2) ? "layernorm" : Chance(3) ? "instancenorm" : string.Create(CultureInfo.InvariantCulture, $"groupnorm {Divisor(shape.Channels)}");
                Line($"{label}: {norm}{(Chance(2) ? " affine off" : "")}");
                return shape;
            case 12:
                Line($"{label}: linear {_random.Next(1, 9)} bias {Pick("on", "off")}");
                return shape with { Channels = Last("linear ") };
            case 13 or 14:
                return Join(label, shape);
            case 15:
                return Gate(label, shape);
            case 16:
                return Residual(label, shape);
            case 17 when shape.Channels > 1:
                int start = _random.Next(shape.Channels - 1), count = _random.Next(1, shape.Channels - start + 1);
                Line($"{label}: slice {start} {count}");
                return shape with { Channels = count };
            case 18:
                int[] divisors = [.. Enumerable.Range(1, shape.Channels).Where(d => shape.Channels % d == 0)];
                Line($"{label}: shuffle {divisors[_random.Next(divisors.Length)]}");
                return shape;
            case 19:
                Line($"{label}: lrn {_random.Next(1, 6)} alpha 0.1 beta 0.75 k {Pick("1", "2")}");
                return shape;
            case 20 when Math.Min(shape.Height, shape.Width) > 2 && Math.Max(shape.Height, shape.Width) < 30:
                bool reflect = Chance(2);
                int top = _random.Next(3), left = _random.Next(3), bottom = _random.Next(3), right = _random.Next(3);
                if (reflect && Math.Min(shape.Height, shape.Width) < 3)
                    return null;
                Line($"{label}: pad {top} {left} {bottom} {right}{(reflect ? " reflect" : "")}");
                return shape with { Height = shape.Height + top + bottom, Width = shape.Width + left + right };
            case 21 when Math.Max(shape.Height, shape.Width) < 16:
                return Upsample(label, shape);
            case 22:
                Line($"{label}: prelu");
                return shape;
            case 23 when Math.Max(shape.Height, shape.Width) < 12:
                return Transposed(label, shape);
            default:
                return null;
        }
    }

    private Shape3? Convolution(string label, Shape3 shape)
    {
        int kernelHeight = Pick(1, 1, 2, 3, 3, 5), kernelWidth = Chance(4) ? Pick(1, 2, 3) : kernelHeight;
        int stride = Pick(1, 1, 1, 2, 3), dilation = Chance(5) ? 2 : 1;
        int top = _random.Next(3), left = _random.Next(3), bottom = Chance(2) ? top : _random.Next(3), right = Chance(2) ? left : _random.Next(3);
        int groups = Divisor(shape.Channels);
        int channels = groups * _random.Next(1, 5);
        bool same = Chance(6);
        int? height = same ? (shape.Height + stride - 1) / stride : Slide(shape.Height + top + bottom, kernelHeight, stride, dilation);
        int? width = same ? (shape.Width + stride - 1) / stride : Slide(shape.Width + left + right, kernelWidth, stride, dilation);
        if (height is null || width is null)
            return null;
        string pad = same ? "same" : $"{top} {left} {bottom} {right}";
        string grouping = groups == shape.Channels && channels == groups && Chance(2) ? " depthwise" : $" groups {groups}";
        Line($"{label}: conv {channels} {kernelHeight}x{kernelWidth} stride {stride} pad {pad} dilation {dilation}{grouping} bias {Pick("on", "off")}");
        return new Shape3(channels, height.Value, width.Value);
    }

    private Shape3? Transposed(string label, Shape3 shape)
    {
        int kernel = _random.Next(1, 5), stride = _random.Next(1, 4), pad = _random.Next(0, 2), outpad = _random.Next(0, stride);
        int groups = Divisor(shape.Channels), channels = groups * _random.Next(1, 4);
        int height = (shape.Height - 1) * stride + kernel - 2 * pad + outpad, width = (shape.Width - 1) * stride + kernel - 2 * pad + outpad;
        if (height < 1 || width < 1)
            return null;
        Line($"{label}: convtranspose {channels} {kernel} stride {stride} pad {pad} outpad {outpad} groups {groups}");
        return new Shape3(channels, height, width);
    }

    private Shape3? Pool(string label, Shape3 shape)
    {
        bool maximum = Chance(2);
        string name = maximum ? "maxpool" : "avgpool";
        if (Chance(6))
        {
            int rows = _random.Next(1, shape.Height + 1), columns = _random.Next(1, shape.Width + 1);
            Line($"{label}: {name} adaptive {rows}x{columns}");
            return shape with { Height = rows, Width = columns };
        }
        int kernel = _random.Next(2, 4), stride = _random.Next(1, 4), pad = _random.Next(0, kernel / 2 + 1), dilation = maximum && pad == 0 && Chance(3) ? 2 : 1;
        bool ceil = Chance(3);
        int? height = Slide(shape.Height + 2 * pad, kernel, stride, dilation, ceil, shape.Height + pad), width = Slide(shape.Width + 2 * pad, kernel, stride, dilation, ceil, shape.Width + pad);
        if (height is null || width is null)
            return null;
        string options = (ceil ? " ceil" : "") + (maximum ? dilation > 1 ? " dilation 2" : "" : $" count_include_pad {Pick("on", "off")}");
        Line($"{label}: {name} {kernel} stride {stride} pad {pad}{options}");
        return shape with { Height = height.Value, Width = width.Value };
    }

    private Shape3? Upsample(string label, Shape3 shape)
    {
        string mode = Pick(" nearest", " bilinear", " bilinear align_corners", "");
        if (Chance(2))
        {
            int factor = _random.Next(1, 3);
            Line($"{label}: upsample {factor}{mode}");
            return shape with { Height = shape.Height * factor, Width = shape.Width * factor };
        }
        int height = _random.Next(1, 20), width = _random.Next(1, 20);
        Line($"{label}: upsample to {height}x{width}{mode}");
        return shape with { Height = height, Width = width };
    }

    /// <summary>add, mul or concat with an earlier value of a shape that fits.</summary>
    private Shape3? Join(string label, Shape3 shape)
    {
        string operation = Pick("add", "mul", "concat");
        (string Name, Shape3 Shape)[] fitting =
            [.. _values.Where(value => operation == "concat" ? value.Shape.Height == shape.Height && value.Shape.Width == shape.Width && value.Shape.Channels + shape.Channels < 40 : value.Shape == shape)];
        if (fitting.Length == 0)
            return null;
        (string name, Shape3 other) = fitting[_random.Next(fitting.Length)];
        Line($"{label}: {operation} {name}");
        return operation == "concat" ? shape with { Channels = shape.Channels + other.Channels } : shape;
    }

    /// <summary>Squeeze and excite.</summary>
    private Shape3? Gate(string label, Shape3 shape)
    {
        int channels = _random.Next(1, 5);
        Line($"{label}: {Pick("mul", "add")} (-> avgpool global -> {label}_a: conv {channels} 1x1 -> relu -> {label}_b: conv {shape.Channels} 1x1 -> {Pick("sigmoid", "hardsigmoid")})");
        return shape;
    }

    private Shape3? Residual(string label, Shape3 shape)
    {
        Line($"{label}: add (-> {label}_a: conv {shape.Channels} 3x3 pad 1 bias off -> {label}_b: batchnorm -> {Activation()})");
        return shape;
    }

    private string Activation() => Pick(
        "relu", "relu6", "sigmoid", "tanh", "silu", "hardswish", "mish", "selu", "leakyrelu slope 0.2", "leakyrelu", "elu", "elu alpha 0.5", "gelu", "gelu tanh", "hardsigmoid",
        "hardsigmoid alpha 0.2 beta 0.4", "softplus", "softplus beta 2", "clip -0.5 0.7", "identity", "dropout 0.5");

    private int Divisor(int number)
    {
        int[] divisors = [.. Enumerable.Range(1, number).Where(d => number % d == 0)];
        return Chance(2) ? 1 : divisors[_random.Next(divisors.Length)];
    }

    private static int? Slide(int size, int kernel, int stride, int dilation, bool ceil = false, int last = int.MaxValue)
    {
        int room = size - (kernel - 1) * dilation - 1;
        if (room < 0)
            return null;
        int count = (ceil ? room + stride - 1 : room) / stride + 1;
        return ceil && (count - 1) * stride >= last ? count - 1 : count;
    }

    /// <summary>The number behind a word of the last line.</summary>
    private int Last(string word)
    {
        string text = _text.ToString();
        string tail = text[(text.LastIndexOf(word, StringComparison.Ordinal) + word.Length)..];
        return int.Parse(tail[..tail.IndexOf(' ', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
    }

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    private void Line(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void Line(string text) => _text.Append(text).Append('\n');
}
