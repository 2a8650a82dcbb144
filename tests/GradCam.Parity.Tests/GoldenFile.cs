using System.Text.Json;
using System.Text.Json.Serialization;

namespace GradCam.Parity.Tests;

/// <summary>What PyTorch computed in double precision for a network, rounded to nine digits: a file of Golden/make_golden.py or make_photo10.py.</summary>
internal sealed record GoldenFile(
    string Arch,
    int[] InputShape,
    int Classes,
    Dictionary<string, int[]> Weights,
    double[] Logits,
    int ClassIndex,
    Dictionary<string, GoldenLayer> Layers,
    GoldenInputGradient InputGradient,
    string[]? Labels = null,
    byte[]? Pixels = null)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Reads a file from the folder Golden.</summary>
    public static GoldenFile Load(string name)
    {
        using FileStream stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".json"));
        return JsonSerializer.Deserialize<GoldenFile>(stream, Options) ?? throw new InvalidDataException($"{name}.json is null.");
    }

    /// <summary>The filled input, [channels, height, width].</summary>
    public float[] CreateInput()
    {
        float[] input = new float[InputShape[1] * InputShape[2] * InputShape[3]];
        Fill.Values("input", InputShape, input);
        return input;
    }
}

/// <summary>A layer's activations A and the gradients g of the logit, as means over the pixels, and the maps made of them, each [h * w].</summary>
internal sealed record GoldenLayer(int[] Shape, double[] ActMean, double[] GradMean, Dictionary<string, double[]> Maps);

/// <summary>d logit / d input: the largest magnitude of a pixel's channels, its maximum over 8x8 bins; the norm of the whole.</summary>
internal sealed record GoldenInputGradient([property: JsonPropertyName("abs_max_per_pixel_8x8")] double[] AbsMaxPerPixel8X8, double L2);
