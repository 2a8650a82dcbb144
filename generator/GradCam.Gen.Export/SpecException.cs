namespace GradCam.Gen.Export;

/// <summary>A net spec or weight file that cannot be used. The message has one line a problem: file, line, column, what is wrong.</summary>
public sealed class SpecException : Exception
{
    /// <summary>A spec or weight file that cannot be used.</summary>
    public SpecException(string message)
        : base(message)
    {
    }

    /// <summary>A spec or weight file that cannot be used, and why.</summary>
    public SpecException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
