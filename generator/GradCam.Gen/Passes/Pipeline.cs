using GradCam.Gen.Model;

namespace GradCam.Gen.Passes;

/// <summary>The passes in order: spec and weights in, C# out.</summary>
internal static class Pipeline
{
    public static CompilationOutput Compile(CompilationInput input) => new(input.Class.HintName, null, default);
}
