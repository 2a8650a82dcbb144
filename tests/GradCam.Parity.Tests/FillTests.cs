namespace GradCam.Parity.Tests;

/// <summary>The fill formula against values that Golden/make_golden.py printed.</summary>
public class FillTests
{
    [Theory]
    [InlineData("input", new[] { 1, 3, 224, 224 }, 0, -1.6087266f)]
    [InlineData("input", new[] { 1, 3, 224, 224 }, 150527, -0.40200257f)]
    [InlineData("fc.weight", new[] { 1000, 512 }, 511999, -0.053852774f)]
    [InlineData("bn1.weight", new[] { 64 }, 63, 0.9922562f)]
    [InlineData("bn1.bias", new[] { 64 }, 7, -0.045644507f)]
    [InlineData("bn1.running_mean", new[] { 64 }, 0, 0.046889994f)]
    [InlineData("bn1.running_var", new[] { 64 }, 1, 1.1433767f)]
    [InlineData("features.1.0.layer_scale", new[] { 96, 1, 1 }, 95, 0.15792465f)]
    [InlineData("classifier.0.weight", new[] { 4096, 25088 }, 0, 0.009123509f)]
    [InlineData("classifier.0.weight", new[] { 4096, 25088 }, 102760447, 0.012709891f)]
    [InlineData("classifier.0.weight", new[] { 4096, 25088 }, 262143, 0.0012444136f)]
    [InlineData("classifier.0.weight", new[] { 4096, 25088 }, 262144, -0.00287546f)]
    public void Values_are_those_of_the_script(string name, int[] shape, int index, float expected)
    {
        float[] values = new float[shape.Aggregate(1, (product, size) => product * size)];
        Fill.Values(name, shape, values);
        Assert.Equal(expected, values[index]);
    }
}
