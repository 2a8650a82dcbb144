using System.Collections.Concurrent;
using System.Globalization;
using GradCam.Explain;
using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// Grad-CAM of y = z_c - 0.6 mean of z_d over the 3 classes d with the nearest logits (<see cref="Target.Finer"/>): the places that tell a class from
    /// those like it. Of a target of the caller's it is Grad-CAM. Zhang et al., "Finer-CAM: Spotting the Difference Reveals Finer Details for Visual
    /// Explanation", CVPR 2025, arXiv:2501.11309.
    /// </summary>
    /// <remarks>The scores are combined before the relu, in one backward slice. Other methods take the target <see cref="Target.Finer"/> themselves.</remarks>
    public static CamMethod FinerCam => FinerCamMethod.Published;

    /// <summary><see cref="FinerCam"/> with other parameters.</summary>
    /// <param name="factor">How strongly the others count.</param>
    /// <param name="references">How many others.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not finite, or there are no references.</exception>
    public static CamMethod CreateFinerCam(double factor = 0.6, int references = 3)
    {
        _ = Target.Finer(0, factor, references);
        return new FinerCamMethod(factor, references, string.Create(CultureInfo.InvariantCulture, $"factor {factor}, references {references}"));
    }

    private sealed class FinerCamMethod(double factor, int references, string parameters = "") : CamMethod(
        "Finer-CAM", "finercam",
        string.Create(
            CultureInfo.InvariantCulture,
            $"y = z_c - {factor} mean(z_d), d = the {references} classes of the nearest logits; w_c = mean(g_c); map = sum w_c A_c"), 2025,
        "Zhang et al., \"Finer-CAM: Spotting the Difference Reveals Finer Details for Visual Explanation\", CVPR 2025, arXiv:2501.11309",
        MethodNeeds.Activations | MethodNeeds.GradientSums, parameters)
    {
        public static readonly CamMethod Published = new FinerCamMethod(0.6, 3);

        private protected override CamMethod With(MethodArguments arguments) =>
            CreateFinerCam(arguments.Number("factor", factor), arguments.Integer("references", references));

        private readonly ConcurrentDictionary<int, Target> _targets = new();

        internal override Target TargetOf(int classIndex) =>
            _targets.GetOrAdd(classIndex, static (index, of) => Target.Finer(index, of.factor, of.references), (factor, references));

        internal override void Compute(IMapOperations maps) => GradCam.Compute(maps);
    }
}
