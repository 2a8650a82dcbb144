namespace GradCam.Explain.Inputs;

/// <summary>How values [h, w, c] become a map [h, w].</summary>
internal enum ChannelReduction
{
    /// <summary>The sum over the channels: what a pixel contributes.</summary>
    Sum,

    /// <summary>The largest magnitude of the channels: how sensitive the score is to a pixel.</summary>
    LargestMagnitude,
}
