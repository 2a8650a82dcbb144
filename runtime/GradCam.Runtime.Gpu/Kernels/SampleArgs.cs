using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>The samples of a batch: each has a part of the arena, laid out alike.</summary>
internal struct SampleArgs(int count, int stride)
{
    public int Count = count;

    /// <summary>Floats from a sample to the next.</summary>
    public int Stride = stride;

    /// <summary>The number of the calling thread among all of the launch.</summary>
    public static int Thread => Grid.IdxX * Group.DimX + Group.IdxX;

    /// <summary>The threads of the launch, of one dimension.</summary>
    public static int Threads => Grid.DimX * Group.DimX;
}
