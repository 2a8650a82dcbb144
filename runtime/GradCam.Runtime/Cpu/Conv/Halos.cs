namespace GradCam.Cpu.Conv;

/// <summary>Checks at load that a kernel's reads stay within a tensor and its halo.</summary>
internal static class Halos
{
    /// <summary>Checks one axis.</summary>
    /// <exception cref="InvalidOperationException">The halo is too small.</exception>
    public static void CheckReach(AxisPhase phase, int outputs, int inputs, int before, int after, in Tensor input)
    {
        int count = phase.Count(outputs);
        if (count == 0 || phase.Taps.Length == 0)
            return;
        int first = phase.Taps[0].Offset;
        int last = checked((count - 1) * phase.InputStep + phase.Taps[^1].Offset);
        if (first < -before || last >= inputs + after)
        {
            throw new InvalidOperationException(
                $"A convolution reads positions {first} to {last} of an axis that has 0 to {inputs - 1} and a halo of {before} before and {after} after it ({input}).");
        }
    }
}
