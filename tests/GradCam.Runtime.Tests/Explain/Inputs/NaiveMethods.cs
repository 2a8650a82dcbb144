using GradCam.Explain.Inputs.Numbers;

namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>
/// The input methods once more, from the papers and in double precision, over networks written by hand (<see cref="TapeNetwork"/>), channels first. Only
/// random numbers are the runtime's. A method without one fails a test.
/// </summary>
internal sealed class NaiveMethods(string network, double[] x, int @class, ulong seed)
{
    private readonly CounterRandom _random = new(seed);

    private static readonly Dictionary<string, Func<NaiveMethods, InputMethod, double[]>> Methods = new()
    {
        ["saliency"] = (naive, _) => naive.Gradient(naive._x),
        ["inputxgradient"] = (naive, _) => Product(naive._x, naive.Gradient(naive._x)),
        ["fullgrad"] = (naive, _) => Product(naive._x, naive.Gradient(naive._x)),
        ["guidedbackprop"] = (naive, _) => TapeNetwork.Run(naive._network, naive._x, naive._class, TapeRule.Guided).Gradient,
        ["deconvnet"] = (naive, _) => TapeNetwork.Run(naive._network, naive._x, naive._class, TapeRule.Deconv).Gradient,
        ["deeplift"] = (naive, method) => naive.DeepLift((DeepLiftMethod)method),
        ["smoothgrad"] = (naive, method) => naive.Noisy((NoisyGradientsMethod)method, g => g.Average()),
        ["smoothgradsquared"] = (naive, method) => naive.Noisy((NoisyGradientsMethod)method, g => g.Average(v => v * v)),
        ["vargrad"] = (naive, method) => naive.Noisy((NoisyGradientsMethod)method, g => g.Average(v => (v - g.Average()) * (v - g.Average()))),
        ["integratedgradients"] = (naive, method) => naive.Integrated((IntegratedGradientsMethod)method),
        ["blurintegratedgradients"] = (naive, method) => naive.BlurIntegrated((BlurIntegratedGradientsMethod)method),
        ["guidedintegratedgradients"] = (naive, method) => naive.GuidedIntegrated((GuidedIntegratedGradientsMethod)method),
        ["expectedgradients"] = (naive, method) => naive.Expected((ExpectedGradientsMethod)method),
        ["forgrad"] = (naive, method) => naive.ForGrad((ForGradMethod)method),
        ["occlusion"] = (naive, method) => naive.Occlusion((OcclusionMethod)method),
        ["rise"] = (naive, method) => naive.Rise((RiseMethod)method),
        ["sobol"] = (naive, method) => naive.Sobol((SobolMethod)method),
        ["hsic"] = (naive, method) => naive.Hsic((HsicMethod)method),
        ["lime"] = (naive, method) => naive.Lime((LimeMethod)method),
        ["kernelshap"] = (naive, method) => naive.Shapley((KernelShapMethod)method),
    };

    private readonly string _network = network;
    private readonly double[] _x = x;
    private readonly int _class = @class;
    private readonly Tensor _shape = InputNetworks.Of(network).Info.Input;

    private int Pixels => _shape.Pixels;

    /// <summary>The values of a method, channels first, or of one channel.</summary>
    public static double[] Run(string network, float[] x, int @class, ulong seed, InputMethod method)
    {
        Assert.True(Methods.TryGetValue(method.Key, out Func<NaiveMethods, InputMethod, double[]>? naive), $"{method} has no naive implementation.");
        return naive(new NaiveMethods(network, Array.ConvertAll(x, value => (double)value), @class, seed), method);
    }

    private static double[] Product(double[] a, double[] b) => [.. a.Zip(b, (v, w) => v * w)];

    private double Score(double[] input) => TapeNetwork.Run(_network, input, _class).Score;

    private double[] Gradient(double[] input) => TapeNetwork.Run(_network, input, _class).Gradient;

    /// <summary>An index of channels first in a packed [height, width, channels] map, in which the runtime counts its random numbers.</summary>
    private int Packed(int i) => i % Pixels * _shape.Channels + i / Pixels;

    private double[] DeepLift(DeepLiftMethod method)
    {
        Assert.Same(Baseline.Zero, method.Baseline);
        return Product(_x, TapeNetwork.Run(_network, _x, _class, TapeRule.DeepLift, new double[_x.Length]).Gradient);
    }

    private double[] Noisy(NoisyGradientsMethod method, Func<double[], double> statistic)
    {
        double deviation = method.NoiseLevel * (_x.Max() - _x.Min());
        double[][] gradients = new double[method.Samples][];
        for (int sample = 0; sample < gradients.Length; sample++)
        {
            float[] noise = new float[_x.Length];
            _random.FillNormal((ulong)sample, noise);
            gradients[sample] = Gradient([.. _x.Select((value, i) => value + deviation * noise[Packed(i)])]);
        }

        return [.. _x.Select((_, i) => statistic([.. gradients.Select(gradient => gradient[i])]))];
    }

    private double[] Integrated(IntegratedGradientsMethod method)
    {
        // Gauss-Legendre: 7 points, from tables (Abramowitz and Stegun 25.4.30).
        double[] nodes = [0, 0.405845151377397, 0.741531185599394, 0.949107912342759];
        double[] weights = [0.417959183673469, 0.381830050505119, 0.279705391489277, 0.129484966168870];
        Assert.Equal((7, PathRule.GaussLegendre), (method.Steps, method.Rule));
        double[] values = new double[_x.Length];
        for (int k = -3; k <= 3; k++)
        {
            double t = (1 + Math.Sign(k) * nodes[Math.Abs(k)]) / 2;
            double[] gradient = Gradient([.. _x.Select(value => t * value)]);
            for (int i = 0; i < values.Length; i++)
                values[i] += weights[Math.Abs(k)] / 2 * gradient[i] * _x[i];
        }

        return values;
    }

    private double[] Expected(ExpectedGradientsMethod method)
    {
        double[] values = new double[_x.Length];
        for (int sample = 0; sample < method.Samples; sample++)
        {
            double t = _random.Uniform(RandomStream.Choice, 2 * (ulong)sample + 1);
            double[] baseline = [.. _x.Select((_, i) => (double)(float)Noise(i, sample))];
            double[] gradient = Gradient([.. _x.Select((value, i) => baseline[i] + t * (value - baseline[i]))]);
            for (int i = 0; i < values.Length; i++)
                values[i] += (_x[i] - baseline[i]) * gradient[i] / method.Samples;
        }

        return values;

        double Noise(int i, int sample)
        {
            double[] channel = _x[(i / Pixels * Pixels)..((i / Pixels + 1) * Pixels)];
            return channel.Min() + _random.Uniform(RandomStream.Baseline + (ulong)sample, (ulong)Packed(i)) * (channel.Max() - channel.Min());
        }
    }

    private double[] BlurIntegrated(BlurIntegratedGradientsMethod method)
    {
        double[] values = new double[_x.Length];
        for (int step = 0; step < method.Steps; step++)
        {
            double sigma = step * method.MaxSigma / method.Steps;
            double[] blurred = Blur(sigma);
            double[] more = Blur(sigma + 0.01);
            double[] gradient = Gradient(blurred);
            for (int i = 0; i < values.Length; i++)
                values[i] -= method.MaxSigma / method.Steps * (more[i] - blurred[i]) / 0.01 * gradient[i];
        }

        return values;
    }

    /// <summary>The kernel in two dimensions, each pixel from all others.</summary>
    private double[] Blur(double sigma)
    {
        int radius = (int)(4 * sigma + 0.5);
        double Weight(int distance) =>
            radius == 0 ? distance == 0 ? 1 : 0 : Math.Abs(distance) > radius ? 0 : Math.Exp(-distance * distance / (2 * sigma * sigma));
        double sum = Enumerable.Range(-radius, 2 * radius + 1).Sum(Weight);
        double[] result = new double[_x.Length];
        for (int to = 0; to < result.Length; to++)
        {
            for (int from = to / Pixels * Pixels; from < (to / Pixels + 1) * Pixels; from++)
            {
                (int down, int across) = (from % Pixels / _shape.Width - to % Pixels / _shape.Width, from % _shape.Width - to % _shape.Width);
                result[to] += Weight(down) * Weight(across) / (sum * sum) * _x[from];
            }
        }

        return result;
    }

    private double[] GuidedIntegrated(GuidedIntegratedGradientsMethod method)
    {
        double[] at = new double[_x.Length];
        double[] values = new double[_x.Length];
        double Distance() => at.Zip(_x, (a, b) => Math.Abs(a - b)).Sum();
        double total = Distance();
        for (int step = 0; step < method.Steps; step++)
        {
            double[] slope = Gradient(at);
            double alpha = (step + 1.0) / method.Steps;
            (double low, double high) = (Math.Max(alpha - method.MaxDistance, 0), Math.Min(alpha + method.MaxDistance, 1));
            double target = total * (1 - alpha);
            double[] magnitude = [.. slope.Select(Math.Abs)];
            for (double gamma = double.PositiveInfinity; gamma > 1;)
            {
                double[] before = [.. at];
                for (int i = 0; i < at.Length; i++)
                    at[i] = at[i] / _x[i] < low ? low * _x[i] : at[i];
                double distance = Distance();
                if (Math.Abs(distance - target) > 1e-9 * Math.Max(distance, Math.Max(target, 1)))
                {
                    for (int i = 0; i < at.Length; i++)
                        magnitude[i] = at[i] == high * _x[i] ? double.PositiveInfinity : magnitude[i];
                    double threshold = magnitude.Order().ElementAt((int)(method.Fraction * (at.Length - 1)));
                    int[] chosen = [.. Enumerable.Range(0, at.Length).Where(i => magnitude[i] <= threshold && double.IsFinite(magnitude[i]))];
                    gamma = (distance - target) / chosen.Sum(i => Math.Abs(at[i] - high * _x[i]));
                    foreach (int i in chosen)
                        at[i] = gamma > 1 ? high * _x[i] : at[i] + gamma * (high * _x[i] - at[i]);
                }
                else
                {
                    gamma = 0;
                }

                for (int i = 0; i < at.Length; i++)
                    values[i] += (at[i] - before[i]) * slope[i];
            }
        }

        return values;
    }

    private double[] ForGrad(ForGradMethod method)
    {
        (int height, int width) = (_shape.Height, _shape.Width);
        double[] gradient = Gradient(_x);
        double[] map = [.. Enumerable.Range(0, Pixels).Select(p => Math.Abs(Enumerable.Range(0, _shape.Channels).Average(c => gradient[c * Pixels + p])))];
        // The whole transform and back, frequency by frequency; of an even size the highest one is its own mirror image.
        double[] result = new double[Pixels];
        for (int v = -(height - 1) / 2; v <= height / 2; v++)
        {
            for (int u = -(width - 1) / 2; u <= width / 2; u++)
            {
                if (Math.Sqrt(Math.Pow((double)v / height, 2) + Math.Pow((double)u / width, 2)) > method.Radius / 224)
                    continue;
                double Angle(int p) => 2 * Math.PI * ((double)v * (p / width) / height + (double)u * (p % width) / width);
                double real = Enumerable.Range(0, Pixels).Sum(p => map[p] * Math.Cos(Angle(p))) / Pixels;
                double imaginary = -Enumerable.Range(0, Pixels).Sum(p => map[p] * Math.Sin(Angle(p))) / Pixels;
                for (int p = 0; p < Pixels; p++)
                    result[p] += real * Math.Cos(Angle(p)) - imaginary * Math.Sin(Angle(p));
            }
        }

        return result;
    }

    private double[] Occlusion(OcclusionMethod method)
    {
        (int height, int width) = (_shape.Height, _shape.Width);
        double score = Score(_x);
        var found = new List<double>[Pixels];
        for (int p = 0; p < Pixels; p++)
            found[p] = [];
        for (int top = 0; top < height; top += method.StrideDown)
        {
            for (int left = 0; left < width; left += method.StrideAcross)
            {
                int[] covered = [
                    .. Enumerable.Range(0, Pixels).Where(
                        p => p / width >= top && p / width < top + method.WindowHeight && p % width >= left && p % width < left + method.WindowWidth)];
                double drop = score - Score([.. _x.Select((value, i) => covered.Contains(i % Pixels) ? 0 : value)]);
                foreach (int p in covered)
                    found[p].Add(drop);
                // The last window is the first that reaches the edge.
                if (left + method.WindowWidth >= width)
                    break;
            }

            if (top + method.WindowHeight >= height)
                break;
        }

        return [.. found.Select(drops => drops.Count == 0 ? 0 : drops.Average())];
    }

    private double[] Rise(RiseMethod method)
    {
        (int height, int width, int s) = (_shape.Height, _shape.Width, method.Cells);
        (int cellHeight, int cellWidth) = ((int)Math.Ceiling((double)height / s), (int)Math.Ceiling((double)width / s));
        double[] values = new double[Pixels];
        for (int sample = 0; sample < method.Samples; sample++)
        {
            double[] cells = [.. Enumerable.Range(0, s * s).Select(i => _random.Uniform((ulong)sample, (ulong)i) < method.Share ? 1.0 : 0)];
            (int top, int left) = (_random.Below(cellHeight, (ulong)sample, (ulong)(s * s)), _random.Below(cellWidth, (ulong)sample, (ulong)(s * s) + 1));
            double[] mask = [.. Enumerable.Range(0, Pixels).Select(p => Enumerable.Range(0, s * s).Sum(i =>
                cells[i] * Tent((p / width + top + 0.5) / cellHeight * s / (s + 1) - 0.5, i / s) * Tent(
                    (p % width + left + 0.5) / cellWidth * s / (s + 1) - 0.5, i % s)))];
            double score = Probability([.. _x.Select((value, i) => value * mask[i % Pixels])]);
            for (int p = 0; p < Pixels; p++)
                values[p] += score * mask[p] / (method.Samples * method.Share);
        }

        return values;

        double Tent(double position, int cell) => Math.Max(0, 1 - Math.Abs(Math.Clamp(position, 0, s - 1) - cell));
    }

    private double Probability(double[] input)
    {
        double[] logits = [.. Enumerable.Range(0, InputNetworks.Of(_network).Info.Logits.Channels).Select(c => TapeNetwork.Run(_network, input, c).Score)];
        return Math.Exp(logits[_class]) / logits.Sum(Math.Exp);
    }

    private double[] Sobol(SobolMethod method)
    {
        const int cells = 6;
        var points = new SobolSequence(2 * cells, _random, 0);
        double[] Cells(int n, int changed) => [.. Enumerable.Range(0, cells).Select(cell => points[(uint)n, cell == changed ? cells + cell : cell])];
        double[] first = [.. Enumerable.Range(0, method.Samples).Select(n => Score(Masked(Cells(n, -1))))];
        double variance = first.Sum(y => Math.Pow(y - first.Average(), 2)) / (method.Samples - 1);
        return OnPixels([.. Enumerable.Range(0, cells).Select(cell =>
            Enumerable.Range(0, method.Samples).Sum(n => Math.Pow(first[n] - Score(Masked(Cells(n, cell))), 2)) / (2 * method.Samples * variance))]);
    }

    private double[] Hsic(HsicMethod method)
    {
        const int cells = 6;
        int n = method.Samples;
        var points = new SobolSequence(cells, _random, 0);
        double[][] masks = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, cells).Select(cell => points[(uint)i, cell] < 0.5 ? 0.0 : 1).ToArray())];
        double[] y = [.. masks.Select(mask => Score(Masked(mask)))];
        double[] sorted = [.. y.Order()];
        double width = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        double[,] outputs = Centred((i, j) => Math.Exp(-Math.Pow(y[i] - y[j], 2) / (2 * width * width)));
        return OnPixels([.. Enumerable.Range(0, cells).Select(cell =>
        {
            double[,] inputs = Centred((i, j) => 1.5 - Math.Pow(masks[i][cell] - masks[j][cell], 2));
            double sum = 0;
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    sum += inputs[i, j] * outputs[i, j] / n;
            return sum;
        })]);

        // H K H with H = I - 11' / n.
        double[,] Centred(Func<int, int, double> kernel)
        {
            double H(int i, int j) => (i == j ? 1 : 0) - 1.0 / n;
            double[,] half = new double[n, n];
            double[,] whole = new double[n, n];
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    for (int k = 0; k < n; k++)
                        half[i, j] += H(i, k) * kernel(k, j);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++)
                    for (int k = 0; k < n; k++)
                        whole[i, j] += half[i, k] * H(k, j);
            return whole;
        }
    }

    private double[] Lime(LimeMethod method)
    {
        const int cells = 6;
        double[][] masks = [.. Enumerable.Range(0, method.Samples).Select(n =>
            Enumerable.Range(0, cells).Select(i => n == 0 || _random.Uniform((ulong)n, (ulong)i) < 0.5 ? 1.0 : 0).ToArray())];
        double[] y = [.. masks.Select(mask => Score(Masked(mask)))];
        double[] weights = [.. masks.Select(mask => Math.Exp(-Math.Pow(1 - mask.Sum() / Math.Sqrt(mask.Sum() * cells + (mask.Sum() == 0 ? 1 : 0)), 2)
            / (2 * method.KernelWidth * method.KernelWidth)))];
        // The constant is one more unknown, without a ridge. Gradient of the loss = 0.
        double[,] system = new double[cells + 1, cells + 2];
        for (int n = 0; n < masks.Length; n++)
        {
            double[] row = [.. masks[n], 1];
            for (int i = 0; i <= cells; i++)
            {
                for (int j = 0; j <= cells; j++)
                    system[i, j] += weights[n] * row[i] * row[j];
                system[i, cells + 1] += weights[n] * row[i] * y[n];
            }
        }

        for (int i = 0; i < cells; i++)
            system[i, i] += method.Ridge;
        return OnPixels(Eliminate(system)[..cells]);
    }

    /// <summary>Gauss and Jordan's elimination, with the largest pivot.</summary>
    private static double[] Eliminate(double[,] system)
    {
        int n = system.GetLength(0);
        for (int column = 0; column < n; column++)
        {
            int pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(system[row, column]));
            for (int j = 0; j <= n; j++)
                (system[column, j], system[pivot, j]) = (system[pivot, j], system[column, j]);
            for (int row = 0; row < n; row++)
            {
                if (row == column)
                    continue;
                double factor = system[row, column] / system[column, column];
                for (int j = column; j <= n; j++)
                    system[row, j] -= factor * system[column, j];
            }
        }

        return [.. Enumerable.Range(0, n).Select(i => system[i, n] / system[i, i])];
    }

    /// <summary>Shapley values by their definition: over all orders, what a segment adds to those before it.</summary>
    private double[] Shapley(KernelShapMethod method)
    {
        const int cells = 6;
        Assert.False(method.Samples < (1 << cells) - 2, "All coalitions are tried, so that the values are exact.");
        double[] scores = [
            .. Enumerable.Range(0, 1 << cells).Select(set => Score(Masked([.. Enumerable.Range(0, cells).Select(i => (double)((set >> i) & 1))])))];
        double[] values = new double[cells];
        double Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1);
        for (int set = 0; set < scores.Length; set++)
        {
            int size = int.PopCount(set);
            for (int i = 0; i < cells; i++)
            {
                if (((set >> i) & 1) == 0)
                    values[i] += Factorial(size) * Factorial(cells - 1 - size) / Factorial(cells) * (scores[set | (1 << i)] - scores[set]);
            }
        }

        return OnPixels(values);
    }

    /// <summary>The input with the cells of a 2x3 grid faded to zero.</summary>
    private double[] Masked(double[] cells) => [.. _x.Select((value, i) => value * cells[Cell(i % Pixels)])];

    private double[] OnPixels(double[] cells) => [.. Enumerable.Range(0, Pixels).Select(p => cells[Cell(p)])];

    private int Cell(int p) => p / _shape.Width * 2 / _shape.Height * 3 + p % _shape.Width * 3 / _shape.Width;
}
