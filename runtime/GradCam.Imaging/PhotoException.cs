namespace GradCam.Imaging;

/// <summary>A photo cannot be read. The message names the file, what was expected and what was found.</summary>
public sealed class PhotoException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public PhotoException()
    {
    }

    /// <summary>Makes an exception.</summary>
    public PhotoException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    public PhotoException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
