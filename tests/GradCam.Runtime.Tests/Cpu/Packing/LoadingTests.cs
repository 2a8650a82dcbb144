using GradCam.Tests;
using GradCam.Weights;

namespace GradCam.Runtime.Tests.Cpu.Packing;

/// <summary>The ways in which packing reads weights: from a file, from memory, and whole tensors at a time.</summary>
public sealed class LoadingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(WeightType.F32)]
    [InlineData(WeightType.F16)]
    [InlineData(WeightType.BF16)]
    public void All_sources_give_the_same_bits(WeightType linear)
    {
        byte[] bytes = TinyNetwork.Weights(1, linear);
        float[] expected = Run(WeightLoading.OpenFile(_folder.Write("tiny.safetensors", bytes)));
        Assert.Equal(expected, Run(SafetensorsFile.FromMemory(bytes)));
        var dictionary = new WeightDictionary();
        using (var file = SafetensorsFile.FromMemory(bytes))
        {
            foreach (WeightInfo weight in TinyNetwork.Info.Weights)
            {
                var values = new float[weight.Shape.Aggregate((a, b) => a * b)];
                file.Read(weight.Name, values);
                dictionary.Add(weight.Name, [.. weight.Shape], values);
            }
        }

        Assert.Equal(expected, Run(dictionary));
    }

    [Fact]
    public void A_file_that_is_shortened_after_it_was_opened_is_an_error()
    {
        string path = _folder.Write("tiny.safetensors", TinyNetwork.Weights());
        using WeightSource source = WeightLoading.OpenFile(path);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            file.SetLength(file.Length - 2000);
        var exception = Assert.Throws<WeightException>(() => new CpuOptions().Backend.Prepare<TinyNetwork>(source, new CpuOptions()));
        Assert.Contains("shortened", exception.Message, StringComparison.Ordinal);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
    }

    private static float[] Run(WeightSource source)
    {
        using (source)
        {
            using Model model = new CpuOptions().Backend.Prepare<TinyNetwork>(source, new CpuOptions());
            return TinyNetwork.Run(model);
        }
    }
}
