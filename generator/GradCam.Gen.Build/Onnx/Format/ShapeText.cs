namespace GradCam.Gen.Build.Onnx;

/// <summary>Shapes in messages.</summary>
internal static class ShapeText
{
    /// <summary>For example [64, 3, 7, 7].</summary>
    public static string Format(IEnumerable<int> shape) => "[" + string.Join(", ", shape) + "]";
}
