using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>Layer normalisation of each pixel over its channels (Ba, Kiros and Hinton 2016).</summary>
/// <param name="Id">Number of the operation in its network.</param>
/// <param name="Weight">[channels]; 1 where absent.</param>
/// <param name="Bias">[channels]; 0 where absent.</param>
/// <param name="Epsilon">Added to the variance.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct LayerNorm(int Id, WeightRef Weight, WeightRef Bias, double Epsilon);
