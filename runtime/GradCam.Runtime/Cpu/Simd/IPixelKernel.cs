namespace GradCam.Cpu.Simd;

/// <summary>A kernel that combines all channels of a pixel: it takes them in vectors of one width and the rest one by one.</summary>
internal interface IPixelKernel
{
    /// <summary>Computes.</summary>
    void Run<V>()
        where V : struct, ILanes<V>;
}
