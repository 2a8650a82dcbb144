namespace GradCam.Gen.Operations;

/// <summary>The words of all operations, by family: what the parser knows, and what misspelt names are compared with.</summary>
internal static class OperationTable
{
    private static readonly OperationWord[] Operations =
    [
        .. Convolutions.Words,
        .. FullyConnected.Words,
        .. Normalizations.Words,
        .. Activations.Words,
        .. Pools.Words,
        .. Combinations.Words,
        .. Layouts.Words,
    ];

    private static readonly Dictionary<string, OperationWord> ByName = Operations.ToDictionary(operation => operation.Name);

    /// <summary>The names of all operations, in the table's order.</summary>
    public static IEnumerable<string> Names => Operations.Select(operation => operation.Name);

    public static IReadOnlyList<OperationWord> All => Operations;

    /// <summary>The operation of a name.</summary>
    public static OperationWord? Find(string name) => ByName.TryGetValue(name, out OperationWord? operation) ? operation : null;
}
