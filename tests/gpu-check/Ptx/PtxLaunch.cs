using GradCam.Gpu.Devices;

namespace GradCam.GpuCheck.Ptx;

/// <summary>A launch of a kernel.</summary>
/// <param name="Source">The kernel.</param>
/// <param name="Kernel">Its assembly, decoded.</param>
/// <param name="Arguments">Its arguments, as the launcher takes them.</param>
/// <param name="Parameters">Their bytes, as the assembly reads them.</param>
/// <param name="Memory">What it may read and write, by address.</param>
/// <param name="Groups">Groups in x, y and z.</param>
/// <param name="Threads">A group's threads in x, y and z.</param>
internal sealed record PtxLaunch(
    KernelSource Source, PtxKernel Kernel, object[] Arguments, byte[] Parameters, (ulong Start, ulong End)[] Memory, int[] Groups, int[] Threads);
