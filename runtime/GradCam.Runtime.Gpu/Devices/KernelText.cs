using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;

namespace GradCam.Gpu.Devices;

/// <summary>
/// What ILGPU gives to a driver: PTX, or OpenCL C. Its names have numbers in them that count all that the process has compiled, while drivers find the machine
/// code that they have kept by the text that it was made of (NVIDIA's in ~/.nv/ComputeCache). So names are numbered anew in each kernel.
/// </summary>
internal static partial class KernelText
{
    /// <summary>The same kernel, whose text is the same in every process.</summary>
    /// <param name="kernel">A kernel that is the first in its context: the order of ILGPU's values depends on what was compiled there before.</param>
    public static CompiledKernel Stabilize(CompiledKernel kernel)
    {
        try
        {
            return kernel switch
            {
                PTXCompiledKernel ptx => CreatePtx(ptx.Context, EntryPointOf(ptx), ptx.Info, WithStableNames(ptx.PTXAssembly)),
                CLCompiledKernel cl => new CLCompiledKernel(
                    cl.Context, (SeparateViewEntryPoint)EntryPointOf(cl), cl.Info, WithStableNames(cl.Source), cl.CVersion),
                _ => kernel,
            };
        }
        catch (MissingMemberException exception)
        {
            // Another version of ILGPU: the same kernel, of which the driver makes machine code in each process.
            Trace.TraceWarning($"Kernels keep ILGPU's names: {exception.Message}");
            return kernel;
        }
    }

    /// <summary>Numbers names by their order in a kernel's text.</summary>
    public static string WithStableNames(string text)
    {
        var numbers = new Dictionary<string, int>();
        return NumberedNames().Replace(text, name =>
        {
            if (!numbers.TryGetValue(name.Value, out int number))
                numbers[name.Value] = number = numbers.Count;
            return $"{name.Groups["name"].Value}_{number}";
        });
    }

    /// <summary>Labels L_1, PTX's parameters _name_1, OpenCL C's types type_1 and type_1_kernel.</summary>
    [GeneratedRegex(@"(?<![\w$%.])(?<name>L|type|_[A-Za-z]\w*?)_[0-9]+(?=_kernel\b|\b)", RegexOptions.CultureInvariant)]
    private static partial Regex NumberedNames();

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern PTXCompiledKernel CreatePtx(Context context, EntryPoint entryPoint, CompiledKernel.KernelInfo? info, string assembly);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EntryPoint")]
    private static extern EntryPoint EntryPointOf(CompiledKernel kernel);
}
