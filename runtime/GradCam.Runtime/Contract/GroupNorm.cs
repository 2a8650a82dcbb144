using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>
/// Group normalisation (Wu and He 2018): mean and variance over all pixels of the channels of a group. With as many groups as channels it is instance
/// normalisation (Ulyanov et al. 2016).
/// </summary>
/// <param name="Id">Number of the operation in its network.</param>
/// <param name="Groups">Groups of consecutive channels, all of one size.</param>
/// <param name="Weight">[channels]; 1 where absent.</param>
/// <param name="Bias">[channels]; 0 where absent.</param>
/// <param name="Epsilon">Added to the variance.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct GroupNorm(int Id, int Groups, WeightRef Weight, WeightRef Bias, double Epsilon);
