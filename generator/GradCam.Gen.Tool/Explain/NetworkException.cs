namespace GradCam.Gen.Tool.Explain;

/// <summary>A network that cannot be used: a file that is not there or damaged, a spec with errors, weights that do not fit. The message says which.</summary>
internal sealed class NetworkException(string message) : Exception(message);
