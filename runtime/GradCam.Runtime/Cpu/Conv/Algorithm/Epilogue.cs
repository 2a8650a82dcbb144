namespace GradCam.Cpu.Conv.Algorithm;

/// <summary>What is done with a convolution's sums before they are written: y = gate * activation(sum + bias + residual).</summary>
/// <param name="Activation">The activation.</param>
/// <param name="Residual">Of the output's shape; may be the output itself, which then accumulates. Empty for none.</param>
/// <param name="Gate">The gate; the default value for none.</param>
internal readonly record struct Epilogue(Activation Activation, Tensor Residual, Gate Gate);
