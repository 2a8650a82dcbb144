using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>Parametric relu: x for x &gt; 0, else slope x (He et al. 2015).</summary>
/// <param name="Id">Number of the operation in its network.</param>
/// <param name="Slope">[channels], or [1] for one slope for all.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct ParametricRelu(int Id, WeightRef Slope);
