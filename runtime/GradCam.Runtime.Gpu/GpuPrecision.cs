namespace GradCam;

/// <summary>With how many bits a GPU multiplies. Sums, and everything that is stored, are of 32 bits always.</summary>
public enum GpuPrecision
{
    /// <summary>32 bits: as on the CPU.</summary>
    Full,

    /// <summary>
    /// NVIDIA's TF32 in convolutions: 10 bits of mantissa, on tensor cores. Needs compute capability 8.0; on other devices the same as <see cref="Full"/>.
    /// </summary>
    TensorFloat32,

    /// <summary>
    /// Half precision in convolutions: 10 bits of mantissa and values of at most 65,504, on tensor cores. On other devices as <see cref="TensorFloat32"/>.
    /// </summary>
    Half,
}
