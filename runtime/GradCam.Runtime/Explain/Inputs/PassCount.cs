namespace GradCam.Explain.Inputs;

/// <summary>How often a method runs the network.</summary>
/// <param name="Forwards">Forward passes.</param>
/// <param name="Backwards">Backward passes.</param>
internal readonly record struct PassCount(long Forwards, long Backwards)
{
    /// <summary>Both.</summary>
    public long Total => Forwards + Backwards;
}
