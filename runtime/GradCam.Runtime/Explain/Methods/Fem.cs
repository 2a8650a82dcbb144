using System.Globalization;
using GradCam.Explain;
using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// t_c = mean(A_c) + 2 deviation(A_c); w_c = share of A_c above t_c; map = sum w_c A_c. It is of no class. Fuad, Martin, Giot, Bourqui, Benois-Pineau and
    /// Zemmari, "Features Understanding in 3D CNNs for Actions Recognition in Video", IPTA 2020; the sum as in the PyTorch library for CAM methods.
    /// </summary>
    /// <remarks><see cref="CreateFem"/> has other thresholds, and Xplique's sum, which is another picture.</remarks>
    public static CamMethod Fem => FemMethod.Published;

    /// <summary><see cref="Fem"/> with other parameters.</summary>
    /// <param name="deviations">The threshold: how many standard deviations above the mean.</param>
    /// <param name="isBinary">
    /// True for the form of Xplique: w_c = mean(A_c), and the map is the sum of w_c where A_c is at least t_c, which counts places and not activations.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not finite.</exception>
    public static CamMethod CreateFem(double deviations = 2, bool isBinary = false)
    {
        if (!double.IsFinite(deviations))
            throw new ArgumentOutOfRangeException(nameof(deviations), deviations, "Expected a finite number.");
        return new FemMethod(
            deviations, isBinary,
            string.Create(CultureInfo.InvariantCulture, $"deviations {deviations}{(isBinary ? ", binary" : "")}"));
    }

    private sealed class FemMethod(double deviations, bool isBinary, string parameters = "") : CamMethod(
        "FEM", "fem", isBinary
            ? string.Create(CultureInfo.InvariantCulture, $"t_c = mean(A_c) + {deviations} deviation(A_c); w_c = mean(A_c); map = sum w_c [A_c >= t_c]")
            : string.Create(CultureInfo.InvariantCulture, $"t_c = mean(A_c) + {deviations} deviation(A_c); w_c = mean([A_c > t_c]); map = sum w_c A_c"), 2020,
        "Fuad et al., \"Features Understanding in 3D CNNs for Actions Recognition in Video\", IPTA 2020",
        MethodNeeds.Activations, parameters)
    {
        public static readonly CamMethod Published = new FemMethod(2, isBinary: false);

        private protected override CamMethod With(MethodArguments arguments) =>
            CreateFem(arguments.Number("deviations", deviations), arguments.Flag("binary", isBinary));

        internal override void Compute(IMapOperations maps)
        {
            Span<double> means = maps.ActivationSums();
            foreach (ref double mean in means)
                mean /= -maps.Pixels;
            Span<double> thresholds = maps.SumOverPixels<SquaredDeviationTerm>(means);
            for (int c = 0; c < thresholds.Length; c++)
                thresholds[c] = means[c] - deviations * Math.Sqrt(thresholds[c] / maps.Pixels);
            if (isBinary)
                SumPlaces(maps, means, thresholds);
            else
                SumActivations(maps, thresholds);
        }

        /// <summary>Thresholds and means are negated: terms add.</summary>
        private static void SumActivations(IMapOperations maps, ReadOnlySpan<double> thresholds)
        {
            ReadOnlySpan<double> counts = maps.SumOverPixels<IsAbove>(thresholds);
            Span<float> weights = maps.Weights;
            for (int c = 0; c < weights.Length; c++)
                weights[c] = (float)(counts[c] / maps.Pixels);
            maps.WeightedSum(weights);
        }

        private static void SumPlaces(IMapOperations maps, ReadOnlySpan<double> means, ReadOnlySpan<double> thresholds)
        {
            Span<float> weights = maps.Weights;
            Span<float> singles = maps.Constants;
            for (int c = 0; c < weights.Length; c++)
            {
                weights[c] = (float)-means[c];
                // The threshold's next float: none lies between.
                float single = (float)thresholds[c];
                singles[c] = single > thresholds[c] ? float.BitDecrement(single) : single;
            }

            maps.SumOverChannels<IsAtLeast>(singles, weights);
        }

        private struct IsAbove : IMapTerm
        {
            public static T Of<T>(T activation, T gradient, T constant)
                where T : struct, IMapNumber<T> => T.UnlessUpTo0(activation + constant, T.Constant(1));
        }

        private struct IsAtLeast : IMapTerm
        {
            public static T Of<T>(T activation, T gradient, T constant)
                where T : struct, IMapNumber<T> => T.Constant(1) + T.Constant(-1) * T.UnlessUpTo0(T.Constant(-1) * (activation + constant), T.Constant(1));
        }
    }
}
