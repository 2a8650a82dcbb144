namespace GradCam.Cpu.Threading;

/// <summary>
/// Work in numbered pieces that may run in any order and on any thread of a <see cref="Team"/>. What a piece computes must not depend on who runs it,
/// so that results are the same for any number of threads. Implemented by unmanaged structs that hold pointers and sizes; the threads share one, so it does not
/// change.
/// </summary>
internal interface IParallelJob
{
    /// <summary>Runs a piece.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <param name="worker">A number below <see cref="Team.Threads"/> that no other thread has during the call: an index of scratch memory.</param>
    void Run(int index, int worker);
}
