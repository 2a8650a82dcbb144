using System.Diagnostics;
using System.Runtime.Intrinsics;
using GradCam.Conformance.Cases;
using GradCam.Cpu.Simd;

namespace GradCam.Runtime.Tests.Kernels;

/// <summary>
/// The kernel suite as a program: <c>dotnet GradCam.Runtime.Tests.dll CASES [OPERATION…]</c>. The instruction sets that kernels use are settled when
/// a process starts, so <see cref="InstructionSetTests"/> runs it in processes of its own.
/// </summary>
internal static class KernelProgram
{
    /// <summary>The first line of the output: the widths in bits that kernels may use, and that the machine has.</summary>
    public static string Widths
    {
        get
        {
            List<int> widths = [];
            if (SimdWidth.Has512)
                widths.Add(512);
            if (SimdWidth.Has256)
                widths.Add(256);
            if (SimdWidth.Has128)
                widths.Add(128);
            int most = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
            return $"widths {string.Join(" ", widths)}, where the process has at most {most}";
        }
    }

    public static int Main(string[] args)
    {
        Console.WriteLine(Widths);
        int cases = int.Parse(args[0]);
        int failed = 0;
        foreach (string name in args.Length > 1 ? args[1..] : [.. OperationCases.Names])
        {
            var watch = Stopwatch.StartNew();
            List<string> failures = KernelSuite.Run(name, cases, threads: true);
            Console.WriteLine($"{name}: {cases - failures.Count} of {cases} cases pass, {watch.ElapsedMilliseconds} ms");
            foreach (string failure in failures.Take(5))
                Console.WriteLine(failure);
            failed += failures.Count;
        }

        return failed == 0 ? 0 : 1;
    }
}
