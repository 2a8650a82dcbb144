using System.Collections.Concurrent;
using GradCam.Explain.Runs;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// w_c = mean(g_c - (H A)_c / 2), H A being the derivative of the gradient along A; map = sum w_c A_c: Shapley values of the channels to second order. Of
    /// a class it explains y = z_c + log p_c (<see cref="Target.ReST"/>), as the paper has it. Cai, "CAMs as Shapley Value-based Explainers", 2025,
    /// arXiv:2501.06261.
    /// </summary>
    /// <remarks>
    /// It is exact where the outputs are piecewise linear in the layer (relu, clip, max pooling and what is linear), since there the gradient bends in the
    /// target alone; behind a smooth activation, a product or a normalisation it is refused. It takes two runs of the suffix where the layer has one and its
    /// tail is linear; else a backward slice for each class that has a probability.
    /// </remarks>
    public static CamMethod ShapleyCam => ShapleyCamMethod.Published;

    private sealed class ShapleyCamMethod() : RerunMethod(
        "ShapleyCAM", "shapleycam", "y = z_c + log p_c; w_c = mean(g_c - (H A)_c / 2), H = d^2 y / dA^2; map = sum w_c A_c", 2025,
        "Cai, \"CAMs as Shapley Value-based Explainers\", 2025, arXiv:2501.06261",
        MethodNeeds.Activations | MethodNeeds.Gradients | MethodNeeds.PiecewiseLinearTail, "")
    {
        public static readonly CamMethod Published = new ShapleyCamMethod();

        private readonly ConcurrentDictionary<int, Target> _targets = new();

        internal override Target TargetOf(int classIndex) => _targets.GetOrAdd(classIndex, static index => Target.ReST(index));

        internal override void Compute(MethodRun run)
        {
            Span<double> sums = run.ChannelSums;
            sums.Clear();
            AddPixels(run.Gradients.Span, 1, sums);
            AddPixels(run.GradientAlongActivations().Span, -0.5, sums);
            for (int c = 0; c < sums.Length; c++)
                sums[c] /= run.Shape.Pixels;
            run.Maps.WeightedSum(run.Maps.Write(sums));
        }

        private static void AddPixels(ReadOnlySpan<float> maps, double factor, Span<double> sums)
        {
            for (int p = 0; p < maps.Length; p += sums.Length)
            {
                for (int c = 0; c < sums.Length; c++)
                    sums[c] += factor * maps[p + c];
            }
        }
    }
}
