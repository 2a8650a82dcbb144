using GradCam.Conformance;
using GradCam.Conformance.Cases;
using GradCam.Cpu;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Threading;

namespace GradCam.Runtime.Tests.Kernels;

/// <summary>An operation's case on the CPU backend: weights packed by the planner's dry run, and a workspace that the test can look into.</summary>
internal sealed unsafe class CpuRun : ICaseRun
{
    private readonly OperationCase _case;
    private readonly CpuPlan _plan;
    private readonly CpuWorkspace _workspace;
    private readonly int _length;
    private CpuBackend _backend;

    /// <summary>The check of the CPU backend, with one thread and with two and three.</summary>
    public static BackendCheck Check { get; } = CheckOf(winograd: true);

    public CpuRun(OperationCase operation, int threads, bool winograd = true)
    {
        _case = operation;
        _length = operation.Workspace.Length;
        var info = new NetworkInfo
        {
            Name = "Case",
            Inputs = [new InputInfo { Name = "input", Tensor = operation.Input }],
            Outputs = [new OutputInfo { Name = "output", Tensor = operation.Output }],
            Layers = [],
            Weights = [.. operation.Weights.Select(weight => weight.Info)],
            WorkspaceLength = _length,
            Preprocessing = new ImagePreprocessing(),
            Labels = [],
        };

        // Chains in strips of a few rows, also of small maps.
        _plan = new CpuPlan(info, operation.WeightSource()) { Threads = threads, UseWinograd = winograd, StripBytes = 16 * 1024 };
        var planner = new CpuPlanner(_plan);
        operation.Forward(ref planner);
        if (!operation.InputGradient.IsEmpty)
            operation.Backward(ref planner);
        _plan.EndDryRun();
        _workspace = new CpuWorkspace(info, _plan.ScratchLength, threads);
        new Span<float>(_workspace.Arena, (int)(_plan.SessionBytes / sizeof(float))).Fill(float.NaN);
        _backend = new CpuBackend(_workspace.Arena, _workspace.Scratch, _plan.ScratchLength, _plan.Operations, new Team(threads));
    }

    /// <summary>The check with Winograd's algorithm or without.</summary>
    public static BackendCheck CheckOf(bool winograd) => new(
        operation => new CpuRun(operation, 1, winograd), operation => new CpuRun(operation, 2, winograd), operation => new CpuRun(operation, 3, winograd));

    /// <summary>The weights of an operation as the planner packed them.</summary>
    public PreparedOperation? Prepared(int id) => _plan.Operations[id];

    /// <summary>Floats of packed weights.</summary>
    public long PackedLength => _plan.Packed.Length;

    public Span<float> Workspace => new(_workspace.Arena, _length);

    public void Forward(ReadOnlySpan<float> workspace)
    {
        workspace.CopyTo(Workspace);
        Forward();
    }

    public void Forward() => _case.Forward(ref _backend);

    public void Backward() => _case.Backward(ref _backend);

    public float[] Read(in Tensor tensor)
    {
        float[] map = new float[tensor.Length];
        _backend.Read(tensor, map);
        return map;
    }

    public float[] ReadWorkspace() => Workspace.ToArray();

    public void Dispose()
    {
        _plan.Dispose();
        _workspace.Dispose();
    }
}
