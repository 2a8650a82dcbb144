namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// The comment of a spec that says which output of the file is left out and why. The generator reads it, to say so where that output is asked for (its
/// <c>LeftOutOutput</c> knows the form).
/// </summary>
internal static class LeftOutNote
{
    public static string Write(ImportedOutput output) => $"output \"{NameValues.Clean(output.Name)}\" is left out: {output.LeftOut}";
}
