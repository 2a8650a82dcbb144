namespace GradCam.Cpu.Simd;

/// <summary>A kernel that treats every channel alike and can therefore be run on a part of them.</summary>
internal interface IChannelKernel
{
    /// <summary>Computes the channels from <paramref name="from"/> to before <paramref name="to"/>, a multiple of the vector's lanes.</summary>
    void Run<V>(int from, int to)
        where V : struct, ILanes<V>;
}
