using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu;

/// <summary>
/// The SIMD CPU backend of one session. Kernels take raw pointers: a tensor's place in the workspace was checked when its network was generated, and
/// <see cref="Write"/> and <see cref="Read"/> check the lengths of the spans that come from outside.
/// </summary>
internal unsafe partial struct CpuBackend : IBackend
{
    private readonly float* _arena;
    private readonly PreparedOperation?[] _operations;
    private readonly Team _team;
    private readonly KernelContext _context;

    /// <summary>Makes the backend of a session.</summary>
    /// <param name="arena">The workspace, on which tensors' offsets count.</param>
    /// <param name="scratch">Scratch memory, <paramref name="scratchLength"/> floats a thread.</param>
    /// <param name="scratchLength">Floats of scratch memory a thread.</param>
    /// <param name="operations">The prepared operations, by Id.</param>
    /// <param name="team">The threads.</param>
    public CpuBackend(float* arena, float* scratch, long scratchLength, PreparedOperation?[] operations, Team team)
    {
        _arena = arena;
        _operations = operations;
        _team = team;
        _context = new KernelContext(arena, scratch, scratchLength, team);
    }

    /// <summary>Element (0, 0, 0) of a tensor.</summary>
    private readonly float* At(in Tensor tensor) => _arena + tensor.Offset;

    /// <summary>The prepared form of an operation.</summary>
    private readonly T Prepared<T>(int id)
        where T : PreparedOperation => (T)_operations[id]!;
}
