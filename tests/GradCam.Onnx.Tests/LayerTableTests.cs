using GradCam.Gen.Export;

namespace GradCam.Onnx.Tests;

/// <summary>What the inspector tells of a network.</summary>
public sealed class LayerTableTests
{
    private const string Spec =
        """
        input 3x16x16
        conv1: conv 8 3x3 pad 1
        layer1: { 0..1: residual 8 }
        avgpool global
        fc: linear 10

        block residual(c) {
          conv1: conv c 3x3 pad 1
          relu
          conv2: conv c 3x3 pad 1
          add in
          relu
        }
        """;

    [Fact]
    public void A_layer_is_called_by_the_shortest_label_that_GradCam_takes()
    {
        LayerTable table = Read(Spec);
        Assert.Equal("layer1", table.Suggested?.GradCamName);
        Assert.Equal("layer1.0", table.Rows.Last(row => row.Name.StartsWith("layer1.0", StringComparison.Ordinal)).GradCamName);
        Assert.Equal("conv1", table.Rows.Single(row => row.Name == "conv1").GradCamName);
        Assert.Null(table.Rows.Single(row => row.Name == "fc").GradCamName);
        Assert.Null(table.Rows.First(row => row.Name == "layer1.0.relu").GradCamName);
    }

    [Fact]
    public void The_generated_source_explains_the_suggested_layer()
    {
        string source = Read(Spec).GenerateSource();
        Assert.Contains("partial class Network", source, StringComparison.Ordinal);
        Assert.Contains("\"layer1\"", source, StringComparison.Ordinal);
    }

    private static LayerTable Read(string spec)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, spec);
            return LayerTable.OfSpec(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
