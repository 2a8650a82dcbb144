using System.Collections.Immutable;

namespace GradCam;

public abstract partial record Target
{
    /// <summary>y = z_c - z_d: why one class and not the other.</summary>
    /// <param name="class">The class: its name or index.</param>
    /// <param name="other">The class that it is set against.</param>
    public static Target Difference(ClassReference @class, ClassReference other) => Weighted((@class, 1), (other, -1));

    /// <summary>
    /// y = z_c - factor * mean of z_d over other classes. Zhang et al., "Finer-CAM: Spotting the Difference Reveals Finer Details for Visual Explanation",
    /// CVPR 2025, arXiv:2501.11309.
    /// </summary>
    /// <param name="class">The class: its name or index.</param>
    /// <param name="others">The classes that it is set against, at least one.</param>
    /// <param name="factor">How strongly; 0 leaves the class alone.</param>
    /// <exception cref="ArgumentException">There is no other class.</exception>
    public static Target Contrast(ClassReference @class, ReadOnlySpan<ClassReference> others, double factor = 1)
    {
        if (others.IsEmpty)
            throw new ArgumentException("Expected at least one class to set the target against.", nameof(others));
        var terms = new (ClassReference, double)[others.Length + 1];
        terms[0] = (@class, 1);
        for (int i = 0; i < others.Length; i++)
            terms[i + 1] = (others[i], -factor / others.Length);
        return Weighted(terms);
    }

    /// <summary>y = sum of w_c z_c over some classes: one backward pass for all of them.</summary>
    /// <param name="terms">The classes with their weights.</param>
    public static Target Weighted(params ReadOnlySpan<(ClassReference Class, double Weight)> terms) => new WeightedTarget([.. terms]);

    private sealed record WeightedTarget(ImmutableArray<(ClassReference Class, double Weight)> Terms) : Target
    {
        public override double Evaluate(in TargetContext context, double weight)
        {
            int output = context.FindOutput(Output);
            double y = 0;
            foreach ((ClassReference @class, double factor) in Terms)
                y += factor * LogitTarget.Sum(context, output, @class.IndexIn(context.Info, output, nameof(Terms)), weight * factor);
            return y;
        }

        internal override bool TryAddCurvature(in TargetContext context, double weight, ReadOnlySpan<double> direction) => true;

        public override string ToString() => string.Join(" + ", Terms.Select(term => string.Create(Invariant, $"{term.Weight:g3} {term.Class}")));

        public bool Equals(WeightedTarget? other) => other is not null && Output == other.Output && Terms.SequenceEqual(other.Terms);

        public override int GetHashCode() => Terms.Aggregate(Output?.GetHashCode(StringComparison.Ordinal) ?? 0, HashCode.Combine);
    }
}
