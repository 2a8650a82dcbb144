using System.Numerics.Tensors;
using GradCam.Explain;
using GradCam.Explain.Maps;
using GradCam.Explain.Runs;

namespace GradCam;

public abstract partial class CamMethod
{
    private const string Augmentation = "augmented";

    private static readonly float[] AugmentationFactors = [0.9f, 1, 1.1f];

    /// <summary>
    /// The method with test-time augmentation: the mean of six maps, of the input and its mirror image times 0.9, 1 and 1.1; each is relu'd and brought to 0
    /// to 1, and those of mirror images are turned back. It centres a map on the object, and loses its unit. Six forward passes. Gildenblat and contributors,
    /// "PyTorch library for CAM methods" (aug_smooth), 2021.
    /// </summary>
    /// <returns>A method of its own: keep it, as it is made anew by every call.</returns>
    /// <exception cref="NotSupportedException">The method runs the network again itself.</exception>
    public CamMethod WithAugmentation() => Reruns
        ? throw new NotSupportedException($"{this} runs the network on inputs of its own, and takes no augmentation beside.")
        : new AugmentedMethod(this);

    private sealed class AugmentedMethod(CamMethod inner) : ModifiedMethod(
        inner, inner.Formula + "; mean of six such maps, from 0 to 1, of x and its mirror image times 0.9, 1 and 1.1", Augmentation, MethodNeeds.ForwardPasses)
    {
        internal override bool Reruns => true;

        internal override IRerun CreateRerun(Executor session, ForwardRun pass) => new MethodRun(session, pass);

        internal override void Compute(IMapOperations maps) =>
            throw new NotSupportedException($"{this} runs the network again, and makes no map of one run's.");

        internal override void Compute(MethodRun run)
        {
            int runs = 2 * AugmentationFactors.Length;
            (int width, int height) = (run.Shape.Width, run.Shape.Height);
            var heatmap = new HeatmapBuffer(run.Arithmetic);
            heatmap.Resize(width, height);
            var maps = new PackedMaps(run.Arithmetic);
            run.Map.Clear();
            run.Plan(runs);
            bool hasGradients = (Needs & (MethodNeeds.Gradients | MethodNeeds.GradientSums)) != 0;
            run.Differentiate(runs, (number, values) => Augment(run, number, values), (number, activations, gradients) =>
            {
                maps.Begin(activations, hasGradients ? gradients : default, default, heatmap.RawMemory);
                Inner.Compute(run.IsSmooth ? maps.EigenSmooth : maps);
                heatmap.Normalise();
                if (!heatmap.IsFinite)
                    run.Map.Fill(float.NaN);
                for (int y = 0; y < height; y++)
                {
                    for (int x = 0; x < width; x++)
                        run.Map[y * width + x] += heatmap.Values[y * width + (IsMirrored(number) ? width - 1 - x : x)] / runs;
                }
            }, run.Layer);
        }

        private static bool IsMirrored(int number) => number >= AugmentationFactors.Length;

        private static void Augment(MethodRun run, int number, Span<float> values)
        {
            (int width, int channels) = (run.InputShape.Width, run.InputShape.Channels);
            TensorPrimitives.Multiply(run.Input, AugmentationFactors[number % AugmentationFactors.Length], values);
            if (!IsMirrored(number))
                return;
            for (int row = 0; row < values.Length; row += width * channels)
            {
                for (int left = 0, right = width - 1; left < right; left++, right--)
                {
                    for (int c = 0; c < channels; c++)
                    {
                        ref float first = ref values[row + left * channels + c];
                        ref float last = ref values[row + right * channels + c];
                        (first, last) = (last, first);
                    }
                }
            }
        }
    }
}
