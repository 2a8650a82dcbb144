using System.Text;
using static System.FormattableString;

namespace GradCam.Conformance.Networks;

/// <summary>A random valid net spec on small maps: every operation of the language, side branches, sums, products, concatenations, slices and blocks.</summary>
public sealed class RandomSpec
{
    private const int LargestSide = 20;
    private const int MostChannels = 40;

    private static readonly string[] Activations =
    [
        "relu", "relu", "relu", "relu", "relu6", "sigmoid", "tanh", "silu", "hardswish", "mish", "selu", "leakyrelu", "leakyrelu slope 0.2",
        "elu", "elu alpha 0.5", "gelu", "gelu tanh", "hardsigmoid", "hardsigmoid alpha 0.2 beta 0.5", "softplus", "softplus beta 2", "clip -1 2",
    ];

    private const string ResidualBlock =
        """
        block residual(c) {
          conv1: conv c 3x3 pad 1 bias off
          bn1: batchnorm
          relu
          conv2: conv c 3x3 pad 1
          add in
          relu
        }
        """;

    private readonly Random _random;
    private readonly StringBuilder _text = new();
    private readonly List<Value> _values = [];
    private readonly List<string> _layers = [];
    private int _labels;
    private bool _usesBlock;

    /// <summary>Whether pixels may be equal but for rounding, so that a max pool's choice would depend on it.</summary>
    private bool _repeatsPixels;

    private RandomSpec(int seed) => _random = new Random(seed);

    private readonly record struct Size(int Channels, int Height, int Width);

    private readonly record struct Value(string Name, Size Size);

    /// <summary>The spec's text.</summary>
    public string Text => _text.ToString();

    /// <summary>Whether a softmax follows the logits, so that a forward pass gives probabilities.</summary>
    public bool EndsInSoftmax { get; private set; }

    /// <summary>Names of values that the logits depend on, the logits not among them: possible layers to explain at.</summary>
    public IReadOnlyList<string> Layers => _layers;

    /// <summary>Makes the spec of a seed.</summary>
    public static RandomSpec Create(int seed)
    {
        var spec = new RandomSpec(seed);
        spec.Build();
        return spec;
    }

    private void Build()
    {
        var size = new Size(Between(1, 4), Between(5, 17), Between(5, 17));
        _text.AppendLine(Invariant($"input {size.Channels}x{size.Height}x{size.Width}"));
        _values.Add(new Value("in", size));
        _layers.Add("input");
        int statements = Between(3, 14);
        for (int i = 0; i < statements; i++)
            size = Append(Statement(size), size);
        Finish(size);
        if (_usesBlock)
            _text.AppendLine(ResidualBlock);
    }

    /// <summary>Writes a statement; one without weights may go without a label.</summary>
    private Size Append((string Text, Size Size, bool NeedsLabel) statement, Size before)
    {
        string label = statement.NeedsLabel || Chance(0.6) ? NewLabel(statement.Size) + ": " : "";
        _text.AppendLine(label + statement.Text);
        return statement.Size;
    }

    private string NewLabel(Size size)
    {
        string label = Invariant($"n{_labels++}");
        _values.Add(new Value(label, size));
        _layers.Add(label);
        return label;
    }

    private void Finish(Size size)
    {
        int classes = Between(2, 7);
        switch (Between(0, 4))
        {
            case 0:
                _text.AppendLine("avgpool global");
                break;
            case 1 when !_repeatsPixels:
                _text.AppendLine("maxpool global");
                break;
            case 2 when size.Channels * size.Height * size.Width <= 1500:
                _text.AppendLine("flatten");
                break;
            case 3:
                _text.AppendLine(Invariant($"classifier: conv {classes} 1x1"));
                if (size is not { Height: 1, Width: 1 })
                    _layers.Add("classifier");
                _text.AppendLine("avgpool global");
                return;
            default:
                _text.AppendLine("avgpool adaptive 2x1\nflatten\nhidden: linear 9\nrelu\ndropout 0.5");
                _layers.Add("hidden");
                break;
        }

        _text.AppendLine(Invariant($"classifier: linear {classes}"));
        EndsInSoftmax = Chance(0.3);
        if (EndsInSoftmax)
            _text.AppendLine("softmax");
    }

    private (string Text, Size Size, bool NeedsLabel) Statement(Size s)
    {
        while (true)
        {
            (int values, int layers, int labels) = (_values.Count, _layers.Count, _labels);
            (string Text, Size Size, bool NeedsLabel)? statement = Between(0, 19) switch
            {
                0 or 1 or 2 or 3 => Convolution(s),
                4 or 5 or 6 => (Pick(Activations), s, false),
                7 or 8 => WithWeights(s),
                9 or 10 => Pool(s),
                11 or 12 => Sum(s),
                13 => Product(s),
                14 or 15 => Concatenation(s),
                16 => Channels(s),
                17 => Resize(s),
                18 => Other(s),
                _ => Block(s),
            };
            if (statement is { } found && Fits(found.Size))
                return found;

            // Forget the side branches of the statement that does not fit.
            _values.RemoveRange(values, _values.Count - values);
            _layers.RemoveRange(layers, _layers.Count - layers);
            _labels = labels;
        }
    }

    private static bool Fits(Size s) =>
        s.Channels is >= 1 and <= MostChannels && s.Height is >= 1 and <= LargestSide && s.Width is >= 1 and <= LargestSide;

    private (string Text, Size Size, bool NeedsLabel)? Convolution(Size s)
    {
        bool square = Chance(0.7);
        int kh = Pick(1, 1, 2, 3, 3, 3, 5), kw = square ? kh : Pick(1, 2, 3, 4);
        int sh = Pick(1, 1, 1, 2, 3), sw = Chance(0.8) ? sh : Pick(1, 2);
        int dilation = Chance(0.85) ? 1 : 2;
        bool depthwise = Chance(0.2);
        int groups = depthwise ? s.Channels : Chance(0.2) ? Pick(2, 3, 4) : 1;
        int outputs = depthwise ? s.Channels * Pick(1, 1, 2) : groups * Between(1, 24 / groups);
        if (s.Channels % groups != 0)
            return null;
        int rh = (kh - 1) * dilation, rw = (kw - 1) * dilation;
        string pad;
        int height, width;
        switch (Between(0, 3))
        {
            case 0:
                pad = " pad same";
                (height, width) = ((s.Height + sh - 1) / sh, (s.Width + sw - 1) / sw);
                break;
            case 1:
                int t = Between(0, 2), l = Between(0, 2), b = Between(0, 2), r = Between(0, 2);
                pad = Invariant($" pad {t} {l} {b} {r}");
                (height, width) = (Slide(s.Height + t + b, rh, sh), Slide(s.Width + l + r, rw, sw));
                break;
            default:
                int p = rh / 2, q = rw / 2;
                pad = p == q ? p == 0 ? "" : Invariant($" pad {p}") : Invariant($" pad {p}x{q}");
                (height, width) = (Slide(s.Height + 2 * p, rh, sh), Slide(s.Width + 2 * q, rw, sw));
                break;
        }

        if (Chance(0.15))
            return Transposed(s);
        string stride = sh == sw ? sh == 1 ? "" : Invariant($" stride {sh}") : Invariant($" stride {sh}x{sw}");
        string group = depthwise ? " depthwise" : groups == 1 ? "" : Invariant($" groups {groups}");
        string kernel = kh == kw && Chance(0.5) ? Invariant($"{kh}") : Invariant($"{kh}x{kw}");
        string text = Invariant($"conv {outputs} {kernel}{stride}{pad}{(dilation == 1 ? "" : " dilation 2")}{group}{Bias()}");
        return (text, new Size(outputs, height, width), true);
    }

    private (string Text, Size Size, bool NeedsLabel)? Transposed(Size s)
    {
        int kernel = Between(1, 4), stride = Between(1, 3), pad = Between(0, kernel / 2), outpad = Between(0, stride - 1);
        int groups = s.Channels % 2 == 0 && Chance(0.3) ? 2 : 1, outputs = groups * Between(1, 6);
        int height = (s.Height - 1) * stride - 2 * pad + kernel + outpad, width = (s.Width - 1) * stride - 2 * pad + kernel + outpad;
        string group = groups == 1 ? "" : " groups 2";
        return (
            Invariant($"convtranspose {outputs} {kernel} stride {stride} pad {pad} outpad {outpad}{group}{Bias()}"), new Size(outputs, height, width), true);
    }

    private (string Text, Size Size, bool NeedsLabel)? WithWeights(Size s)
    {
        int outputs = Between(1, 20);
        return Between(0, 7) switch
        {
            0 or 1 => ("batchnorm", s, true),
            2 => ("batchnorm eps 0.001 affine off", s, true),
            3 => (Chance(0.5) ? "layernorm eps 0.01" : "layernorm affine off eps 0.01", s, true),
            4 => ("prelu", s, true),
            5 => (Pick("scale", "shift"), s, true),
            6 => (GroupNorm(s), s, true),
            _ => (Invariant($"linear {outputs}{Bias()}"), s with { Channels = outputs }, true),
        };
    }

    private string GroupNorm(Size s)
    {
        int[] divisors = [.. Enumerable.Range(1, s.Channels).Where(divisor => s.Channels % divisor == 0)];
        // Where a group is one value, or nearly, its variance is a difference of roundings.
        string norm = Chance(0.3) ? "instancenorm" : Invariant($"groupnorm {divisors[Between(0, divisors.Length - 1)]}");
        return norm + (Chance(0.5) ? " eps 0.01" : " affine off eps 0.01");
    }

    private (string Text, Size Size, bool NeedsLabel)? Pool(Size s)
    {
        string name = _repeatsPixels ? "avgpool" : Pick("maxpool", "avgpool");
        if (Chance(0.15))
        {
            _repeatsPixels = true;
            int h = Between(1, 4), w = Between(1, 4);
            return (Invariant($"{name} adaptive {h}x{w}"), s with { Height = h, Width = w }, false);
        }

        int kernel = Pick(2, 2, 3, 3), stride = Pick(1, 2, 2, 3), pad = Between(0, kernel / 2);
        int dilation = name == "maxpool" && pad == 0 && Chance(0.3) ? 2 : 1;
        bool ceil = Chance(0.3);
        int height = Windows(s.Height, kernel, stride, pad, dilation, ceil), width = Windows(s.Width, kernel, stride, pad, dilation, ceil);
        string option = dilation == 2 ? " dilation 2" : name == "avgpool" && Chance(0.4) ? " count_include_pad off" : "";
        string text = Invariant($"{name} {kernel}x{kernel} stride {stride} pad {pad}{(ceil ? " ceil" : "")}{option}");
        return (text, s with { Height = height, Width = width }, false);
    }

    private (string Text, Size Size, bool NeedsLabel)? Sum(Size s) => ("add " + Operand(s), s, false);

    private (string Text, Size Size, bool NeedsLabel)? Product(Size s)
    {
        if (Chance(0.5))
            return ("mul " + Operand(s), s, false);
        string squeeze = Labelled(new Size(3, 1, 1), "conv 3 1x1");
        string excite = Labelled(new Size(s.Channels, 1, 1), Invariant($"conv {s.Channels} 1x1"));
        return ("mul " + Branch("avgpool global", squeeze, "relu", excite, Pick("sigmoid", "hardsigmoid")), s, false);
    }

    private (string Text, Size Size, bool NeedsLabel)? Concatenation(Size s)
    {
        Value[] fitting = [.. _values.Where(value => value.Size.Height == s.Height && value.Size.Width == s.Width)];
        int channels = s.Channels;
        var text = new StringBuilder("concat");
        for (int i = Between(1, 3); i > 0; i--)
        {
            if (fitting.Length > 0 && Chance(0.6))
            {
                Value value = Pick(fitting);
                text.Append(' ').Append(value.Name);
                channels += value.Size.Channels;
            }
            else
            {
                int outputs = Between(1, 8);
                text.Append(' ').Append(Branch(SameSize(s, outputs), Chance(0.6) ? Pick(Activations) : "identity"));
                channels += outputs;
            }
        }

        return (text.ToString(), s with { Channels = channels }, false);
    }

    private (string Text, Size Size, bool NeedsLabel)? Channels(Size s)
    {
        if (Chance(0.5))
        {
            int start = Between(0, s.Channels - 1), count = Between(1, s.Channels - start);
            return (Invariant($"slice {start} {count}"), s with { Channels = count }, false);
        }

        int groups = Pick(2, 3, 4);
        return s.Channels % groups == 0 ? (Invariant($"shuffle {groups}"), s, false) : null;
    }

    private (string Text, Size Size, bool NeedsLabel)? Resize(Size s)
    {
        _repeatsPixels = true;
        if (Chance(0.5))
        {
            string mode = Pick("", "", " nearest", " bilinear", " bilinear align_corners");
            return Chance(0.5)
                ? (Invariant($"upsample 2{mode}"), s with { Height = 2 * s.Height, Width = 2 * s.Width }, false)
                : (Invariant($"upsample to 7x5{mode}"), s with { Height = 7, Width = 5 }, false);
        }

        bool reflect = Chance(0.5);
        int most = reflect ? Math.Min(2, Math.Min(s.Height, s.Width) - 1) : 2;
        int t = Between(0, most), l = Between(0, most), b = Between(0, most), r = Between(0, most);
        return (Invariant($"pad {t} {l} {b} {r}{(reflect ? " reflect" : "")}"), s with { Height = s.Height + t + b, Width = s.Width + l + r }, false);
    }

    private (string Text, Size Size, bool NeedsLabel)? Other(Size s) => Between(0, 3) switch
    {
        0 => (Invariant($"lrn {Between(1, 5)} alpha 0.5 beta {Pick("0.75", "0.5")} k {Pick("1", "2")}"), s, false),
        1 => ("dropout", s, false),
        2 => ("identity", s, false),
        _ => s.Channels > 1 && Chance(0.5) ? ("softmax", s, false) : null,
    };

    private (string Text, Size Size, bool NeedsLabel)? Block(Size s)
    {
        _usesBlock = true;
        string label = Invariant($"n{_labels}");
        _layers.Add(label + ".conv1");
        _layers.Add(label + ".bn1");
        _layers.Add(label + ".conv2");
        return (Invariant($"residual {s.Channels}"), s, true);
    }

    /// <summary>A value or side branch of a shape, or of one pixel of as many channels.</summary>
    private string Operand(Size s)
    {
        Value[] fitting = [.. _values.Where(value => value.Size == s || value.Size == s with { Height = 1, Width = 1 })];
        if (fitting.Length > 0 && Chance(0.5))
            return Pick(fitting).Name;
        return Between(0, 2) switch
        {
            0 => Branch(SameSize(s, s.Channels)),
            1 => Branch(SameSize(s, 5), Pick(Activations), SameSize(s with { Channels = 5 }, s.Channels), Labelled(s, "batchnorm")),
            _ => Branch("avgpool global", Labelled(s with { Height = 1, Width = 1 }, Invariant($"conv {s.Channels} 1x1"))),
        };
    }

    private string SameSize(Size s, int outputs)
    {
        int kernel = Pick(1, 3);
        return Labelled(s with { Channels = outputs }, Invariant($"conv {outputs} {kernel}x{kernel} pad {kernel / 2}{Bias()}"));
    }

    private string Labelled(Size size, string text) => NewLabel(size) + ": " + text;

    private static string Branch(params string[] statements) => $"( -> {string.Join(" -> ", statements)} )";

    private string Bias() => Chance(0.6) ? "" : " bias off";

    private static int Slide(int size, int reach, int stride) => size - reach - 1 < 0 ? 0 : (size - reach - 1) / stride + 1;

    private static int Windows(int size, int kernel, int stride, int pad, int dilation, bool ceil)
    {
        int room = size + 2 * pad - (kernel - 1) * dilation - 1;
        if (room < 0)
            return 0;
        int count = (ceil ? room + stride - 1 : room) / stride + 1;
        return ceil && (count - 1) * stride >= size + pad ? count - 1 : count;
    }

    private int Between(int first, int last) => _random.Next(first, last + 1);

    private bool Chance(double probability) => _random.NextDouble() < probability;

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
