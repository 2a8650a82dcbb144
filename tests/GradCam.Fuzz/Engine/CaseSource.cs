namespace GradCam.Fuzz.Engine;

/// <summary>The cases of a run by number: the seeds as they are, then mutations. A case depends on target, seed and number alone.</summary>
internal static class CaseSource
{
    /// <summary>Longer inputs are cut: what is slow or large is so at this length already.</summary>
    public const int MaxLength = 1 << 18;

    public static byte[] Get(FuzzTarget target, int seed, long index)
    {
        if (index < target.Seeds.Count)
            return target.Seeds[(int)index];
        var random = new Random(Mix(seed, index));
        byte[] input = target.Seeds[random.Next(target.Seeds.Count)];

        // One round in most cases, so that what is behind the first check is reached; sometimes several.
        for (int rounds = random.Next(4) == 0 ? random.Next(2, 6) : 1; rounds > 0; rounds--)
            input = target.Mutate(input, random);
        return input.Length <= MaxLength ? input : input[..MaxLength];
    }

    /// <summary>SplitMix64's output function, Steele et al. 2014.</summary>
    private static int Mix(int seed, long index)
    {
        ulong z = ((ulong)(uint)seed << 32) + (ulong)index * 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return (int)(z ^ z >> 31);
    }
}
