namespace GradCam.Evaluate;

/// <summary>Orders and ranks of a map's numbers.</summary>
internal static class MapOrder
{
    /// <summary>The indices from the largest number to the smallest; equal ones stay in their order.</summary>
    public static int[] Descending(ReadOnlySpan<float> map)
    {
        long[] keys = new long[map.Length];
        for (int i = 0; i < map.Length; i++)
        {
            // A float's bits as an integer of the same order; adding 0 makes -0 and 0 one.
            int bits = BitConverter.SingleToInt32Bits(map[i] + 0f);
            int ordered = bits >= 0 ? bits : bits ^ int.MaxValue;
            keys[i] = ((long)~ordered << 32) | (uint)i;
        }

        Array.Sort(keys);
        int[] order = new int[keys.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = (int)(uint)keys[i];
        return order;
    }

    /// <summary>NumPy's percentile: linear between the two nearest numbers.</summary>
    public static double Percentile(float[] ascending, double percentile)
    {
        double place = percentile / 100 * (ascending.Length - 1);
        int below = (int)Math.Floor(place);
        int above = Math.Min(below + 1, ascending.Length - 1);
        return ascending[below] + (place - below) * ((double)ascending[above] - ascending[below]);
    }

    /// <summary>Ranks from 1; equal numbers share the mean of theirs.</summary>
    public static double[] Ranks(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        int[] order = [.. Enumerable.Range(0, values.Length)];
        Array.Sort(sorted, order);
        double[] ranks = new double[values.Length];
        for (int first = 0; first < order.Length;)
        {
            int end = first + 1;
            while (end < order.Length && sorted[end] == sorted[first])
                end++;
            for (int i = first; i < end; i++)
                ranks[order[i]] = (first + 1 + end) / 2.0;
            first = end;
        }

        return ranks;
    }
}
