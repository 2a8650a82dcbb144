namespace GradCam.Gen.Tool.Files;

/// <summary>A file that is not there, or must not be written.</summary>
internal sealed class FileException(string message) : Exception(message);
