using GradCam.Planning;
using GradCam.Weights;

namespace GradCam.Tests.Weights;

public class WeightChecksTests
{
    [Fact]
    public void Equal_shapes_pass_and_ones_at_the_ends_do_not_count()
    {
        using WeightDictionary source = new WeightDictionary()
            .Add("fc.weight", [2, 3, 1, 1], new float[6])
            .Add("scale", [1, 4, 1, 1], new float[4])
            .Add("factor", [], new float[1])
            .Add("unused", [5], new float[5]);
        WeightChecks.Verify(Network(new("fc.weight", 2, 3), new("scale", 4), new("factor", 1)), source);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(6)]
    [InlineData(2, 1, 3)]
    public void Another_shape_is_named_with_both(params int[] expected)
    {
        using WeightDictionary source = new WeightDictionary("net.safetensors").Add("fc.weight", [2, 3], new float[6]);
        var exception = Assert.Throws<WeightException>(() => WeightChecks.Verify(Network(new WeightInfo("fc.weight", expected)), source));
        Assert.Equal($"net.safetensors: tensor 'fc.weight': expected shape [{string.Join(", ", expected)}], found [2, 3].", exception.Message);
    }

    [Fact]
    public void The_first_problem_is_told_and_the_others_are_counted()
    {
        using WeightDictionary source = new WeightDictionary("net.safetensors").Add("layer1.weight", [2], new float[2]).Add("layer3.weight", [2], new float[2]);
        var exception = Assert.Throws<WeightException>(
            () => WeightChecks.Verify(Network(new("layer1.weight", 2), new("layer1.wieght", 2), new("layer2.bias", 1), new("layer3.weight", 3)), source));
        Assert.Equal(
            "net.safetensors: expected a tensor 'layer1.wieght', found none of that name. Did you mean 'layer1.weight'? " +
            "2 more of the 4 tensors of Net do not fit.",
            exception.Message);
    }

    [Theory]
    [InlineData("fc.weight", "fc.weigth", "fc.weigth")]
    [InlineData("fc.weight", "something.else.entirely", null)]
    public void A_missing_name_gets_the_nearest_one(string missing, string present, string? suggested)
    {
        using WeightDictionary source = new WeightDictionary().Add(present, [1], new float[1]);
        var exception = Assert.Throws<WeightException>(() => WeightChecks.Verify(Network(new WeightInfo(missing, 1)), source));
        Assert.EndsWith(suggested is null ? "None of its 1 names is near." : $"Did you mean '{suggested}'?", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("module.", "", "begin with 'module.': 'module.conv1.weight', where Net reads 'conv1.weight'")]
    [InlineData("_orig_mod.", "", "begin with '_orig_mod.'")]
    [InlineData("my_", "", "begin with 'my_'")]
    [InlineData("", "features.", "do not begin with 'features.': 'conv1.weight', where Net reads 'features.conv1.weight'")]
    [InlineData("model.backbone.", "net.", "begin with 'model.backbone.'")]
    public void Another_prefix_is_one_message_with_its_cure(string stored, string expected, string message)
    {
        string[] names = ["conv1.weight", "conv1.bias", "fc.weight", "fc.bias"];
        using var source = new WeightDictionary("net.safetensors");
        foreach (string name in names)
            source.Add(stored + name, [1], [name.Length]);
        source.Add(stored + "bn.num_batches_tracked", [1], new float[1]);
        NetworkInfo info = Network([.. names.Select(name => new WeightInfo(expected + name, 1))]);

        var exception = Assert.Throws<WeightException>(() => WeightChecks.Verify(info, source));
        Assert.StartsWith("net.safetensors: the names of its tensors " + message, exception.Message, StringComparison.Ordinal);
        Assert.Contains($"ReplacePrefix(\"{stored}\", \"{expected}\")", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("more of the", exception.Message, StringComparison.Ordinal);

        WeightSource renamed = source.ReplacePrefix(stored, expected);
        WeightChecks.Verify(info, renamed);
        float[] value = new float[1];
        renamed.Read(expected + "fc.bias", value);
        Assert.Equal(["fc.bias".Length], value);
        Assert.Contains(expected + "fc.bias", renamed.Names);
    }

    [Fact]
    public void Half_of_the_names_must_be_there_under_a_prefix()
    {
        using WeightDictionary source = new WeightDictionary().Add("aux.fc.weight", [1], new float[1]).Add("conv1.weight", [1], new float[1]);
        NetworkInfo info = Network(new("conv1.weight", 1), new("fc.weight", 1), new("fc.bias", 1));
        Assert.Contains(
            "expected a tensor 'fc.weight', found none of that name. Did you mean 'aux.fc.weight'? 1 more",
            Assert.Throws<WeightException>(() => WeightChecks.Verify(info, source)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_without_the_prefix_is_left_as_it_is()
    {
        using WeightSource renamed = new WeightDictionary().Add("module.a", [1], [1]).Add("b", [1], [2]).ReplacePrefix("module.", "");
        Assert.Equal(["a", "b"], renamed.Names);
        Assert.True(renamed.TryGetShape("a", out _));
        Assert.True(renamed.TryGetShape("b", out _));
        Assert.False(renamed.TryGetShape("c", out _));
    }

    [Theory]
    [InlineData(new[] { 8, 1, 1, 5 }, new[] { 8, 1, 5 }, true)]
    [InlineData(new[] { 8, 1, 5 }, new[] { 8, 1, 1, 5 }, true)]
    [InlineData(new[] { 8, 1, 5, 1 }, new[] { 8, 1, 5 }, true)]
    [InlineData(new[] { 8, 2, 1, 5 }, new[] { 8, 5, 2 }, false)]
    [InlineData(new[] { 8, 1, 5, 2 }, new[] { 8, 5, 2 }, false)]
    public void A_kernel_of_one_row_may_be_stored_without_it(int[] expected, int[] stored, bool fits)
    {
        using WeightDictionary source = new WeightDictionary().Add("conv1.weight", stored, new float[stored.Aggregate(1, (a, b) => a * b)]);
        NetworkInfo info = Network(new WeightInfo("conv1.weight", expected));
        if (fits)
            WeightChecks.Verify(info, source);
        else
            Assert.Throws<WeightException>(() => WeightChecks.Verify(info, source));
    }

    [Fact]
    public void Integers_are_refused()
    {
        byte[] file = new SafetensorsBuilder().Add("fc.weight", "I32", [1], [0, 0, 0, 0]).Build();
        using SafetensorsFile source = SafetensorsFile.FromMemory(file, "net.safetensors");
        var exception = Assert.Throws<WeightException>(() => WeightChecks.Verify(Network(new WeightInfo("fc.weight", 1)), source));
        Assert.Equal("net.safetensors: tensor 'fc.weight': expected F32, F16, BF16 or F64, found I32.", exception.Message);
    }

    [Fact]
    public void A_hash_is_compared_only_on_demand()
    {
        using SafetensorsFile source = SafetensorsFile.FromMemory(new SafetensorsBuilder().Add("fc.weight", [1], 1).Build());
        WeightInfo[] weights = [new WeightInfo("fc.weight", 1)];
        WeightChecks.Verify(Network(source.ComputeSha256(), weights), source, verifyHash: true);
        NetworkInfo other = Network(new string('0', 64), weights);
        WeightChecks.Verify(other, source);
        var exception = Assert.Throws<WeightException>(() => WeightChecks.Verify(other, source, verifyHash: true));
        Assert.Contains("expected the file that Net was built with", exception.Message, StringComparison.Ordinal);
        Assert.Throws<WeightException>(() => WeightChecks.Verify(Network(sha256: null, weights), source, verifyHash: true));
        using WeightDictionary dictionary = new WeightDictionary().Add("fc.weight", [1], new float[1]);
        Assert.Throws<WeightException>(() => WeightChecks.Verify(other, dictionary, verifyHash: true));
    }

    [Fact]
    public void A_dictionary_refuses_what_does_not_fit()
    {
        using WeightDictionary source = new WeightDictionary().Add("a", [2], [1, 2]);
        Assert.Throws<ArgumentException>(() => source.Add("b", [3], new float[2]));
        Assert.Throws<ArgumentException>(() => source.Add("a", [2], new float[2]));
        Assert.Throws<WeightException>(() => source.Read("a", new float[3]));
        Assert.Throws<WeightException>(() => source.Read("c", new float[3]));
        float[] values = new float[2];
        source.Read("a", values);
        Assert.Equal([1f, 2], values);
    }

    private static NetworkInfo Network(params WeightInfo[] weights) => Network(sha256: null, weights);

    private static NetworkInfo Network(string? sha256, WeightInfo[] weights) => new()
    {
        Name = "Net",
        Inputs = [],
        Outputs = [],
        Layers = [],
        Weights = weights,
        WorkspaceLength = 0,
        Preprocessing = null!,
        Labels = [],
        WeightFileSha256 = sha256,
    };
}
