namespace GradCam.Runtime.Tests.Explain;

/// <summary>The methods as their papers have them, in double precision, channels first: a map of activations A[c][p] and gradients g[c][p].</summary>
internal static class PlainMethods
{
    public delegate double[] Method(double[][] a, double[][] g);

    /// <summary>A method without one fails a test.</summary>
    public static IReadOnlyDictionary<CamMethod, Method> All { get; } = new Dictionary<CamMethod, Method>
    {
        [CamMethod.ClassActivationMap] = Weighted((_, g) => g.Sum()),
        [CamMethod.GradCam] = Weighted((_, g) => g.Average()),
        [CamMethod.FinerCam] = Weighted((_, g) => g.Average()),
        [CamMethod.HiResCam] = Sum((a, g) => a * g),
        [CamMethod.GradCamPlusPlus] = Weighted((a, g) => g.Sum(v => Alpha(v, a.Sum()) * Math.Max(v, 0))),
        [CamMethod.XGradCam] = Weighted((a, g) => g.Zip(a, (v, w) => v * w).Sum() / (a.Sum() + 1e-7)),
        [CamMethod.LayerCam] = Sum((a, g) => Math.Max(g, 0) * a),
        [CamMethod.GradCamElementWise] = Sum((a, g) => Math.Max(g * a, 0)),
        [CamMethod.EigenCam] = (a, _) => PrincipalComponent(a),
        [CamMethod.EigenGradCam] = (a, g) => PrincipalComponent(Each(a, g, (v, w) => v * w)),
        [CamMethod.SegEigenCam] = (a, g) => PrincipalComponent(Each(a, g, (v, w) => v * Math.Abs(w))),
        [CamMethod.KpcaCam] = (a, _) => KernelPrincipalComponent(a),
        [CamMethod.Fem] = Fem(2, isBinary: false),
        [CamMethod.ActivationMap] = (a, _) => [.. Enumerable.Range(0, a[0].Length).Select(p => a.Average(channel => channel[p]))],
        [CamMethod.RandomCam] = Random(0),
    };

    /// <summary>map = sum w_c A_c.</summary>
    public static Method Weighted(Func<double[], double[], double> weight) => (a, g) =>
    {
        double[] weights = [.. a.Zip(g, weight)];
        return [.. Enumerable.Range(0, a[0].Length).Select(p => a.Zip(weights, (channel, w) => w * channel[p]).Sum())];
    };

    /// <summary>map = sum of a term.</summary>
    public static Method Sum(Func<double, double, double> term) => (a, g) =>
    {
        double[][] terms = Each(a, g, term);
        return [.. Enumerable.Range(0, a[0].Length).Select(p => terms.Sum(channel => channel[p]))];
    };

    public static Method Fem(double deviations, bool isBinary) => (a, _) =>
    {
        double[] map = new double[a[0].Length];
        foreach (double[] channel in a)
        {
            double mean = channel.Average();
            double threshold = mean + deviations * Math.Sqrt(channel.Average(v => (v - mean) * (v - mean)));
            for (int p = 0; p < map.Length; p++)
                map[p] += isBinary ? (channel[p] >= threshold ? mean : 0) : channel.Count(v => v > threshold) / (double)channel.Length * channel[p];
        }

        return map;
    };

    /// <summary>Weights of SplitMix64's upper 24 bits, in the middle of their steps.</summary>
    public static Method Random(ulong seed) => (a, g) =>
    {
        ulong state = seed;
        return Weighted((_, _) => (Next(ref state) / (1UL << 40) + 0.5) / (1 << 23) - 1)(a, g);
    };

    /// <summary>Rows are positions: each channel less its mean, projected on the covariance's first eigenvector.</summary>
    public static double[] PrincipalComponent(double[][] terms)
    {
        double[][] centred = Centre(terms);
        double[,] covariance = new double[terms.Length, terms.Length];
        for (int i = 0; i < terms.Length; i++)
        {
            for (int j = 0; j < terms.Length; j++)
                covariance[i, j] = centred[i].Zip(centred[j], (v, w) => v * w).Sum();
        }

        (_, double[] axis) = Jacobi.Largest(covariance);
        return Signed([.. Enumerable.Range(0, terms[0].Length).Select(p => centred.Zip(axis, (channel, v) => channel[p] * v).Sum())]);
    }

    /// <summary>sqrt(l) u of the centred kernel tanh(X X^T / channels + 1).</summary>
    public static double[] KernelPrincipalComponent(double[][] a)
    {
        double[][] centred = Centre(a);
        int n = a[0].Length;
        double[,] kernel = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                kernel[i, j] = Math.Tanh(centred.Sum(channel => channel[i] * channel[j]) / a.Length + 1);
        }

        double[] means = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Average(j => kernel[i, j]))];
        double mean = means.Average();
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                kernel[i, j] += mean - means[i] - means[j];
        }

        (double eigenvalue, double[] vector) = Jacobi.Largest(kernel);
        return Signed([.. vector.Select(v => v * Math.Sqrt(Math.Max(eigenvalue, 0)))]);
    }

    public static double[][] Each(double[][] a, double[][] g, Func<double, double, double> term) => [.. a.Zip(g, (v, w) => v.Zip(w, term).ToArray())];

    private static double[][] Centre(double[][] channels) => [.. channels.Select(channel => channel.Select(v => v - channel.Average()).ToArray())];

    /// <summary>The first entry that is as large in magnitude as any, but for rounding, is positive.</summary>
    private static double[] Signed(double[] map)
    {
        double largest = map.Max(Math.Abs);
        double first = map.First(v => Math.Abs(v) >= largest * (1 - 1e-8));
        return first < 0 ? [.. map.Select(v => -v)] : map;
    }

    private static double Alpha(double g, double sum) => g == 0 ? 0 : Math.Pow(g, 2) / (2 * Math.Pow(g, 2) + Math.Pow(g, 3) * sum + 1e-6);

    private static ulong Next(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
