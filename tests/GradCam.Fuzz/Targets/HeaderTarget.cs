using System.Text;
using GradCam.Fuzz.Engine;
using GradCam.Fuzz.Mutators;
using GradCam.Gen.Build.Manifests;
using GradCam.Weights;
using GradCam.Weights.Format;
using Microsoft.CodeAnalysis;

namespace GradCam.Fuzz.Targets;

/// <summary>
/// Weight files in the build: the task describes them, and what it writes the generator must read. What the task takes, the runtime must take too, and the
/// other way round.
/// </summary>
internal sealed class HeaderTarget : FuzzTarget
{
    public const string TargetName = "headers";

    private const string CannotBeRead = "GCG0022";

    /// <summary>How many files are described for one whose manifest the generator reads, which takes thirty times as long.</summary>
    private const int OneInMany = 16;

    private readonly GeneratorHost _generator = ManifestTarget.NewGenerator();

    public override string Name => TargetName;

    public override IReadOnlyList<byte[]> Seeds { get; } = Corpus.Read("weights");

    public override byte[] Mutate(byte[] seed, Random random) => SafetensorsMutator.Mutate(seed, random);

    public override void Run(byte[] input)
    {
        string? refused = null;
        try
        {
            using var file = new MemoryStream(input);
            string manifest = Manifest.Describe(file, "a.safetensors", null);
            if (input.Aggregate(0, (sum, b) => sum + b) % OneInMany == 0)
                CheckManifest(manifest);
        }
        catch (WeightFormatException exception)
        {
            refused = exception.Message;
        }

        string? refusedAtLoad = null;
        try
        {
            using SafetensorsFile file = SafetensorsFile.FromMemory(input);
        }
        catch (WeightException exception)
        {
            refusedAtLoad = exception.Message;
        }

        if ((refused is null) != (refusedAtLoad is null))
            throw new FuzzException($"{(refused is null ? "builds, but does not load" : "does not build, but loads")}: {refused}{refusedAtLoad}");
    }

    private void CheckManifest(string manifest)
    {
        Diagnostic? damaged = _generator.Run((ManifestTarget.ManifestPath, Encoding.UTF8.GetBytes(manifest))).FirstOrDefault(
            diagnostic => diagnostic.Id == CannotBeRead);
        if (damaged is not null)
            throw new FuzzException($"a manifest that the generator does not read: {damaged}\n{manifest}");
    }
}
