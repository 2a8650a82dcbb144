using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>A warp, whose lanes read each other's registers.</summary>
internal readonly struct WarpTeam : IRowTeam
{
    public static int Member => Warp.LaneIdx;

    public static int Members => Warp.WarpSize;

    public static int Team => SampleArgs.Thread / Warp.WarpSize;

    public static int Teams => SampleArgs.Threads / Warp.WarpSize;

    public static float Sum(float value)
    {
        for (int lanes = Warp.WarpSize / 2; lanes > 0; lanes /= 2)
            value += Warp.ShuffleXor(value, lanes);
        return value;
    }

    public static float Largest(float value)
    {
        for (int lanes = Warp.WarpSize / 2; lanes > 0; lanes /= 2)
            value = DeviceMath.Larger(value, Warp.ShuffleXor(value, lanes));
        return value;
    }
}
