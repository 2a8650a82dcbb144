using GradCam.Explain.Inputs.Numbers;

namespace GradCam.Methods.Tests;

/// <summary>Methods that run a network again, in double precision, as their papers have them.</summary>
internal sealed class PlainReruns(PlainNetwork network, PlainTensor x, Func<double[], double> y, ulong seed = 0)
{
    public PlainTensor A { get; } = network.Head(x);

    public double Score => y(network.Logits(x));

    public double[] Ablation() => Weighted(c => (Score - y(network.Tail(x, A.Map((v, i) => i / A.Pixels == c ? 0 : v)))) / Score);

    public double[] Recipro(bool isGaussian)
    {
        double At(int p) => y(network.Tail(x, A.Map((v, i) => v * Kernel(i % A.Pixels, p, isGaussian))));
        return [.. Enumerable.Range(0, A.Pixels).Select(At)];
    }

    public double[] ScoreCam(int most = int.MaxValue) => Masked(most, 1, (mask, _, _) => mask);

    public double[] SsCam(int samples, double deviation) => Masked(int.MaxValue, samples, (mask, number, _) =>
    {
        float[] noise = new float[mask.Length];
        new CounterRandom(seed).FillNormal((ulong)number, noise);
        return [.. mask.Zip(noise, (m, n) => m + deviation * n)];
    });

    public double[] IsCam(int steps) => Masked(int.MaxValue, steps, (mask, _, i) => [.. mask.Select(m => m * (i + 1) / steps)]);

    public double[] SmoothPlusPlus(int samples, double deviation)
    {
        PlainTensor[] gradients =
        [
            .. Enumerable.Range(0, samples).Select(s =>
            {
                // The noise is drawn in the order of the input's memory, channels last.
                float[] noise = new float[x.Values.Length];
                new CounterRandom(seed).FillNormal((ulong)s, noise);
                PlainTensor noisy = x.Map((v, i) => v + deviation * noise[i % x.Pixels * x.Channels + i / x.Pixels]);
                return network.Gradient(noisy, network.Head(noisy), y);
            }),
        ];
        PlainTensor Mean(int power) => A.Map((_, i) => gradients.Average(g => Math.Pow(g.Values[i], power)));
        (PlainTensor d1, PlainTensor d2, PlainTensor d3) = (Mean(1), Mean(2), Mean(3));
        return Weighted(c =>
        {
            double sum = d3.Channel(c).Zip(A.Channel(c), (g, a) => g * a).Sum();
            return d1.Channel(c).Zip(d2.Channel(c), (g, g2) => g2 / (2 * g2 + sum + 1e-8) * Math.Max(g, 0)).Sum();
        });
    }

    public double[] Integrated(int steps)
    {
        PlainTensor black = network.Head(x.Map((_, _) => 0));
        double[] map = new double[A.Pixels];
        for (int t = 1; t <= steps; t++)
        {
            PlainTensor point = x.Map((v, _) => v * t / steps);
            PlainTensor a = network.Head(point);
            double[] weights = network.Gradient(point, a, y).Means();
            for (int p = 0; p < map.Length; p++)
                map[p] += Math.Max(weights.Select((w, c) => w * (a.Channel(c)[p] - black.Channel(c)[p])).Sum(), 0) / steps;
        }

        return map;
    }

    public double[] Rsi(int steps)
    {
        PlainTensor before = network.Head(x.Map((_, _) => 0));
        double[] weights = new double[A.Channels];
        for (int t = 1; t <= steps; t++)
        {
            PlainTensor point = x.Map((v, _) => v * t / steps);
            PlainTensor a = network.Head(point);
            PlainTensor last = before;
            double[] parts = network.Gradient(point, a, y).Map((g, i) => g * (a.Values[i] - last.Values[i])).Means();
            for (int c = 0; c < weights.Length; c++)
                weights[c] += parts[c];
            before = a;
        }

        return Weighted(c => weights[c]);
    }

    /// <summary>The second derivative along A by differences of the gradient: its own check is the map computed by hand.</summary>
    public double[] Shapley()
    {
        const double step = 1e-4;
        PlainTensor Gradient(double factor) => network.Gradient(x, A.Map((v, _) => v * factor), y);
        PlainTensor gradient = Gradient(1);
        PlainTensor above = Gradient(1 + step);
        PlainTensor below = Gradient(1 - step);
        double[] weights = gradient.Map((g, i) => g - 0.5 * (above.Values[i] - below.Values[i]) / (2 * step)).Means();
        return Weighted(c => weights[c]);
    }

    public double[] GradCam() => Weighted(network.Gradient(x, A, y).Means().ElementAt);

    public double[] Augmented()
    {
        double[] map = new double[A.Pixels];
        foreach (bool isMirrored in new[] { false, true })
        {
            foreach (double factor in new[] { 0.9, 1, 1.1 })
            {
                PlainTensor other = Mirror(x, isMirrored).Map((v, _) => v * factor);
                double[] cam = new PlainReruns(network, other, y).GradCam();
                double[] positive = [.. cam.Select(v => Math.Max(v, 0))];
                (double least, double largest) = (positive.Min(), positive.Max());
                for (int p = 0; p < map.Length; p++)
                {
                    int column = p % A.Width;
                    int from = isMirrored ? p - column + A.Width - 1 - column : p;
                    map[p] += largest > least ? (positive[from] - least) / (largest - least) / 6 : 0;
                }
            }
        }

        return map;
    }

    /// <summary>Gradients of u by differences.</summary>
    public double[] Opti(int steps, double rate)
    {
        double[] u = [.. Enumerable.Repeat(0.5, A.Channels)];
        double[] means = new double[u.Length];
        double[] squares = new double[u.Length];
        double last = double.PositiveInfinity;
        for (int step = 0; step < steps; step++)
        {
            double loss = Loss(u);
            if (step % Math.Max(steps / 10, 1) == 0)
            {
                if (loss > last)
                    break;
                last = loss;
            }

            double[] gradient =
            [
                .. u.Select((_, c) => (Loss([.. u.Select((v, i) => i == c ? v + 1e-6 : v)]) - Loss([.. u.Select((v, i) => i == c ? v - 1e-6 : v)])) / 2e-6),
            ];
            for (int c = 0; c < u.Length; c++)
            {
                means[c] = 0.9 * means[c] + 0.1 * gradient[c];
                squares[c] = 0.999 * squares[c] + 0.001 * gradient[c] * gradient[c];
                u[c] -= rate * (means[c] / (1 - Math.Pow(0.9, step + 1))) / (Math.Sqrt(squares[c] / (1 - Math.Pow(0.999, step + 1))) + 1e-8);
            }
        }

        return Weighted(Softmax(u).ElementAt);

        double Loss(double[] at)
        {
            double[] mask = MinMax(Combine(Softmax(at)).Resize(x.Height, x.Width).Values);
            return Math.Abs(Score - y(network.Logits(x.Map((v, i) => v * mask[i % x.Pixels]))));
        }

        PlainTensor Combine(double[] weights)
        {
            var sum = new PlainTensor(1, A.Height, A.Width);
            Weighted(weights.ElementAt).CopyTo(sum.Values, 0);
            return sum;
        }
    }

    public static double[] Softmax(double[] scores)
    {
        double[] exponentials = [.. scores.Select(s => Math.Exp(s - scores.Max()))];
        return [.. exponentials.Select(e => e / exponentials.Sum())];
    }

    private static PlainTensor Mirror(PlainTensor tensor, bool isMirrored) =>
        isMirrored ? tensor.Map((_, i) => tensor.Values[i - i % tensor.Width + tensor.Width - 1 - i % tensor.Width]) : tensor;

    private static double[] MinMax(double[] values) => [.. values.Select(v => (v - values.Min()) / (values.Max() - values.Min() + 1e-8))];

    private double[] Weighted(Func<int, double> weight)
    {
        double[] map = new double[A.Pixels];
        for (int c = 0; c < A.Channels; c++)
        {
            double w = weight(c);
            double[] channel = A.Channel(c);
            for (int p = 0; p < map.Length; p++)
                map[p] += w * channel[p];
        }

        return map;
    }

    private double Kernel(int pixel, int centre, bool isGaussian)
    {
        int dy = Math.Abs(pixel / A.Width - centre / A.Width);
        int dx = Math.Abs(pixel % A.Width - centre % A.Width);
        double[] gaussian = [0.5, 0.25];
        return isGaussian ? dy < 2 && dx < 2 ? gaussian[dy] * gaussian[dx] : 0 : dy + dx == 0 ? 1 : 0;
    }

    private double[] Masked(int most, int parts, Func<double[], int, int, double[]> part)
    {
        PlainTensor enlarged = A.Resize(x.Height, x.Width);
        double Deviation(int c)
        {
            double mean = A.Channel(c).Average();
            return A.Channel(c).Sum(v => (v - mean) * (v - mean));
        }

        int[] channels = [.. Enumerable.Range(0, A.Channels).OrderByDescending(Deviation).Take(Math.Min(most, A.Channels)).Order()];
        double[] scores =
        [
            .. channels.Select((c, k) => Enumerable.Range(0, parts).Average(i =>
            {
                double[] mask = part(MinMax(enlarged.Channel(c)), k * parts + i, i);
                return y(network.Logits(x.Map((v, j) => v * mask[j % x.Pixels]))) - Score;
            })),
        ];
        double[] weights = Softmax(scores);
        return Weighted(c => Array.IndexOf(channels, c) is >= 0 and int k ? weights[k] : 0);
    }
}
