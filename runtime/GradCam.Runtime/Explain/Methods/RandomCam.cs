using System.Buffers;
using System.Globalization;
using GradCam.Explain;
using GradCam.Explain.Maps;

namespace GradCam;

public abstract partial class CamMethod
{
    /// <summary>
    /// w_c random from -1 to 1; map = sum w_c A_c: the floor that a method has to beat. Gildenblat and contributors, "PyTorch library for CAM methods"
    /// (RandomCAM), 2021.
    /// </summary>
    public static CamMethod RandomCam => RandomCamMethod.Published;

    /// <summary><see cref="RandomCam"/> with weights of another seed.</summary>
    /// <param name="seed">The same one gives the same weights on every machine.</param>
    public static CamMethod CreateRandomCam(int seed) => new RandomCamMethod(seed, string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));

    private sealed class RandomCamMethod(int seed, string parameters = "") : CamMethod(
        "RandomCAM", "randomcam", "w_c = random from -1 to 1; map = sum w_c A_c", 2021,
        "Gildenblat and contributors, \"PyTorch library for CAM methods\" (RandomCAM), 2021, github.com/jacobgil/pytorch-grad-cam",
        MethodNeeds.Activations, parameters)
    {
        public static readonly CamMethod Published = new RandomCamMethod(0);

        private protected override CamMethod With(MethodArguments arguments) =>
            CreateRandomCam(arguments.Integer("seed", seed));

        internal override void Compute(IMapOperations maps)
        {
            // SplitMix64 (Steele, Lea and Flood 2014).
            ulong state = (ulong)seed;
            double[] rented = ArrayPool<double>.Shared.Rent(maps.Channels);
            Span<double> weights = rented.AsSpan(0, maps.Channels);
            foreach (ref double weight in weights)
            {
                state += 0x9E3779B97F4A7C15;
                ulong bits = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
                bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
                bits ^= bits >> 31;
                // 24 bits, a float's, and half a step so that the ends are alike.
                weight = ((bits >> 40) + 0.5f) / (1 << 23) - 1;
            }

            maps.WeightedSum(maps.Write(weights));
            ArrayPool<double>.Shared.Return(rented);
        }
    }
}
