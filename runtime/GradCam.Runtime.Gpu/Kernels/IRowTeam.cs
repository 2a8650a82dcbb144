namespace GradCam.Gpu.Kernels;

/// <summary>
/// The threads that take a row together: its elements are theirs in turn, and their parts of a sum are added up in an order of their own, always the same.
/// All threads of a team call <see cref="Sum"/> and <see cref="Largest"/> alike.
/// </summary>
internal interface IRowTeam
{
    /// <summary>The calling thread's number in its team.</summary>
    static abstract int Member { get; }

    /// <summary>Threads of a team.</summary>
    static abstract int Members { get; }

    /// <summary>The number of the calling thread's team in the launch.</summary>
    static abstract int Team { get; }

    /// <summary>Teams of the launch.</summary>
    static abstract int Teams { get; }

    /// <summary>The sum of all members' values, the same bits for all of them.</summary>
    static abstract float Sum(float value);

    /// <summary>The largest of all members' values, NaN where one is NaN.</summary>
    static abstract float Largest(float value);
}
