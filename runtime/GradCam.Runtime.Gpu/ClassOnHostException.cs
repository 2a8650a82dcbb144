namespace GradCam.Gpu;

/// <summary>
/// A backward slice reads the class's channel of a map: where that lies must be known on the host, so that each sample takes launches of its own. Seen when
/// the slice runs for the first time.
/// </summary>
internal sealed class ClassOnHostException() : Exception("The slice reads the class's channel of a map.")
{
    /// <summary>A tensor's offset, if it lies in a workspace.</summary>
    /// <exception cref="ClassOnHostException">It depends on a class that is on the device.</exception>
    public static int Check(int offset) => offset < GpuBackend.ClassOnDevice ? offset : throw new ClassOnHostException();
}
