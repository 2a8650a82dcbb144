using System.Text.Json;
using GradCam.Gen.Build.Onnx;
using SkiaSharp;

namespace GradCam.Onnx.Tests;

/// <summary>
/// Four real networks (../shared/models) on the prepared photos (../shared/images): top 5 and raw Grad-CAM maps as PyTorch computed them in double precision
/// (reference.json), within 1e-3 of the map's largest value.
/// </summary>
public sealed class ReferenceModelTests
{
    private static readonly string? Shared = FindShared();

    [SkippableTheory]
    [InlineData("squeezenet1.1", "imagenet")]
    [InlineData("mobilenet_v2_1.0_224_deq", "symmetric")]
    [InlineData("resnet20_cifar10", "imagenet")]
    [InlineData("mlperf_vww_mobilenet_v1_0.25_96", "unit")]
    public void Explains_as_the_reference_does(string name, string preparation)
    {
        Skip.If(Shared is null, "the folder ../shared/models is not there");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Shared!, "models", "reference.json")));
        JsonElement reference = json.RootElement.GetProperty(name);
        string layer = reference.GetProperty("layer").GetString()!;
        ImportedNetwork imported = OnnxImporter.Import(Path.Combine(Shared!, "models", name + ".onnx"));
        using CompiledNetwork network = CompiledNetwork.Compile(NetworkSource.Of(imported, layer));
        int[] shape = [.. reference.GetProperty("layer_shape").EnumerateArray().Select(size => size.GetInt32())];
        Tensor activation = network.Info.Layers[0].Activation;
        Assert.Equal<int[]>(shape, [activation.Channels, activation.Height, activation.Width]);

        foreach (JsonProperty photo in reference.GetProperty("photos").EnumerateObject())
        {
            int size = network.Info.Input.Height;
            float[] input = Prepare(
                Path.Combine(Shared!, "images", size.ToString(System.Globalization.CultureInfo.InvariantCulture), photo.Name + ".png"), preparation);
            float[] logits = network.Forward(input)[0];
            (int Class, double Logit)[] top = [.. photo.Value.GetProperty("top").EnumerateArray().Select(pair => (pair[0].GetInt32(), pair[1].GetDouble()))];
            int[] order = [.. Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).Take(top.Length)];
            Assert.Equal(top.Select(pair => pair.Class), order);
            foreach ((int logit, double expected) in top)
                Assert.Equal(expected, logits[logit], 1e-4 * Math.Abs(top[0].Logit) + 1e-5);

            foreach (JsonProperty map in photo.Value.GetProperty("maps").EnumerateObject())
            {
                float[] gradient = network.Gradient(0, int.Parse(map.Name, System.Globalization.CultureInfo.InvariantCulture));
                float[] values = network.Activation(0);
                float[] expected = [.. map.Value.EnumerateArray().Select(value => value.GetSingle())];
                int pixels = expected.Length;
                var found = new float[pixels];
                for (int c = 0; c < shape[0]; c++)
                {
                    double weight = 0;
                    for (int i = 0; i < pixels; i++)
                        weight += gradient[c * pixels + i];
                    for (int i = 0; i < pixels; i++)
                        found[i] += (float)(weight / pixels * values[c * pixels + i]);
                }
                double difference = Difference.Relative(expected, found);
                Assert.True(difference < 1e-3, $"{photo.Name}, class {map.Name}: difference {difference}");
            }
        }
    }

    private static string? FindShared()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared");
            if (File.Exists(Path.Combine(path, "models", "reference.json")))
                return path;
        }
        return null;
    }

    /// <summary>Channels, rows, columns, as the reference prepared its pixels.</summary>
    private static float[] Prepare(string path, string preparation)
    {
        using SKBitmap bitmap = SKBitmap.Decode(path);
        double[] mean = [0.485, 0.456, 0.406], deviation = [0.229, 0.224, 0.225];
        int pixels = bitmap.Width * bitmap.Height;
        var input = new float[3 * pixels];
        for (int i = 0; i < pixels; i++)
        {
            SKColor color = bitmap.GetPixel(i % bitmap.Width, i / bitmap.Width);
            byte[] channels = [color.Red, color.Green, color.Blue];
            for (int c = 0; c < 3; c++)
            {
                input[c * pixels + i] = (float)(preparation switch
                {
                    "imagenet" => (channels[c] / 255.0 - mean[c]) / deviation[c],
                    "symmetric" => (channels[c] - 128) / 128.0,
                    _ => channels[c] / 255.0,
                });
            }
        }
        return input;
    }
}
