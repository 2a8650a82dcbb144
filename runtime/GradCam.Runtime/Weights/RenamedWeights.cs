namespace GradCam.Weights;

/// <summary>Weights under other names: what these begin with is replaced.</summary>
/// <param name="source">The weights; disposed of with this.</param>
/// <param name="stored">What its names begin with.</param>
/// <param name="expected">What they are to begin with.</param>
internal sealed class RenamedWeights(WeightSource source, string stored, string expected) : WeightSource
{
    private readonly string[] _names =
    [
        .. source.Names.Select(name => name.StartsWith(stored, StringComparison.Ordinal) ? string.Concat(expected, name.AsSpan(stored.Length)) : name),
    ];

    public override string Name => source.Name;

    public override IReadOnlyList<string> Names => _names;

    public override bool TryGetShape(string name, out ReadOnlySpan<int> shape) => source.TryGetShape(Stored(name), out shape);

    public override void Read(string name, Span<float> destination) => source.Read(Stored(name), destination);

    public override bool TryGetRaw(string name, out WeightType type, out ReadOnlySpan<byte> bytes) => source.TryGetRaw(Stored(name), out type, out bytes);

    public override string? ComputeSha256() => source.ComputeSha256();

    public override void Dispose()
    {
        source.Dispose();
        base.Dispose();
    }

    internal override string? UnreadableType(string name) => source.UnreadableType(Stored(name));

    internal override StoredPlace? FindPlace(string name) => source.FindPlace(Stored(name));

    internal override string? Identify() =>
        source.Identify() is string identity ? $"{identity}, {Format.WeightText.Quote(stored)} for {Format.WeightText.Quote(expected)}" : null;

    internal override bool BeginsLike(ReadOnlySpan<byte> bytes, long length) => source.BeginsLike(bytes, length);

    internal override IDisposable? Hold() => source.Hold();

    /// <summary>A name that has no such counterpart in the source is the source's own.</summary>
    private string Stored(string name)
    {
        if (!name.StartsWith(expected, StringComparison.Ordinal))
            return name;
        string other = string.Concat(stored, name.AsSpan(expected.Length));
        return source.TryGetShape(other, out _) ? other : name;
    }
}
