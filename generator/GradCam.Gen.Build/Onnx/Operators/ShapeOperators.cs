namespace GradCam.Gen.Build.Onnx;

/// <summary>Operators that move no number: they only change how a map is looked at.</summary>
internal static class ShapeOperators
{
    public static void HandThrough(Lowering lowering, OnnxNode node)
    {
        lowering.NoFurtherOutputs(node);
        lowering.Set(node, lowering.View(node, 0));
    }

    public static void Cast(Lowering lowering, OnnxNode node)
    {
        var type = (ElementType)node.Int("to", 0);
        if (!type.IsFloat())
            throw new OnnxImportException($"a cast of a computed tensor to {type} is not supported");
        lowering.Set(node, lowering.View(node, 0));
    }

    public static void Flatten(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        int axis = node.Int("axis", 1);
        if (axis < -view.Rank || axis > view.Rank)
            throw new OnnxImportException($"axis {axis} of a tensor of {view.Rank} dimensions");
        axis = axis < 0 ? axis + view.Rank : axis;
        Reshape(
            lowering, node, view,
            [TensorView.SizeOf(view.Dimensions.Take(axis).SelectMany(d => d)), TensorView.SizeOf(view.Dimensions.Skip(axis).SelectMany(d => d))]);
    }

    public static void Reshape(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        long[] target = lowering.Constant(node, 1, "shape").ToIntegers();
        if (target.Length > 32)
            throw new OnnxImportException($"a shape of {target.Length} dimensions");
        Reshape(lowering, node, view, Indexing.ReshapeTarget(view.Shape, target, node.Int("allowzero", 0) != 0));
    }

    public static void Squeeze(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        long[]? given = Axes(lowering, node);
        int[] axes = given is null ? Enumerable.Range(0, view.Rank).Where(i => view.Dimensions[i].Count == 0).ToArray() : Indexing.Axes(given, view.Rank);
        foreach (int axis in axes)
        {
            if (view.Dimensions[axis].Count > 0)
                throw new OnnxImportException($"squeezes axis {axis} of shape {ShapeText.Format(view.Shape)}, whose size is not 1");
        }
        lowering.Set(node, view.Remove(axes));
    }

    public static void Unsqueeze(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        long[] given = Axes(lowering, node) ?? throw new OnnxImportException("axes are missing");
        if (given.Length > 32)
            throw new OnnxImportException($"{given.Length} axes");
        foreach (int axis in Indexing.Axes(given, view.Rank + given.Length).OrderBy(axis => axis))
            view = view.Unsqueeze(axis);
        lowering.Set(node, view);
    }

    public static void Transpose(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        int[] permutation = node.Ints("perm") ?? Enumerable.Range(0, view.Rank).Reverse().ToArray();
        if (!permutation.OrderBy(i => i).SequenceEqual(Enumerable.Range(0, view.Rank)))
            throw new OnnxImportException($"permutation {ShapeText.Format(permutation)} of a tensor of {view.Rank} dimensions");
        lowering.Set(node, view.Transpose(permutation));
    }

    public static void Expand(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        long[] target = lowering.Constant(node, 1, "shape").ToIntegers();
        if (target.Length > 32 || target.Any(size => size is < 1 or > int.MaxValue))
            throw new OnnxImportException($"a shape of [{string.Join(", ", target.Take(32))}]");
        int[] shape = Indexing.Broadcast(view.Shape, Array.ConvertAll(target, size => (int)size));
        while (view.Rank < shape.Length)
            view = view.Unsqueeze(0);
        lowering.Set(node, shape.SequenceEqual(view.Shape) ? view : throw new OnnxImportException(
            $"repeats a tensor of shape {ShapeText.Format(view.Shape)} to {ShapeText.Format(shape)}, which is not supported"));
    }

    public static void Tile(Lowering lowering, OnnxNode node)
    {
        if (lowering.Constant(node, 1, "repeats").ToIntegers().Any(times => times != 1))
            throw new OnnxImportException("repeating a computed tensor is not supported");
        lowering.Set(node, lowering.View(node, 0));
    }

    private static void Reshape(Lowering lowering, OnnxNode node, TensorView view, int[] shape) =>
        lowering.Set(node, lowering.Unshuffled(node, (shape.Contains(0) ? null : view.Reshape(shape)) ?? throw new OnnxImportException(
            $"reshapes a {view.Value} map, seen as {ShapeText.Format(view.Shape)}, to {ShapeText.Format(shape)}, which cuts its axes unevenly")));

    private static long[]? Axes(Lowering lowering, OnnxNode node) =>
        lowering.OptionalConstant(node, 1, "axes")?.ToIntegers() ?? node.Ints("axes")?.Select(axis => (long)axis).ToArray();
}
