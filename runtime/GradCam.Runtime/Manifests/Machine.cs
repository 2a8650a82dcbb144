using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using GradCam.Cpu.Simd;

namespace GradCam.Manifests;

/// <summary>What computes here.</summary>
internal static class Machine
{
    /// <summary>The runtime's version, with the commit that it was built of where it is known.</summary>
    public static string RuntimeVersion { get; } =
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>What stands in the instruction set's place where the bits do not depend on it.</summary>
    public const string Reproducible = "reproducible";

    /// <summary>The backend, the processor and the widest vectors that kernels take.</summary>
    public static string InstructionSet(string backend) => $"{backend} {RuntimeInformation.ProcessArchitecture} {Vectors()}";

    private static string Vectors()
    {
        bool isX86 = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;
        string fused = isX86 && !Fma.IsSupported ? " without FMA" : "";
        if (SimdWidth.Has512)
            return "AVX-512";
        if (SimdWidth.Has256)
            return "AVX2" + fused;
        if (!SimdWidth.Has128)
            return "scalar";
        return isX86 ? "SSE" + fused : RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? "NEON" : "128-bit vectors";
    }
}
