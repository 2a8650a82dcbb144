namespace GradCam.Cpu.Layout;

/// <summary>The inputs that an upsampled output lies between, along one axis.</summary>
internal readonly struct UpsampleAxis(Interpolation interpolation, int inputs, int outputs)
{
    /// <summary>The two inputs, which may be the same, and the second one's weight; the first one's is the rest to 1.</summary>
    public (int First, int Second, float Weight) At(int output)
    {
        double position = interpolation switch
        {
            Interpolation.Nearest => (long)output * inputs / outputs,
            Interpolation.BilinearAlignCorners => outputs > 1 ? output * (inputs - 1.0) / (outputs - 1.0) : 0,
            _ => Math.Max((output + 0.5) * inputs / outputs - 0.5, 0),
        };
        int first = Math.Min((int)position, inputs - 1);
        int second = Math.Min(first + 1, inputs - 1);
        return (first, second, (float)(position - first));
    }
}
