namespace GradCam.Gen.Model;

/// <summary>What the build task found in a weight file.</summary>
/// <param name="File">Path relative to the project, with forward slashes.</param>
/// <param name="Sha256">Of the file, lower-case hex.</param>
/// <param name="Resource">The logical name of the embedded resource, or null when the file is not embedded.</param>
/// <param name="Tensors">In the file's order.</param>
internal sealed record WeightManifest(string File, string Sha256, string? Resource, EquatableArray<TensorEntry> Tensors);

/// <summary>One tensor of a weight file: name, safetensors type (F32, F16, BF16, I64 …), shape.</summary>
internal sealed record TensorEntry(string Name, string Type, EquatableArray<int> Shape);
