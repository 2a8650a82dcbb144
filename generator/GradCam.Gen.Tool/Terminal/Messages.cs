namespace GradCam.Gen.Tool.Terminal;

/// <summary>Messages to a stream that may be closed or full.</summary>
internal static class Messages
{
    /// <summary>Writes a message, safe to print; where nobody can read it, the exit code still tells.</summary>
    public static void TryWrite(TextWriter writer, string message)
    {
        try
        {
            writer.WriteLine(Printable.Message(message));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
