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
        private protected override string Word => "logit";

        private protected override bool IsLogit => true;

        private protected override double AtPixel(Arithmetic arithmetic, ReadOnlySpan<float> logits, int @class, OutputHead head, double weight, Span<float> seed, Span<float> scratch)
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
            Require(context.Info, context.FindOutput(Output));
            return Logit(0).OfOutput(Output).Evaluate(context, weight);
        }

        public override string ToString() => "the logit";

        internal override bool TryGetClass(NetworkInfo info, out int @class, out float seed)
        {
            if (Output is null)
                Require(info, 0);
            return Logit(0).OfOutput(Output).TryGetClass(info, out @class, out seed);
        }

        private static void Require(NetworkInfo info, int output)
        {
            OutputInfo found = info.Outputs[output];
            if (found.Tensor.Length != 1)
                throw new ArgumentException($"A binary target needs an output of one logit; '{found.Name}' of {info.Name} has {found.Tensor.Length}.");
        }
    }

    private Target OfOutput(string? output) => this with { Output = output };
}
