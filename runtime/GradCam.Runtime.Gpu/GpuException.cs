namespace GradCam;

/// <summary>A GPU, or what a network asks of it, is not there: no driver, no device, not enough memory, or a device that was lost.</summary>
public sealed class GpuException : Exception
{
    /// <summary>An exception without a message.</summary>
    public GpuException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public GpuException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and what it comes from.</summary>
    public GpuException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
