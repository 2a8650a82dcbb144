using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Reproducible;

/// <summary>
/// The backend of a session whose every bit is the same on every machine. What moves numbers and no more is the CPU backend's; all arithmetic is here: lanes of
/// <see cref="UnfusedLanes"/>, or double precision in one order.
/// </summary>
internal readonly unsafe partial struct ReproducibleBackend : IBackend
{
    private readonly float* _arena;
    private readonly float* _scratch;
    private readonly PreparedOperation?[] _operations;
    private readonly Team _team;

    /// <summary>Makes the backend of a sample.</summary>
    /// <param name="arena">The workspace, on which tensors' offsets count.</param>
    /// <param name="scratch">Room for the maps of a chain.</param>
    /// <param name="operations">The prepared operations, by Id.</param>
    /// <param name="team">The threads.</param>
    public ReproducibleBackend(float* arena, float* scratch, PreparedOperation?[] operations, Team team)
    {
        _arena = arena;
        _scratch = scratch;
        _operations = operations;
        _team = team;
    }

    private float* At(in Tensor tensor) => _arena + tensor.Offset;

    private T Prepared<T>(int id)
        where T : PreparedOperation => (T)_operations[id]!;

    private void ClearHalo(in Tensor tensor) => HaloMemory.Clear(At(tensor), tensor);

    /// <summary>Ends a gradient: its halo, unless it was added to, and then its gate.</summary>
    private void EndGradient(in Tensor gradient, bool accumulate, in Gate gate)
    {
        if (!accumulate)
            ClearHalo(gradient);
        ActivationPass.ApplyGate(_team, _arena, gate, gradient);
    }
}
