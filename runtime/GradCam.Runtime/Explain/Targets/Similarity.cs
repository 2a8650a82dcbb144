using System.Collections.Immutable;

namespace GradCam;

public abstract partial record Target
{
    /// <summary>y = cos(f, e), f being an output: how near a photo's embedding is to another one. 0 where either is zero.</summary>
    /// <param name="embedding">As many numbers as the output has, packed [height, width, channels].</param>
    public static Target Similarity(ReadOnlySpan<float> embedding) => new SimilarityTarget([.. embedding]);

    private sealed record SimilarityTarget(ImmutableArray<float> Embedding) : Target
    {
        public override double Evaluate(in TargetContext context, double weight)
        {
            int index = context.FindOutput(Output);
            ReadOnlySpan<float> f = context.GetOutput(index).Values, e = Embedding.AsSpan();
            if (f.Length != e.Length)
                throw new ArgumentException($"The output '{context.Info.Outputs[index].Name}' has {f.Length} numbers; the embedding has {e.Length}.");
            Span<float> seed = context.GetSeed(index);
            double lengthF = Math.Sqrt(Dot(f, f)), lengthE = Math.Sqrt(Dot(e, e));
            if (lengthF == 0 || lengthE == 0)
                return 0;
            double y = Dot(f, e) / (lengthF * lengthE);
            // d cos / df = (e / |e| - cos f / |f|) / |f|.
            for (int i = 0; i < f.Length; i++)
                seed[i] += (float)(weight * (e[i] / lengthE - y * f[i] / lengthF) / lengthF);
            return y;
        }

        public override string ToString() => "similarity";

        private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            double sum = 0;
            for (int i = 0; i < a.Length; i++)
                sum += (double)a[i] * b[i];
            return sum;
        }
    }
}
