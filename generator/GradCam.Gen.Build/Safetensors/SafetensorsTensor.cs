namespace GradCam.Gen.Build.Safetensors;

/// <summary>One tensor of a safetensors header.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">The type of its elements as the file names it: F32, F16, BF16, I64 …</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last.</param>
internal sealed record SafetensorsTensor(string Name, string Type, int[] Shape, long Begin, long End);
