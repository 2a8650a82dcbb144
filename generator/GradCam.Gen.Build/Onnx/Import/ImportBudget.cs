namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// How much memory an import may allocate in all. A few bytes can ask for very much (ConstantOfShape, functions that call functions, a million empty nodes), so
/// whatever grows with what the file says is charged before it is allocated; the budget keeps it in proportion to the file.
/// </summary>
/// <param name="fileLength">The file's length in bytes. What is read of external data counts as the file.</param>
internal sealed class ImportBudget(long fileLength)
{
    /// <summary>Bytes for each byte of the file.</summary>
    public const int Factor = 8;

    /// <summary>Bytes for a file of any size.</summary>
    public const int Allowance = 32 << 20;

    /// <summary>What a node costs on its way through the passes.</summary>
    public const int NodePasses = 2048;

    private const string Limit = "the import takes at most 32 MiB and 8 bytes for each byte of the file";

    private long _left = Allowance + Factor * fileLength;

    /// <summary>More of the file was found: external data, whose bytes are now in memory.</summary>
    public void AddFile(long length) => _left += (Factor - 1) * length;

    /// <summary>Accounts for memory before it is allocated.</summary>
    /// <exception cref="OnnxImportException">The budget is spent.</exception>
    public void Charge(long bytes, string what) => _left -= bytes <= _left ? bytes : throw new OnnxImportException($"{what} need too much memory: {Limit}");

    /// <summary>Checks a shape before its elements are allocated, and returns their number.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="elementSize">Bytes an element.</param>
    /// <exception cref="OnnxImportException">The budget is spent, or the shape is none.</exception>
    public int Take(IReadOnlyList<int> shape, int elementSize = sizeof(float))
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
        long bytes = count * elementSize + 160;
        _left -= bytes <= _left
            ? bytes
            : throw new OnnxImportException($"constants computed by the graph grow out of proportion (shape {ShapeText.Format(shape)}): {Limit}");
        return (int)count;
    }
}
