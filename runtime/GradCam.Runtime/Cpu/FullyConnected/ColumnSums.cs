using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using GradCam.Cpu.Packing;
using GradCam.Numerics;
using GradCam.Planning;

namespace GradCam.Cpu.FullyConnected;

/// <summary>
/// S[j, c] = sum over p of W[j, c * pixels + p], the affine's factors included: a linear layer's matrix for sums over the pixels of the flattened map that it
/// reads. In 32 bits whatever the matrix has: it is that much smaller.
/// </summary>
internal static unsafe class ColumnSums
{
    /// <summary>Asks for the matrix.</summary>
    /// <param name="plan">Where it is packed.</param>
    /// <param name="op">The layer.</param>
    /// <param name="channels">Channels of the map.</param>
    /// <returns>[outputs, channels], row-major.</returns>
    public static PackedBlock Add(CpuPlan plan, Linear op, int channels)
    {
        int outputs = plan.Weights.ShapeOf(op.Weight)[0];
        Lazy<FoldedAffine> fold = plan.Fold(op.Bias, op.Affine, outputs);
        return plan.Packed.Add((long)outputs * channels, outputs, (block, first, end) => Pack(plan, op.Weight, fold.Value, channels, block, first, end));
    }

    private static void Pack(CpuPlan plan, WeightRef weight, FoldedAffine fold, int channels, float* block, int first, int end)
    {
        int columns = plan.Weights.ShapeOf(weight)[1];
        int pixels = columns / channels;
        using WeightReader reader = plan.Weights.Open(weight);
        float[] row = ArrayPool<float>.Shared.Rent(columns);
        for (int output = first; output < end; output++)
        {
            reader.Read(output * columns, row.AsSpan(0, columns));
            for (int channel = 0; channel < channels; channel++)
                block[(long)output * channels + channel] = (float)(fold.Scale[output] * Sum(row.AsSpan(channel * pixels, pixels)));
        }

        ArrayPool<float>.Shared.Return(row);
    }

    /// <summary>A sum in double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(ReadOnlySpan<float> values)
    {
        Vector<double> sums = Vector<double>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Doubles.Widen(new Vector<float>(values[i..]), out Vector<double> low, out Vector<double> high);
            sums += low + high;
        }

        double sum = Vector.Sum(sums);
        for (; i < values.Length; i++)
            sum += values[i];
        return sum;
    }
}
