namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// How many elements constants that the import computes may have in all. A file of a few bytes can ask for tensors of any size (ConstantOfShape, Expand,
/// Range); the budget keeps memory in proportion to the file.
/// </summary>
internal sealed class FoldingBudget(long fileLength)
{
    private long _left = 16_000_000 + 8 * fileLength;

    /// <summary>Checks a shape before its elements are allocated, and returns their number.</summary>
    /// <exception cref="OnnxImportException">The budget is spent, or the shape is none.</exception>
    public int Take(IReadOnlyList<int> shape)
    {
        long count = 1;
        foreach (int size in shape)
        {
            if (size < 0)
                throw new OnnxImportException($"a constant of shape {ShapeText.Format(shape)}");
            count *= size;
            if (count > int.MaxValue)
                break;
        }
        // Even an empty tensor costs something.
        _left -= count + 16;
        return _left >= 0 ? (int)count : throw new OnnxImportException($"constants computed by the graph grow out of proportion (shape {ShapeText.Format(shape)})");
    }
}
