namespace GradCam.Gen.Build.Onnx;

/// <summary>An output of an ONNX file, and what became of it.</summary>
/// <param name="Name">What the file calls it.</param>
/// <param name="Layer">The layer of the spec that computes it, or null where it could not be imported.</param>
/// <param name="Shape">Its shape, <c>10x1x1</c>, or null where it could not be imported.</param>
/// <param name="IsVector">True for a vector.</param>
/// <param name="LeftOut">Why it is no output of the spec, or null where it is one.</param>
public sealed record ImportedOutput(string Name, string? Layer, string? Shape, bool IsVector, string? LeftOut);
