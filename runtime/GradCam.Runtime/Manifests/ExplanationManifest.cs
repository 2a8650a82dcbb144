using System.CodeDom.Compiler;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using GradCam.Images;
using GradCam.Manifests;

namespace GradCam;

/// <summary>
/// What an explanation was made of and what came out: enough to make it again and to see whether it is the same. <c>Create</c> makes one,
/// <see cref="Save"/> writes it as JSON, <see cref="FindDifferences"/> compares two. Hashes are SHA-256, in lower-case hex.
/// </summary>
public sealed record ExplanationManifest
{
    /// <summary>The version of the JSON that this runtime writes and reads.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>The version of the JSON.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The hash of the network's spec, or of its ONNX file; null where nobody said it.</summary>
    public string? SpecSha256 { get; init; }

    /// <summary>The hash of the weight file; null where the build saw none and nobody said it.</summary>
    public string? WeightsSha256 { get; init; }

    /// <summary>The version of the generator that compiled the network; null where the network is not generated.</summary>
    public string? GeneratorVersion { get; init; }

    /// <summary>The version of the runtime.</summary>
    public required string RuntimeVersion { get; init; }

    /// <summary>
    /// What computed it and how wide its vectors are: <c>cpu X64 AVX-512</c>. Sums have another order where vectors have another width. Of a network that was
    /// loaded with <see cref="ReproducibleCpuOptions"/> it is <c>reproducible</c>, whatever the machine.
    /// </summary>
    public required string InstructionSet { get; init; }

    /// <summary>Whether every machine computes the same bits, with <see cref="ReproducibleCpuOptions"/>.</summary>
    [JsonIgnore]
    public bool IsReproducible => InstructionSet == Machine.Reproducible;

    /// <summary>The hash of the photo's pixels (<see cref="HashPixels"/>); null where there was no photo.</summary>
    public string? PixelsSha256 { get; init; }

    /// <summary>The hashes of the inputs as the network took them: float32, little-endian, [height, width, channels].</summary>
    public required IReadOnlyList<string> InputsSha256 { get; init; }

    /// <summary>The layer; of an attribution, the input.</summary>
    public required string Layer { get; init; }

    /// <summary>The method's <see cref="IExplanationMethod.Key"/>.</summary>
    public required string Method { get; init; }

    /// <summary>The method's <see cref="IExplanationMethod.Parameters"/>; empty for the published ones.</summary>
    public required string Parameters { get; init; }

    /// <summary>What is explained, in words.</summary>
    public required string Target { get; init; }

    /// <summary>The class that is explained; -1 where it is another target.</summary>
    public required int ClassIndex { get; init; }

    /// <summary>Whether the gradient was negated.</summary>
    public bool IsCounterfactual { get; init; }

    /// <summary>Where random numbers began; without meaning for methods that take none.</summary>
    [CLSCompliant(false)]
    public ulong Seed { get; init; }

    /// <summary>The first output.</summary>
    public required IReadOnlyList<float> Logits { get; init; }

    /// <summary>The map.</summary>
    public required ManifestMap Map { get; init; }

    /// <summary>The hash of an attribution's values as they lie, [height, width, channels]; null where the map is all that there is.</summary>
    public string? ValuesSha256 { get; init; }

    /// <summary>Describes an attribution that a session has just made: its map, and the hash of its values.</summary>
    /// <param name="session">The session, which has run nothing since.</param>
    /// <param name="attribution">The attribution.</param>
    /// <param name="options">What it was made with; null for none.</param>
    /// <returns>The manifest, as of a heatmap.</returns>
    /// <exception cref="InvalidOperationException">The attribution was overwritten.</exception>
    public static ExplanationManifest Create(NetworkSession session, Attribution attribution, ExplainOptions? options = null) =>
        Create(session, attribution.Heatmap, options) with { ValuesSha256 = Sha256.OfFloats(attribution.Values.Values) };

    /// <summary>Describes a heatmap that a session has just made.</summary>
    /// <param name="session">The session, which has run nothing since.</param>
    /// <param name="heatmap">The heatmap.</param>
    /// <param name="options">What the heatmap was made with; null for none.</param>
    /// <returns>
    /// The manifest; what the session does not know, such as <see cref="SpecSha256"/> and <see cref="PixelsSha256"/>, is added by <c>with</c>.
    /// </returns>
    /// <exception cref="InvalidOperationException">There was no forward pass.</exception>
    public static ExplanationManifest Create(NetworkSession session, Heatmap heatmap, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        NetworkInfo info = session.Info;
        return new ExplanationManifest
        {
            SchemaVersion = CurrentSchemaVersion,
            Network = info.Name,
            WeightsSha256 = info.WeightFileSha256,
            GeneratorVersion = session.GetType().GetCustomAttribute<GeneratedCodeAttribute>()?.Version,
            RuntimeVersion = Machine.RuntimeVersion,
            InstructionSet = session.IsReproducible ? Machine.Reproducible : Machine.InstructionSet(session.BackendName),
            InputsSha256 = [.. Enumerable.Range(0, info.Inputs.Count).Select(i => Sha256.OfFloats(session.GetInput(i)))],
            Layer = heatmap.LayerName,
            Method = heatmap.Method.Key,
            Parameters = heatmap.Method.Parameters,
            Target = heatmap.Target?.ToString() ?? (heatmap.ClassName.Length > 0 ? heatmap.ClassName : $"class {heatmap.ClassIndex}"),
            ClassIndex = heatmap.ClassIndex,
            IsCounterfactual = heatmap.IsCounterfactual,
            Seed = options?.Seed ?? 0,
            Logits = session.Logits.ToArray(),
            Map = new ManifestMap
            {
                Width = heatmap.Width,
                Height = heatmap.Height,
                Sha256 = Sha256.OfFloats(heatmap.Raw),
                Values = heatmap.Raw.ToArray(),
            },
        };
    }

    /// <summary>The hash of a photo's pixels: width and height as 32 bits each, little-endian, then red, green and blue of each pixel, row by row.</summary>
    /// <param name="image">The photo.</param>
    public static string HashPixels(in ImageView image) => Sha256.OfPixels(image);

    /// <summary>Reads a manifest.</summary>
    /// <param name="json">Its text.</param>
    /// <exception cref="FormatException">
    /// It is not a manifest, or one of a version that this runtime does not know. The message says what was expected.
    /// </exception>
    public static ExplanationManifest Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        ExplanationManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.ExplanationManifest)
                ?? throw new FormatException("Not a manifest: expected an object, found null.");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"Not a manifest: {exception.Message}", exception);
        }

        if (manifest.SchemaVersion != CurrentSchemaVersion)
        {
            throw new FormatException(
                $"Not a manifest that this version reads: expected schemaVersion {CurrentSchemaVersion}, found {manifest.SchemaVersion}.");
        }

        ManifestMap map = manifest.Map;
        if (map.Width <= 0 || map.Height <= 0 || map.Values.Count != (long)map.Width * map.Height)
            throw new FormatException($"Not a whole manifest: a map of {map.Width}x{map.Height} with {map.Values.Count} values.");
        return manifest;
    }

    /// <summary>Reads a manifest's file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">It is not a manifest. The message names the file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ExplanationManifest Load(string path)
    {
        string json = File.ReadAllText(path);
        try
        {
            return Parse(json);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>The manifest as JSON: <see cref="Parse"/> gives it back, each float with the bits that it had; of NaN there is one alone.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ManifestJson.Default.ExplanationManifest);

    /// <summary>Writes <see cref="ToJson"/> to a file. It takes the place of an older one when it is whole.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written. An older one is as it was.</exception>
    public void Save(string path) => Files.AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(ToJson() + "\n")));

    /// <summary>What another manifest has that is not as in this one. Hashes that either does not have are not compared.</summary>
    /// <param name="found">The other one, usually of an explanation that was made again.</param>
    public IReadOnlyList<ManifestDifference> FindDifferences(ExplanationManifest found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return ManifestComparison.Compare(this, found);
    }

    /// <summary>
    /// How far the other's map lies from this one's at most, relative to this one's largest magnitude: 0 where they are equal, infinite where they have other
    /// sizes.
    /// </summary>
    /// <param name="found">The other one.</param>
    public double MeasureMapDeviation(ExplanationManifest found)
    {
        ArgumentNullException.ThrowIfNull(found);
        return ManifestComparison.Deviation(Map, found.Map);
    }
}
