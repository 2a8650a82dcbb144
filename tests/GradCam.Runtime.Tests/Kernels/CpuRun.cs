using GradCam.Cpu;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Threading;
using GradCam.Weights;

namespace GradCam.Runtime.Tests.Kernels;

/// <summary>An operation's case on the CPU backend: weights packed by the planner's dry run, and a workspace that the test can look into.</summary>
internal sealed unsafe class CpuRun : IKernelRun
{
    private readonly OperationCase _case;
    private readonly CpuPlan _plan;
    private readonly NativeBlock _arena;
    private readonly NativeBlock _scratch;
    private readonly int _length;
    private CpuBackend _backend;

    public CpuRun(OperationCase operation, int threads, bool winograd = true)
    {
        _case = operation;
        _length = operation.Workspace.Length;
        var info = new NetworkInfo
        {
            Name = "Case",
            Input = operation.Input,
            Outputs = [new OutputInfo("output", operation.Output)],
            Layers = [],
            Weights = [.. operation.Weights.Select(weight => weight.Info)],
            WorkspaceLength = _length,
            Preprocessing = new ImagePreprocessing(),
            Labels = [],
        };
        _plan = new CpuPlan(info, new CaseWeightSource(operation.Weights), new NetworkOptions { Threads = threads, Winograd = winograd });
        var planner = new CpuPlanner(_plan);
        operation.Forward(ref planner);
        if (!operation.InputGradient.IsEmpty)
            operation.Backward(ref planner);
        _plan.EndDryRun();
        _arena = new NativeBlock(CpuWorkspace.ArenaLength(info));
        _scratch = new NativeBlock(_plan.ScratchLength * threads);
        _arena.Span.Fill(float.NaN);
        _scratch.Span.Fill(float.NaN);
        _backend = new CpuBackend(_arena.Pointer, _scratch.Pointer, _plan.ScratchLength, _plan.Operations, new Team(threads));
    }

    /// <summary>The weights of an operation as the planner packed them.</summary>
    public PreparedOperation? Prepared(int id) => _plan.Operations[id];

    /// <summary>Floats of packed weights.</summary>
    public long PackedLength => _plan.Packed.Length;

    public Span<float> Workspace => _arena.Span[.._length];

    public void Forward() => _case.Forward(ref _backend);

    public void Backward() => _case.Backward(ref _backend);

    public float[] Read(in Tensor tensor)
    {
        float[] map = new float[tensor.Length];
        _backend.Read(tensor, map);
        return map;
    }

    public void Dispose()
    {
        _plan.Dispose();
        _arena.Dispose();
        _scratch.Dispose();
    }

    private sealed class CaseWeightSource(List<CaseWeight> weights) : WeightSource
    {
        public override string Name => "case";

        public override bool TryGetShape(string name, out ReadOnlySpan<int> shape)
        {
            CaseWeight? weight = weights.Find(w => w.Info.Name == name);
            shape = weight is null ? default : weight.Info.Shape.ToArray();
            return weight is not null;
        }

        public override void Read(string name, Span<float> destination) => weights.Single(w => w.Info.Name == name).Values.CopyTo(destination);
    }
}
