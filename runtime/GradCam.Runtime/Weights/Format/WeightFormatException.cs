namespace GradCam.Weights.Format;

/// <summary>A file is no whole safetensors file. The message says what was expected and found, without the file's name.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="isForeign">Whether it is a file of another format, which the message names with what to do.</param>
internal sealed class WeightFormatException(string message, bool isForeign = false) : Exception(message)
{
    public bool IsForeign { get; } = isForeign;
}
