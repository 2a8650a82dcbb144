using System.Text.Json.Serialization;

namespace GradCam.Manifests;

/// <summary>Reads and writes manifests without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ExplanationManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
