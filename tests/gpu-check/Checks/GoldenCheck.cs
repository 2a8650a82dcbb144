using GradCam.Gpu.Devices;
using GradCam.Parity.Tests;

namespace GradCam.GpuCheck.Checks;

/// <summary>
/// The zoo against PyTorch in double precision: logits, and the maps at the last layer, in each precision. Maps behind relus jump where an activation
/// within a rounding error of zero comes out on the other side, so those of earlier layers need only be alike: a wrong gradient is another map. Behind a
/// max pool a pixel's gradient is its neighbour's where both are within a rounding error of each other: of such networks the mean gradient's map is judged
/// alone.
/// </summary>
internal static class GoldenCheck
{
    /// <summary>Methods without quotients, which have no digits where sums pass through zero.</summary>
    private static readonly string[] Judged = ["gradcam", "gradcamelementwise", "layercam"];

    /// <summary>A gradient that is lost or turned is 1 or 2.</summary>
    private const double LargestJump = 0.5;

    public static void Run(CheckArguments arguments, Report report)
    {
        (GpuPrecision Precision, double Bound)[] precisions = (arguments.IsSmall && !arguments.IsPtx) || !GpuDevice.Open(arguments.Options).HasTensorCores
            ? [(GpuPrecision.Full, 1e-4)]
            : [(GpuPrecision.Full, 1e-4), (GpuPrecision.TensorFloat32, 5e-3), (GpuPrecision.Half, 1e-2)];
        foreach (GoldenNetwork network in GoldenNetwork.All)
        {
            if (arguments.IsSmall && !network.IsSmall)
                continue;
            if (report.IsOver)
            {
                report.LeaveOut(network.Name);
                continue;
            }

            var golden = GoldenFile.Load(network.Name);
            foreach ((GpuPrecision precision, double bound) in precisions)
                Run(network, golden, arguments.Options with { Precision = precision }, bound, report);
        }
    }

    private static void Run(GoldenNetwork network, GoldenFile golden, GpuOptions options, double bound, Report report)
    {
        using Model model = network.Prepare(new FillWeights(network.Name, golden.Weights), options);
        using var session = new NetworkSession(model.CreateExecutor());
        float[] input = golden.CreateInput();
        float[] logits = session.Forward(input, TensorLayout.Chw).ToArray();
        double worst = Difference(logits, golden.Logits);
        string where = "logits";
        double jump = 0;
        double told = 0;
        string last = network.Info.Layers[0].Name;
        foreach ((string layer, GoldenLayer expected) in golden.Layers)
        {
            foreach ((string method, double[] map) in expected.Maps)
            {
                double difference = Difference(session.Explain(golden.ClassIndex, layer, CamMethod.Parse(method)).Raw, map);
                if (!Judged.Contains(method))
                    told = Math.Max(told, difference);
                else if (layer != last || (network.EndsInMaxPool && method != "gradcam"))
                    jump = Math.Max(jump, difference);
                else if (!(difference <= worst))
                    (worst, where) = (difference, $"{layer} {method}");
            }
        }

        float[] again = session.Forward(input, TensorLayout.Chw).ToArray();
        bool isSame = logits.AsSpan().SequenceEqual(again);
        report.Expect(
            worst <= bound && jump <= LargestJump && isSame,
            $"{network.Name} {options.Precision}: {worst:e1} of {bound:e0} at {where}, earlier maps {jump:e1}, other methods' {told:e1}, same bits {isSame}");
    }

    /// <summary>The largest difference, relative to the largest reference value.</summary>
    private static double Difference(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected)
    {
        double difference = 0;
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double d = Math.Abs(actual[i] - expected[i]);
            difference = double.IsNaN(d) ? double.PositiveInfinity : Math.Max(difference, d);
            largest = Math.Max(largest, Math.Abs(expected[i]));
        }

        return difference / largest;
    }
}
