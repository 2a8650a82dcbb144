using System.Reflection;

namespace GradCam.Gpu.Devices;

/// <summary>A kernel as it is written.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Threads">Threads of a group, if it is launched with as many and no others; else 0.</param>
/// <param name="GroupsPerProcessor">
/// How many groups a processor must have registers for at a time, so that some compute while others wait for memory; 0 where the compiler may choose.
/// </param>
internal sealed record KernelSource(MethodInfo Method, int Threads = 0, int GroupsPerProcessor = 0);
