namespace GradCam;

public abstract partial record Target
{
    /// <summary>
    /// y = z_c - factor * mean of z_d over the classes d whose logits are nearest to z_c in the pass that is explained: what tells a class from those that it
    /// is mixed up with. Zhang et al., "Finer-CAM: Spotting the Difference Reveals Finer Details for Visual Explanation", CVPR 2025, arXiv:2501.11309.
    /// </summary>
    /// <param name="class">The class: its name or index.</param>
    /// <param name="factor">How strongly the others count; 0 leaves the class alone.</param>
    /// <param name="references">How many others, or all where there are fewer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not finite, or there are no references.</exception>
    public static Target Finer(ClassReference @class, double factor = 0.6, int references = 3)
    {
        if (!double.IsFinite(factor))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "Expected a finite number.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(references);
        return new FinerTarget(@class, factor, references);
    }

    private sealed record FinerTarget(ClassReference Class, double Factor, int References) : Target
    {
        public override double Evaluate(in TargetContext context, double weight)
        {
            int output = context.FindOutput(Output);
            OutputInfo info = context.Info.Outputs[output];
            if (info.IsMap)
            {
                throw new ArgumentException(
                    $"A target that seeks the nearest classes needs an output of logits; '{info.Name}' of {context.Info.Name} is a map.");
            }


            int @class = Class.IndexIn(context.Info, output, nameof(Class));
            ReadOnlySpan<float> logits = context.GetOutput(output).Values;
            Span<float> seed = context.GetSeed(output);
            seed[@class] += (float)weight;
            int count = Math.Min(References, logits.Length - 1);
            double sum = 0;
            (float Distance, int Class) last = (float.NegativeInfinity, -1);
            for (int i = 0; i < count; i++)
            {
                last = Next(logits, @class, last);
                sum += logits[last.Class];
                seed[last.Class] -= (float)(weight * Factor / count);
            }

            return logits[@class] - (count == 0 ? 0 : Factor * sum / count);
        }

        public override string ToString() => string.Create(Invariant, $"{Class} - {Factor} of the {References} nearest");

        internal override bool TryAddCurvature(in TargetContext context, double weight, ReadOnlySpan<double> direction) => true;

        /// <summary>The nearest class behind the last one; of equally near ones that of the lower index. NaN is farthest.</summary>
        private static (float Distance, int Class) Next(ReadOnlySpan<float> logits, int @class, (float Distance, int Class) last)
        {
            (float Distance, int Class) best = (float.PositiveInfinity, int.MaxValue);
            for (int d = 0; d < logits.Length; d++)
            {
                float distance = MathF.Abs(logits[d] - logits[@class]);
                (float, int) found = (float.IsNaN(distance) ? float.PositiveInfinity : distance, d);
                if (d != @class && found.CompareTo(last) > 0 && found.CompareTo(best) < 0)
                    best = found;
            }

            return best;
        }
    }
}
