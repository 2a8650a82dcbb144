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

    internal sealed class FemMethod(double deviations, bool isBinary, string parameters = "") : CamMethod(
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
            // Means and thresholds are negated: terms add.
            ChannelNumbers means = maps.PerChannel<MeanFormula>(maps.ActivationSums(), scalar: -maps.Pixels);
            ChannelNumbers variances = maps.PerChannel<MeanFormula>(maps.SumOverPixels<SquaredDeviationTerm>(means), scalar: maps.Pixels);
            ChannelNumbers thresholds = maps.PerChannel<Threshold>(variances, means, -deviations);
            if (isBinary)
                maps.SumOverChannels<IsAtLeast>(RoundUp(maps, thresholds), maps.PerChannel<MeanFormula>(means, scalar: -1));
            else
                maps.WeightedSum(maps.PerChannel<MeanFormula>(maps.SumOverPixels<IsAbove>(thresholds), scalar: maps.Pixels));
        }

        /// <summary>Floats that say the same of other floats: the threshold's next one, so that none lies between.</summary>
        private static ChannelNumbers RoundUp(IMapOperations maps, ChannelNumbers thresholds)
        {
            Span<double> values = maps.Read(thresholds);
            foreach (ref double value in values)
            {
                float single = (float)value;
                value = single > value ? float.BitDecrement(single) : single;
            }

            return maps.Write(values);
        }

        internal struct Threshold : IChannelFormula
        {
            public static T Of<T>(T first, T second, T scalar)
                where T : struct, IMapNumber<T> => second + scalar * T.Sqrt(first);
        }

        internal struct IsAbove : IMapTerm
        {
            public static T Of<T>(T activation, T gradient, T constant)
                where T : struct, IMapNumber<T> => T.UnlessUpTo0(activation + constant, T.Constant(1));
        }

        internal struct IsAtLeast : IMapTerm
        {
            public static T Of<T>(T activation, T gradient, T constant)
                where T : struct, IMapNumber<T> => T.Constant(1) + T.Constant(-1) * T.UnlessUpTo0(T.Constant(-1) * (activation + constant), T.Constant(1));
        }
    }
}
