using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>
/// A group, a power of two of threads that pass values through shared memory. For OpenCL: how many threads a sub-group has is each driver's choice, for each kernel anew, and
/// not all drivers have shuffles.
/// </summary>
internal readonly struct GroupTeam : IRowTeam
{
    /// <summary>Threads of a group at most.</summary>
    public const int MostThreads = 256;

    public static int Member => Group.IdxX;

    public static int Members => Group.DimX;

    public static int Team => Grid.IdxX;

    public static int Teams => Grid.DimX;

    public static float Sum(float value)
    {
        ArrayView<float> values = SharedMemory.Allocate<float>(MostThreads);
        values[Group.IdxX] = value;
        Group.Barrier();
        for (int half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (Group.IdxX < half)
                values[Group.IdxX] += values[Group.IdxX + half];
            Group.Barrier();
        }

        float sum = values[0];
        Group.Barrier();
        return sum;
    }

    public static float Largest(float value)
    {
        ArrayView<float> values = SharedMemory.Allocate<float>(MostThreads);
        values[Group.IdxX] = value;
        Group.Barrier();
        for (int half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (Group.IdxX < half)
                values[Group.IdxX] = DeviceMath.Larger(values[Group.IdxX], values[Group.IdxX + half]);
            Group.Barrier();
        }

        float largest = values[0];
        Group.Barrier();
        return largest;
    }
}
