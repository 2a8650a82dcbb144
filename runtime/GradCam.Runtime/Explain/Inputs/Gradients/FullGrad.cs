using System.Numerics.Tensors;
using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Gates;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = x * g; the map adds what each layer's bias b contributes, b * g at the layer's output: the sum over channels of |x * g|, and of all layers'
    /// |b * g|, each brought to 0 to 1 and enlarged. Of networks whose nonlinearities are relus, leaky relus and pools, x * g and b * g sum to y.
    /// Srinivas and Fleuret, "Full-Gradient Representation for Neural Network Visualization", NeurIPS 2019, arXiv:1905.00780.
    /// </summary>
    /// <remarks>
    /// A bias is that of a layer with all that is folded into it, as a batch norm's summand. Each channel is brought to 0 to 1 by itself, as in
    /// pytorch-grad-cam; layers of one pixel, as linear ones are, have no place and count in the sum alone.
    /// </remarks>
    public static InputMethod FullGrad { get; } = new FullGradMethod();

    private sealed record FullGradMethod() : InputMethod(
        "FullGrad", "fullgrad", "values = x * g; map = sum of minmax(|x_c * g_c|) and of minmax(|b_c g_c|) of all channels of all layers with a bias b", 2019,
        "Srinivas and Fleuret, \"Full-Gradient Representation for Neural Network Visualization\", NeurIPS 2019, arXiv:1905.00780",
        "1 forward, 1 backward", InputNeeds.InputGradient)
    {
        internal override long CountPasses(NetworkInfo info) => 2;

        internal override void Compute(InputRun run)
        {
            (int height, int width) = (run.Shape.Height, run.Shape.Width);
            double score = run.ScoreInput();
            Span<float> map = run.MakeMap(height, width);
            map.Clear();
            var sum = new FullSum(height, width);
            run.GradientAndBiases(run.Values, sum.Add);
            TensorPrimitives.Multiply(run.Values, run.Input, run.Values);
            ReadOnlySpan<float> ones = sum.Ones(run.Shape.Channels);
            sum.Add(ones, run.Values, height, width);
            run.CompletenessDelta = sum.Total - score;
            for (int p = 0; p < map.Length; p++)
                map[p] = (float)sum.Map[p];
        }
    }

    /// <summary>The sum of all layers' maps, and of all that they contribute.</summary>
    private sealed class FullSum(int height, int width)
    {
        private readonly float[] _enlarged = new float[height * width];
        private float[] _layer = [];
        private float[] _ones = [];

        public double[] Map { get; } = new double[height * width];

        public double Total { get; private set; }

        public ReadOnlySpan<float> Ones(int channels)
        {
            _ones = new float[channels];
            Array.Fill(_ones, 1);
            return _ones;
        }

        /// <summary>Adds a layer. Enlarging is linear, so that the channels' sum is enlarged once.</summary>
        public void Add(ReadOnlySpan<float> factors, ReadOnlySpan<float> gradient, int rows, int columns)
        {
            int pixels = rows * columns;
            int channels = factors.Length;
            double[] sums = new double[pixels];
            for (int c = 0; c < channels; c++)
            {
                (double least, double most, double total) = (double.PositiveInfinity, 0, 0);
                for (int p = 0; p < pixels; p++)
                {
                    double product = (double)factors[c] * gradient[p * channels + c];
                    total += product;
                    // NaN stays.
                    (least, most) = (Math.Min(least, Math.Abs(product)), Math.Max(most, Math.Abs(product)));
                }

                Total += total;
                if (most == least)
                    continue;
                for (int p = 0; p < pixels; p++)
                    sums[p] += (Math.Abs((double)factors[c] * gradient[p * channels + c]) - least) / (most - least);
            }

            if (_layer.Length < pixels)
                _layer = new float[pixels];
            for (int p = 0; p < pixels; p++)
                _layer[p] = (float)sums[p];
            MapResize.Resize(_layer.AsSpan(0, pixels), columns, rows, _enlarged, width, height);
            for (int p = 0; p < Map.Length; p++)
                Map[p] += _enlarged[p];
        }
    }
}
