using GradCam.Numerics;

namespace GradCam;

public abstract partial record Target
{
    /// <summary>y = z_c: a class's logit, or the sum of its channel over an output map's pixels.</summary>
    /// <param name="class">The class: its name or index.</param>
    public static ClassTarget Logit(ClassReference @class) => new LogitTarget(@class);

    /// <summary>
    /// y = z where the network says yes, -z where it says no: a network of one logit (pytorch-grad-cam's BinaryClassifierOutputTarget).
    /// </summary>
    /// <param name="isPositive">Whether yes is explained.</param>
    public static Target Binary(bool isPositive) => isPositive ? new BinaryTarget() : -new BinaryTarget();

    /// <summary>y = an output's number, as it is: what a regression estimates.</summary>
    /// <param name="index">Which number, by its channel.</param>
    public static ClassTarget Value(int index) => new LogitTarget(index);

    private sealed record LogitTarget(ClassReference Reference) : ClassTarget(Reference)
    {
        /// <summary>A class's logit, or the sum of its channel, without an object of its own.</summary>
        public static double Sum(in TargetContext context, int output, int @class, double weight)
        {
            FeatureMaps maps = context.GetOutput(output);
            Span<float> seed = context.GetSeed(output);
            double y = 0;
            for (int i = @class; i < seed.Length; i += maps.Channels)
            {
                seed[i] += (float)weight;
                y += maps.Values[i];
            }

            return y;
        }

        private protected override string Word => "logit";

        private protected override bool IsLogit => true;

        private protected override double AtPixel(
            Arithmetic arithmetic, ReadOnlySpan<float> logits, int @class, OutputHead head, double weight, Span<float> seed, Span<float> scratch)
        {
            seed[@class] += (float)weight;
            return logits[@class];
        }
    }

    private sealed record BinaryTarget : Target
    {
        internal override bool TryAddCurvature(in TargetContext context, double weight, ReadOnlySpan<double> direction) => true;

        public override double Evaluate(in TargetContext context, double weight)
        {
            int output = context.FindOutput(Output);
            Require(context.Info, output);
            return LogitTarget.Sum(context, output, 0, weight);
        }

        public override string ToString() => "the logit";

        internal override bool TryGetClass(NetworkInfo info, out int @class, out float seed)
        {
            if (Output is null)
                Require(info, 0);
            (@class, seed) = (0, 1);
            return !info.Outputs[0].IsMap && (Output is null || Output == info.Outputs[0].Name);
        }

        private static void Require(NetworkInfo info, int output)
        {
            OutputInfo found = info.Outputs[output];
            if (found.Tensor.Length != 1)
                throw new ArgumentException($"A binary target needs an output of one logit; '{found.Name}' of {info.Name} has {found.Tensor.Length}.");
        }
    }
}
