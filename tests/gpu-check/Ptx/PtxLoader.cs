using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.InteropServices;
using GradCam.Gpu.Devices;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GradCam.GpuCheck.Ptx;

/// <summary>Gives launchers that run a kernel's assembly for an H100 on the memory of the simulator, in place of the simulator's own code.</summary>
/// <param name="run">Runs a launch.</param>
internal sealed class PtxLoader(Action<PtxLaunch> run) : IKernelLoader
{
    private static readonly KernelCompiler H100 = new(context => new PTXBackend(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_80, null!));
    private static readonly Dictionary<KernelSource, PtxKernel> Parsed = [];

    /// <summary>The kernels that were launched.</summary>
    public HashSet<KernelSource> Launched { get; } = [];

    /// <summary>A kernel's assembly for an H100.</summary>
    public static string Assembly(KernelSource source) => ((PTXCompiledKernel)H100.Compile(source, out _)).PTXAssembly;

    public TLauncher Load<TLauncher>(KernelSource source, TLauncher nothing)
        where TLauncher : Delegate
    {
        ParameterInfo[] declared = typeof(TLauncher).GetMethod("Invoke")!.GetParameters();
        ParameterExpression[] parameters = [.. declared.Select(p => Expression.Parameter(p.ParameterType, p.Name))];
        Action<KernelConfig, object[]> launch = (config, arguments) => Launch(source, config, arguments);
        return Expression.Lambda<TLauncher>(
            Expression.Invoke(
                Expression.Constant(launch),
                parameters[1],
                Expression.NewArrayInit(typeof(object), parameters[2..].Select(p => Expression.Convert(p, typeof(object))))),
            parameters).Compile();
    }

    private void Launch(KernelSource source, KernelConfig config, object[] arguments)
    {
        PtxKernel kernel;
        lock (Parsed)
        {
            Launched.Add(source);
            if (!Parsed.TryGetValue(source, out kernel!))
                Parsed[source] = kernel = PtxKernel.Parse(Assembly(source));
        }

        var parameters = new byte[kernel.ParameterBytes];
        var memory = new List<(ulong Start, ulong End)>();
        if (arguments.Length != kernel.Parameters.Count)
            throw new InvalidOperationException($"{source.Method.Name} has {kernel.Parameters.Count} parameters, not {arguments.Length}.");
        for (int i = 0; i < arguments.Length; i++)
        {
            (int offset, int size) = kernel.Parameters[i];
            Type type = arguments[i].GetType();
            bool isView = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ArrayView<>);
            byte[] bytes = (byte[])typeof(PtxLoader)
                .GetMethod(isView ? nameof(OfView) : nameof(OfStructure), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(isView ? type.GetGenericArguments()[0] : type)
                .Invoke(null, [arguments[i], memory])!;
            if (bytes.Length != size)
                throw new InvalidOperationException($"{source.Method.Name}: parameter {i} has {size} bytes, not {bytes.Length}.");
            bytes.CopyTo(parameters, offset);
        }

        if (source.Threads > 0 && config.GroupDim.Size != source.Threads)
            throw new InvalidOperationException($"{source.Method.Name} is for groups of {source.Threads} threads, not {config.GroupDim.Size}.");
        run(new PtxLaunch(
            source, kernel, arguments, parameters, [.. memory], [config.GridDim.X, config.GridDim.Y, config.GridDim.Z],
            [config.GroupDim.X, config.GroupDim.Y, config.GroupDim.Z]));
    }

    private static byte[] OfView<T>(ArrayView<T> view, List<(ulong Start, ulong End)> memory)
        where T : unmanaged
    {
        ulong start = view.Length == 0 ? 0 : (ulong)view.LoadEffectiveAddressAsPtr();
        memory.Add((start, start + (ulong)view.LengthInBytes));
        return [.. BitConverter.GetBytes(start), .. BitConverter.GetBytes(view.Length)];
    }

    private static byte[] OfStructure<T>(T structure, List<(ulong Start, ulong End)> memory)
        where T : unmanaged => MemoryMarshal.AsBytes(new Span<T>(ref structure)).ToArray();
}
