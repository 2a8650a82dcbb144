using GradCam.Gen.Build.Onnx;
using static GradCam.Gen.Build.Tests.Onnx.OnnxBuilder;

namespace GradCam.Gen.Build.Tests.Onnx;

/// <summary>What a file's metadata says about preprocessing: taken where it can be read in one way, told where not.</summary>
public sealed class ImageLineTests
{
    [Theory]
    [InlineData("rgb resize 32 crop 32", "author=Ultralytics;task=classify;imgsz=[32, 32];names={0: 'cat'}")]
    [InlineData(null, "author=Ultralytics;task=detect;imgsz=[32, 32]")]
    [InlineData(null, "author=Ultralytics;task=classify;imgsz=[64, 64]")]
    [InlineData("bgr scale 1", "Image.BitmapPixelFormat=Bgr8;Image.NominalPixelRange=NominalRange_0_255")]
    [InlineData("rgb", "Image.BitmapPixelFormat=Rgb8;Image.NominalPixelRange=Normalized_0_1")]
    [InlineData("rgb mean 0.5 0.5 0.5 std 0.5 0.5 0.5", "Image.BitmapPixelFormat=Rgb8;Image.NominalPixelRange=Normalized_1_1")]
    [InlineData(null, "Image.BitmapPixelFormat=Bgr8;Image.NominalPixelRange=NominalRange_16_235")]
    [InlineData(null, "Image.BitmapPixelFormat=Gray8;Image.NominalPixelRange=Normalized_0_1")]
    [InlineData("rgb mean 0.485 0.456 0.406 std 0.229 0.224 0.225", "mean=[0.485, 0.456, 0.406];std=[0.229, 0.224, 0.225]")]
    [InlineData("rgb resize 36 crop 32 mean 0.485 0.456 0.406 std 0.229 0.224 0.225", "mean=(0.485, 0.456, 0.406);std=(0.229, 0.224, 0.225);crop_pct=0.875")]
    [InlineData("rgb mean 123.675 116.28 103.53 std 58.395 57.12 57.375 scale 1", "image_mean=123.675, 116.28, 103.53;image_std=58.395, 57.12, 57.375")]
    [InlineData(null, "mean=[0.485, 0.456, 0.406]")]
    [InlineData(null, "mean=[0.485, 0.456, 0.406];std=[0.229, 0, 0.225]")]
    [InlineData(null, "mean=[0.5, 120, 0.5];std=[0.5, 0.5, 0.5]")]
    [InlineData(null, "mean=NaN, NaN, NaN;std=1, 1, 1")]
    [InlineData(null, "Description=a network")]
    public void Metadata_says_what_the_image_line_is(string? expected, string metadata)
    {
        byte[] file =
        [
            .. new OnnxBuilder().Input("x", 1, 3, 32, 32).Output("y").Node("GlobalAveragePool", ["x"], ["y"]).ToArray(),
            .. metadata.Split(';').SelectMany(entry => Message(14, Text(1, entry.Split('=')[0]), Text(2, entry.Split('=')[1]))),
        ];
        ImportedNetwork network = OnnxImporter.Import(file, "meta.onnx", null);
        Assert.Equal(expected, network.Image.Text);
        Assert.Equal(expected is not null, network.Image.IsStated);
        Assert.Equal(expected is not null, network.Spec.Contains("\nimage ", StringComparison.Ordinal));
        Assert.Contains(metadata.Split('=')[0], string.Concat(network.Metadata.Select(entry => entry.Key)), StringComparison.Ordinal);
        if (expected is null)
            Assert.Contains("does not say how a photo becomes the input", network.Spec, StringComparison.Ordinal);
        else
            Assert.Contains("from the file's metadata", network.Spec, StringComparison.Ordinal);

        // What the user says goes before.
        Assert.Equal("bgr", OnnxImporter.Import(file, "meta.onnx", null, new OnnxImportOptions { Image = "bgr" }).Image.Text);
    }

    [Fact]
    public void Metadata_cannot_end_a_line()
    {
        byte[] file = [.. Small, .. Message(14, Text(1, "mean\nblock a {"), Text(2, "\u2028input 1x1x1"))];
        string spec = OnnxImporter.Import(file, "meta.onnx", null).Spec;
        Assert.DoesNotContain("\nblock", spec, StringComparison.Ordinal);
        Assert.DoesNotContain('\u2028', spec);
        spec = OnnxImporter.Import(Small, "a\nb.onnx", null, new OnnxImportOptions { Image = "rgb\nblock b { relu }" }).Spec;
        Assert.DoesNotContain("\nblock", spec, StringComparison.Ordinal);
    }
}
