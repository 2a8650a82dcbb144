namespace GradCam.Planning;

/// <summary>What follows a layer, up to the outputs: the simplest that it is.</summary>
internal enum LayerTail
{
    /// <summary>Something that bends, or multiplies values with each other.</summary>
    Other,

    /// <summary>Of pieces in each of which the outputs are linear in the layer: relu, clip, max pooling and what is linear.</summary>
    PiecewiseLinear,

    /// <summary>The outputs are linear in the layer, and a constant.</summary>
    Linear,

    /// <summary>Global average pooling and linear layers alone: the outputs are linear in the means of the layer's channels.</summary>
    PooledLinear,
}
