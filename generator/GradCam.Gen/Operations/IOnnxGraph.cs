using GradCam.Gen.Model;

namespace GradCam.Gen.Operations;

/// <summary>The ONNX graph that a network is exported to.</summary>
internal interface IOnnxGraph
{
    /// <summary>A name that no tensor has yet.</summary>
    string Unique(string wish);

    /// <summary>Appends a node and returns its output.</summary>
    string Node(string operation, string output, IReadOnlyList<string> inputs, params (string Name, object Value)[] attributes);

    /// <summary>A small constant of real numbers.</summary>
    string Constant(string wish, IReadOnlyList<int> shape, params float[] values);

    /// <summary>A small constant of whole numbers: a shape, sizes, axes.</summary>
    string Integers(string wish, params long[] values);

    /// <summary>A weight, in another shape than the file's where one is named.</summary>
    string Weight(WeightBinding weight, IReadOnlyList<int>? shape = null);

    /// <summary>The shape of a weight in its file.</summary>
    EquatableArray<int> ShapeOf(WeightBinding weight);

    /// <summary>The shape of a value.</summary>
    Shape ShapeOf(int value);

    /// <summary>True where a value is there as [1, C].</summary>
    bool HasRow(int value);

    /// <summary>A value as [1, C, H, W].</summary>
    string Map(int value);

    /// <summary>A vector as [1, C].</summary>
    string Row(int value);

    /// <summary>What to throw where ONNX has no way to say it.</summary>
    Exception Unsupported(string what);
}

/// <summary>A layer's tensor.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="IsRow">True for [1, C], false for [1, C, H, W].</param>
internal readonly record struct OnnxValue(string Tensor, bool IsRow)
{
    public static OnnxValue Map(string tensor) => new(tensor, IsRow: false);

    public static OnnxValue Row(string tensor) => new(tensor, IsRow: true);
}

/// <summary>What several operations write.</summary>
internal static class OnnxGraphExtensions
{
    /// <summary>A node on the way to the tensor <paramref name="name"/>.</summary>
    public static string Step(
        this IOnnxGraph graph, string name, string suffix, string operation, IReadOnlyList<string> inputs, params (string Name, object Value)[] attributes) =>
        graph.Node(operation, graph.Unique($"{name}.{suffix}"), inputs, attributes);

    /// <summary>A number.</summary>
    public static string Number(this IOnnxGraph graph, string name, string suffix, double value) => graph.Constant($"{name}.{suffix}", [], (float)value);

    /// <summary>The same number for each channel.</summary>
    public static string PerChannel(this IOnnxGraph graph, string name, string suffix, int channels, float value) =>
        graph.Constant($"{name}.{suffix}", [channels], [.. Enumerable.Repeat(value, channels)]);

    /// <summary>A weight of one value a channel, to be broadcast over a map.</summary>
    public static string OverPixels(this IOnnxGraph graph, WeightBinding weight) =>
        graph.Weight(weight, [(int)graph.ShapeOf(weight).Aggregate(1L, (product, size) => product * size), 1, 1]);

    /// <summary>An operation that takes maps and rows alike.</summary>
    public static OnnxValue Pointwise(this IOnnxGraph graph, Layer layer, Func<string, string> export) =>
        graph.HasRow(layer.Input) ? OnnxValue.Row(export(graph.Row(layer.Input))) : OnnxValue.Map(export(graph.Map(layer.Input)));

    public static long[] Sizes(this Shape shape) => [1, shape.Channels, shape.Height, shape.Width];

    public static int[] Both(this Extent extent) => [extent.Height, extent.Width];

    public static int[] Pads(this Edges edges) => [edges.Top, edges.Left, edges.Bottom, edges.Right];

    /// <summary>The input of a Pad node.</summary>
    public static string PadAmounts(this IOnnxGraph graph, string name, Edges edges) =>
        graph.Integers(name + ".pads", 0, 0, edges.Top, edges.Left, 0, 0, edges.Bottom, edges.Right);

    /// <summary>Start, end and axis of a Slice node.</summary>
    public static string[] SliceBounds(this IOnnxGraph graph, string name, long start, long end, int axis) =>
        [graph.Integers(name + ".starts", start), graph.Integers(name + ".ends", end), graph.Integers(name + ".axes", axis)];

    public static (string Name, object Value)[] Attributes(this Window window) =>
    [
        ("kernel_shape", window.Kernel.Both()),
        ("strides", window.Stride.Both()),
        ("pads", window.Pad.Pads()),
        ("dilations", window.Dilation.Both()),
    ];
}
