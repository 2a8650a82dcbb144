using System.Reflection;
using GradCam.Weights;

namespace GradCam.Tests.Weights;

public sealed class WeightLoadingTests
{
    private static readonly Assembly Here = typeof(WeightLoadingTests).Assembly;

    [Theory]
    [InlineData("")]
    [InlineData("../models/")]
    public void A_file_is_found_beside_the_application(string pathInProject)
    {
        string name = $"{Guid.NewGuid():N}.safetensors";
        string path = Path.Combine(AppContext.BaseDirectory, name);
        File.WriteAllBytes(path, new SafetensorsBuilder().Add("a", [1], 1).Build());
        try
        {
            using WeightSource explicitly = WeightLoading.OpenFile(name);
            Assert.Equal(["a"], explicitly.Names);
            using WeightSource byDefault = WeightLoading.OpenDefault("Net", pathInProject + name);
            Assert.Equal(["a"], byDefault.Names);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_network_without_a_weight_file_has_no_default()
    {
        var exception = Assert.Throws<WeightException>(() => WeightLoading.OpenDefault("Net", file: null));
        Assert.Equal("Net was built without a weight file: pass the path of one, or set Weights in [Network].", exception.Message);
    }

    [Fact]
    public void A_missing_file_says_where_it_was_looked_for_and_what_to_do()
    {
        var exception = Assert.Throws<WeightException>(() => WeightLoading.OpenFile("nets/none.safetensors"));
        Assert.StartsWith("nets/none.safetensors: no such file; looked for ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(Path.GetFullPath("nets/none.safetensors"), exception.Message, StringComparison.Ordinal);
        Assert.Contains(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "nets/none.safetensors")), exception.Message, StringComparison.Ordinal);
        Assert.Contains("<NetworkWeights Include=\"nets/none.safetensors\" />", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<WeightException>(() => WeightLoading.OpenFile("nets/none.onnx.safetensors"));
        Assert.Contains("<NetworkOnnx Include=\"nets/none.onnx\" />", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_is_read()
    {
        using var stream = new MemoryStream(new SafetensorsBuilder().Add("a", [1], 1).Build());
        using WeightSource source = WeightLoading.OpenStream(stream);
        Assert.Equal(["a"], source.Names);
    }

    [Fact]
    public void An_embedded_resource_is_used_in_place()
    {
        using WeightSource source = WeightLoading.OpenEmbedded(Here, "Weights/tiny.safetensors");
        float[] values = new float[3];
        source.Read("fc.weight", values);
        Assert.Equal([0.5f, -1, 2], values);
        Assert.True(source.TryGetRaw("fc.weight", out WeightType type, out _));
        Assert.Equal(WeightType.F16, type);
    }

    [Fact]
    public void A_missing_resource_says_which_there_are()
    {
        var exception = Assert.Throws<WeightException>(() => WeightLoading.OpenEmbedded(Here, "tiny.safetensors"));
        Assert.Equal(
            "resource tiny.safetensors of GradCam.Runtime.Tests: no such resource; found Weights/tiny.safetensors. " +
            "In the project: <NetworkWeights Update=\"tiny.safetensors\" Embed=\"true\" />.",
            exception.Message);
    }
}
