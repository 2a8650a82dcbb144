namespace GradCam.Gen.Tool.Terminal;

/// <summary>What the command line asks for cannot be; the message says what can.</summary>
internal sealed class UsageException(string message) : Exception(message);
