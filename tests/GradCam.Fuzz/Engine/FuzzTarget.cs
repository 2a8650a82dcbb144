namespace GradCam.Fuzz.Engine;

/// <summary>A door through which files come in: what goes through it, and what must hold whatever goes through it.</summary>
internal abstract class FuzzTarget
{
    /// <summary>Its name on the command line and in the names of findings, without a hyphen.</summary>
    public abstract string Name { get; }

    /// <summary>Inputs to begin from; the first cases of a run are these as they are.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>The most processor time of a case.</summary>
    public virtual TimeSpan Time => TimeSpan.FromSeconds(1);

    /// <summary>Whether cases allocate native memory, so that the process's peak counts too.</summary>
    public virtual bool IsNative => false;

    /// <summary>The most bytes that a case may allocate in all.</summary>
    /// <param name="length">The input's.</param>
    public virtual long Memory(int length) => (64L << 20) + 8L * length;

    /// <summary>Changes a seed. The outcome depends on the arguments alone.</summary>
    public abstract byte[] Mutate(byte[] seed, Random random);

    /// <summary>
    /// Runs a case. Returns where the input was taken, or refused with the exception that the door documents; every other exception is a finding, and a
    /// <see cref="FuzzException"/> says what did not hold.
    /// </summary>
    public abstract void Run(byte[] input);
}

/// <summary>What must hold did not.</summary>
internal sealed class FuzzException(string message) : Exception(message);
