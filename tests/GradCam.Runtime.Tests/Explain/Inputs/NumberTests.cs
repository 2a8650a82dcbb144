using GradCam.Explain.Inputs.Numbers;
using GradCam.Numerics;

namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>The numbers that methods are made of.</summary>
public class NumberTests
{
    [Fact]
    public void Functions_of_sums_and_products_are_those_of_the_library()
    {
        for (int i = 1; i < 2000; i++)
        {
            double x = i * 0.37 * Math.Pow(10, i % 41 - 20);
            Assert.Equal(Math.Log(x), PortableMath.Log(x), 1e-13 * Math.Max(1, Math.Abs(Math.Log(x))));
            double y = (i - 1000) * 0.7;
            Assert.Equal(1, PortableMath.Exp(y) / Math.Exp(y), 1e-13);
            double t = i / 2000.0;
            Assert.Equal(Math.Cos(2 * Math.PI * t), PortableMath.CosOfTurns(t), 1e-14);
            Assert.Equal(Math.Sin(2 * Math.PI * t), PortableMath.SinOfTurns(t), 1e-14);
        }

        Assert.Equal((0, double.PositiveInfinity, true), (PortableMath.Exp(-1e300), PortableMath.Exp(1e300), double.IsNaN(PortableMath.Exp(double.NaN))));
    }

    [Fact]
    public void Random_numbers_are_spread_as_they_should_be()
    {
        var random = new CounterRandom(3);
        const int n = 200_000;
        float[] normal = new float[n];
        random.FillNormal(1, normal);
        double mean = normal.Average(v => (double)v);
        double variance = normal.Average(v => (v - mean) * (v - mean));
        Assert.Equal(0, mean, 0.01);
        Assert.Equal(1, variance, 0.02);
        Assert.Equal(0.6827, normal.Count(v => Math.Abs(v) < 1) / (double)n, 0.01);
        Assert.Equal(0, normal.Zip(normal.Skip(1), (a, b) => (double)a * b).Average(), 0.01);
        int[] counts = new int[7];
        for (int i = 0; i < n; i++)
            counts[random.Below(7, 2, (ulong)i)]++;
        Assert.All(counts, count => Assert.Equal(1.0 / 7, count / (double)n, 0.005));
        Assert.NotEqual(random.Bits(1, 0), random.Bits(0, 1));
        Assert.NotEqual(new CounterRandom(0).Bits(0, 0), new CounterRandom(1).Bits(0, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(50)]
    [InlineData(101)]
    public void Gauss_and_Legendre_are_exact_for_polynomials(int n)
    {
        double[] nodes = new double[n];
        double[] weights = new double[n];
        GaussLegendre.Compute(nodes, weights);
        Assert.Equal(nodes.Order(), nodes);
        foreach (int degree in new[] { 0, 1, n, 2 * n - 1 })
            Assert.Equal(1.0 / (degree + 1), nodes.Zip(weights, (x, w) => w * Math.Pow(x, degree)).Sum(), 1e-13);
    }

    /// <summary>Each dimension of the first 2^k points has one point in each of 2^k equal parts, and so have the first two dimensions together.</summary>
    [Fact]
    public void Sobols_points_are_even()
    {
        var points = new SobolSequence(300, new CounterRandom(9), 5);
        for (int d = 0; d < 300; d++)
            Assert.Equal(Enumerable.Range(0, 64), Enumerable.Range(0, 64).Select(n => (int)(points[(uint)n, d] * 64)).Order());
        for (int bits = 0; bits <= 6; bits++)
        {
            IEnumerable<int> boxes = Enumerable.Range(0, 64).Select(
                n => ((int)(points[(uint)n, 0] * (1 << bits)) << (6 - bits)) + (int)(points[(uint)n, 1] * (1 << (6 - bits))));
            Assert.Equal(Enumerable.Range(0, 64), boxes.Order());
        }

        // Dimensions go their own ways.
        var columns = Enumerable.Range(0, 300).Select(d => string.Join(",", Enumerable.Range(0, 256).Select(n => (int)(points[(uint)n, d] * 256)))).ToHashSet();
        Assert.Equal(300, columns.Count);
    }

    [Fact]
    public void Quantiles_are_those_of_sorted_numbers()
    {
        var random = new Random(4);
        for (int length = 1; length < 60; length++)
        {
            double[] values = [.. Enumerable.Range(0, length).Select(_ => random.Next(length / 2 + 1) == 0 ? double.PositiveInfinity : random.Next(6) * 0.5)];
            foreach (double share in new[] { 0, 0.25, 0.5, 0.99, 1 })
                Assert.Equal(values.Order().ElementAt((int)(share * (length - 1))), Quantile.Lower([.. values], share));
        }

        Assert.Equal(double.NaN, Quantile.Lower([double.NaN, double.NaN], 0.5));
    }

    [Fact]
    public void Least_squares_solve_what_has_a_solution_and_stay_finite_where_something_is_open()
    {
        var random = new Random(8);
        double[] truth = [.. Enumerable.Range(0, 9).Select(_ => random.NextDouble() - 0.5)];
        var fit = new LeastSquares(9);
        for (int n = 0; n < 30; n++)
        {
            double[] row = [.. truth.Select(_ => random.NextDouble())];
            fit.Add(row, row.Zip(truth, (a, b) => a * b).Sum(), 1 + n);
        }

        Assert.All(fit.Solve(0).Zip(truth), pair => Assert.Equal(pair.Second, pair.First, 1e-8));

        var open = new LeastSquares(3);
        open.Add([1, 1, 0], 2, 1);
        double[] solution = open.Solve(0);
        Assert.Equal(2, solution[0] + solution[1], 1e-6);
        Assert.Equal(0, solution[2], 1e-6);
        Assert.Equal([0, 0], new LeastSquares(2).Solve(0));
        var broken = new LeastSquares(2);
        broken.Add([double.NaN, 1], 1, 1);
        Assert.All(broken.Solve(1), value => Assert.Equal(double.NaN, value));
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(8, 6)]
    [InlineData(1, 5)]
    public void A_low_pass_of_everything_changes_nothing(int height, int width)
    {
        var random = new Random(2);
        double[] map = [.. Enumerable.Range(0, height * width).Select(_ => random.NextDouble())];
        double[] all = [.. map];
        LowPass.Run(all, height, width, 1);
        Assert.All(all.Zip(map), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        LowPass.Run(map, height, width, 0);
        Assert.All(map, value => Assert.Equal(all.Average(), value, 1e-12));
    }
}
