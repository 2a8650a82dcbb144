namespace GradCam.Explain.Inputs;

/// <summary>Is given the gradient of one of several inputs.</summary>
/// <param name="index">The input's number.</param>
/// <param name="gradient">The gradient; overwritten afterwards.</param>
internal delegate void GradientUser(int index, ReadOnlySpan<float> gradient);
