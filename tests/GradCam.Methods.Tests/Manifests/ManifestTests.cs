using System.Buffers.Binary;
using System.Security.Cryptography;

namespace GradCam.Methods.Tests.Manifests;

/// <summary>Explanations that can be made again and compared.</summary>
public sealed class ManifestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("manifest-tests").FullName;
    private readonly ChainNet _network = ChainNet.Load(PlainNetwork.Chain(1, isLast: true).Weights, new CpuOptions { Threads = 2 });
    private readonly float[] _input = [.. Enumerable.Range(0, 96).Select(i => MathF.Sin(i))];

    public void Dispose()
    {
        _network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_manifest_says_what_an_explanation_was_made_of()
    {
        var options = new ExplainOptions { Seed = 18446744073709551615 };
        ExplanationManifest manifest = Make(CamMethod.CreateSsCam(samples: 2), options);
        Assert.Equal((1, "ChainNet", "relu2", "sscam"), (manifest.SchemaVersion, manifest.Network, manifest.Layer, manifest.Method));
        Assert.Equal(CamMethod.CreateSsCam(samples: 2).Parameters, manifest.Parameters);
        Assert.Equal(("class 3", 3, ulong.MaxValue), (manifest.Target, manifest.ClassIndex, manifest.Seed));
        Assert.Equal([Hash(_input)], manifest.InputsSha256);
        Assert.Equal((3, 4, Hash([.. manifest.Map.Values])), (manifest.Map.Width, manifest.Map.Height, manifest.Map.Sha256));
        Assert.StartsWith("cpu ", manifest.InstructionSet, StringComparison.Ordinal);
        Assert.NotEqual("unknown", manifest.RuntimeVersion);
        Assert.NotNull(manifest.GeneratorVersion);
        Assert.Null(manifest.WeightsSha256);
        Assert.Equal(5, manifest.Logits.Count);
    }

    [Fact]
    public void What_is_made_again_has_no_differences()
    {
        ExplanationManifest manifest = Make(CamMethod.LayerCam);
        string path = Path.Combine(_folder, "a.json");
        manifest.Save(path);
        ExplanationManifest read = ExplanationManifest.Load(path);
        Assert.Equal(manifest.ToJson(), read.ToJson());
        Assert.Empty(read.FindDifferences(Make(CamMethod.LayerCam)));
        Assert.Equal(0, read.MeasureMapDeviation(Make(CamMethod.LayerCam)));
        // What nobody said is not compared.
        Assert.Empty(read.FindDifferences(Make(CamMethod.LayerCam) with { SpecSha256 = "ab", PixelsSha256 = "cd" }));
    }

    [Fact]
    public void Each_difference_is_named()
    {
        ExplanationManifest manifest = Make(CamMethod.GradCam) with { SpecSha256 = "aa", WeightsSha256 = "bb", PixelsSha256 = "cc" };
        Assert.Equal(["method", "map.sha256", "map.values"], Names(Make(CamMethod.HiResCam.WithEigenSmoothing()) with { Parameters = "" }));
        Assert.Equal(["specSha256", "weightsSha256", "pixelsSha256"], Names(manifest with { SpecSha256 = "a", WeightsSha256 = "b", PixelsSha256 = "c" }));
        Assert.Equal(["instructionSet", "seed"], Names(manifest with { InstructionSet = "cpu Arm64 NEON", Seed = 1 }));
        float[] logits = [.. manifest.Logits];
        logits[2] = MathF.BitIncrement(logits[2]);
        Assert.Equal(["logits[2]"], Names(manifest with { Logits = logits }));
        float[] values = [.. manifest.Map.Values];
        float largest = values.Max(Math.Abs);
        values[5] += largest / 4;
        ExplanationManifest changed = manifest with { Map = manifest.Map with { Values = values } };
        Assert.Equal(["map.values"], Names(changed));
        Assert.Equal(0.25, manifest.MeasureMapDeviation(changed), 1e-5);
        Assert.Equal(double.PositiveInfinity, manifest.MeasureMapDeviation(manifest with { Map = manifest.Map with { Width = 1 } }));

        IEnumerable<string> Names(ExplanationManifest found) => manifest.FindDifferences(found).Select(difference => difference.Name);
    }

    [Fact]
    public void A_map_that_is_not_finite_survives()
    {
        _input[7] = float.NaN;
        ExplanationManifest manifest = Make(CamMethod.GradCam);
        ExplanationManifest read = ExplanationManifest.Parse(manifest.ToJson());
        Assert.Contains(read.Map.Values, value => float.IsNaN(value));
        Assert.Empty(read.FindDifferences(manifest));
    }

    [Theory]
    [InlineData("", "Not a manifest: ")]
    [InlineData("null", "found null")]
    [InlineData("[1]", "Not a manifest: ")]
    [InlineData("{}", "missing required")]
    [InlineData("""{"schemaVersion": "x"}""", "Not a manifest: ")]
    public void What_is_no_manifest_is_refused(string json, string message)
    {
        string path = Path.Combine(_folder, "bad.json");
        File.WriteAllText(path, json);
        FormatException exception = Assert.Throws<FormatException>(() => ExplanationManifest.Load(path));
        Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_and_maps_that_cannot_be_are_refused()
    {
        string json = Make(CamMethod.GradCam).ToJson();
        Assert.Contains("expected schemaVersion 1, found 2", Refused("\"schemaVersion\": 1", "\"schemaVersion\": 2"), StringComparison.Ordinal);
        Assert.Contains("a map of 2147483647x4 with 12 values", Refused("\"width\": 3", "\"width\": 2147483647"), StringComparison.Ordinal);
        Assert.Contains("Not a manifest", Refused("\"method\": \"gradcam\"", "\"method\": null"), StringComparison.Ordinal);

        string Refused(string old, string changed)
        {
            Assert.Contains(old, json, StringComparison.Ordinal);
            return Assert.Throws<FormatException>(() => ExplanationManifest.Parse(json.Replace(old, changed, StringComparison.Ordinal))).Message;
        }
    }

    [Fact]
    public void Pixels_have_one_hash_whatever_their_format()
    {
        byte[] rgb = [1, 2, 3, 4, 5, 6];
        string expected = ExplanationManifest.HashPixels(new ImageView(rgb, 2, 1, PixelFormat.Rgb24));
        byte[] described = [2, 0, 0, 0, 1, 0, 0, 0, .. rgb];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(described)), expected);
        Assert.Equal(expected, ExplanationManifest.HashPixels(new ImageView([3, 2, 1, 99, 6, 5, 4, 0], 2, 1, PixelFormat.Bgra32)));
        Assert.Equal(expected, ExplanationManifest.HashPixels(new ImageView([1, 2, 3, 4, 5, 6, 99], 2, 1, PixelFormat.Rgb24)));
        Assert.NotEqual(expected, ExplanationManifest.HashPixels(new ImageView(rgb, 1, 2, PixelFormat.Rgb24)));
    }

    [Fact]
    public void An_attribution_is_described_and_made_again()
    {
        InputMethod[] methods =
        [
            InputMethod.Saliency, InputMethod.Rise with { Samples = 9, Cells = 2 }, InputMethod.IntegratedGradients with { Baseline = Baseline.Blurred(1) },
            InputMethod.SmoothGrad with { Samples = 3 },
        ];
        foreach (InputMethod method in methods)
        {
            using NetworkSession session = _network.CreateSession();
            var options = new ExplainOptions { Seed = 4 };
            Attribution attribution = session.Attribute(_input, TensorLayout.Hwc, 1, method, options);
            ExplanationManifest manifest = ExplanationManifest.Create(session, attribution, options);
            Assert.Equal(
                ("input", method.Key, method.Parameters, 1, 4UL), (manifest.Layer, manifest.Method, manifest.Parameters, manifest.ClassIndex, manifest.Seed));
            Assert.Equal(Hash(attribution.Values.Values.ToArray()), manifest.ValuesSha256);
            Assert.Equal([Hash(_input)], manifest.InputsSha256);
            Assert.Equal((6, 8), (manifest.Map.Width, manifest.Map.Height));
            var read = ExplanationManifest.Parse(manifest.ToJson());

            using NetworkSession again = _network.CreateSession();
            InputMethod same = InputMethod.Parse($"{read.Method}{(read.Parameters.Length == 0 ? "" : $"({read.Parameters})")}");
            Attribution found = again.Attribute(_input, TensorLayout.Hwc, 1, same, new ExplainOptions { Seed = read.Seed });
            Assert.Empty(read.FindDifferences(ExplanationManifest.Create(again, found, new ExplainOptions { Seed = read.Seed })));
            // The map alone has no values to compare, and other values are another explanation.
            Assert.Empty(read.FindDifferences(ExplanationManifest.Create(again, found.Heatmap, new ExplainOptions { Seed = read.Seed })));
            Assert.Equal("valuesSha256", Assert.Single(read.FindDifferences(read with { ValuesSha256 = "ab" })).Name);
        }
    }

    private static string Hash(float[] values)
    {
        byte[] bytes = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    private ExplanationManifest Make(CamMethod method, ExplainOptions? options = null)
    {
        using NetworkSession session = _network.CreateSession();
        session.Forward(_input, TensorLayout.Hwc);
        return ExplanationManifest.Create(session, session.Explain(3, "relu2", method, options: options), options);
    }
}
