namespace GradCam.GpuCheck.Counts;

/// <summary>An H100 SXM5 80 GB: NVIDIA H100 Tensor Core GPU Architecture (whitepaper), tables 1 and 2.</summary>
internal static class H100
{
    /// <summary>Streaming multiprocessors.</summary>
    public const int Processors = 132;

    /// <summary>Of a processor, each of which issues an instruction of a warp in a cycle.</summary>
    public const int Schedulers = 4;

    /// <summary>The boost clock.</summary>
    public const double CyclesPerSecond = 1.755e9;

    /// <summary>Of the memory.</summary>
    public const double BytesPerSecond = 3.35e12;
}
