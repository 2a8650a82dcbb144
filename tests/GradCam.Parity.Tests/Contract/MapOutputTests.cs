using System.Text.Json;

namespace GradCam.Parity.Tests.Contract;

/// <summary>A network whose output is a map is explained for the sum of a channel, over all pixels or some, as PyTorch in double precision does.</summary>
public class MapOutputTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(At("segmentation.json"))).RootElement;

    public static TheoryData<string> Maps => [.. Golden.GetProperty("maps").EnumerateObject().Select(map => map.Name)];

    [Theory]
    [MemberData(nameof(Maps))]
    public void A_class_is_the_sum_of_its_channel(string map)
    {
        using Segmentation network = Load();
        using Segmentation.Session session = network.CreateSession();
        session.Forward(Input(), TensorLayout.Chw);
        string[] parts = map.Split('|');
        Heatmap heatmap = session.Explain(int.Parse(parts[1], null), parts[0], CamMethod.Parse(parts[2]));
        float[] expected = [
            .. Golden.GetProperty("maps").GetProperty(map).EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetSingle())];
        float largest = expected.Max(MathF.Abs);
        Assert.Equal(expected.Length, heatmap.Raw.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], heatmap.Raw[i], 1e-4f * largest);
    }

    [Fact]
    public void Values_and_probabilities_are_a_pixels()
    {
        using Segmentation network = Load();
        using Segmentation.Session session = network.CreateSession();
        session.Forward(Input(), TensorLayout.Chw);
        float[] logits = session.Logits.ToArray();
        Assert.Equal(3 * Segmentation.InputHeight * Segmentation.InputWidth, logits.Length);
        for (int @class = 0; @class < 3; @class++)
        {
            double sum = 0;
            for (int i = @class; i < logits.Length; i += 3)
                sum += logits[i];
            double expected = Golden.GetProperty("logits")[@class].GetDouble();
            Assert.Equal(expected, sum, 1e-4 * Math.Max(1, Math.Abs(expected)));
            Assert.Equal(sum, session.Evaluate(Target.Logit(@class)), 1e-3);
        }

        for (int i = 0; i < logits.Length; i += 3)
            Assert.Equal(1, session.Probabilities[i] + session.Probabilities[i + 1] + session.Probabilities[i + 2], 1e-5);
        Assert.Contains("is a map of 16x12", Assert.Throws<InvalidOperationException>(() => session.GetTop(1)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => session.GetBestIndex());
    }

    /// <summary>A region, the rest and the whole: gradients are linear.</summary>
    [Fact]
    public void A_region_and_the_rest_make_the_whole()
    {
        using Segmentation network = Load();
        using Segmentation.Session session = network.CreateSession();
        session.Forward(Input(), TensorLayout.Chw);
        bool[] mask = [.. Enumerable.Range(0, 16 * 12).Select(i => i % 12 is >= 3 and < 8 && i / 12 is >= 2 and < 9)];
        Target region = Target.Logit(2).Within(mask), rest = Target.Logit(2).Within([.. mask.Select(inside => !inside)]);
        Target box = Target.Logit(2).Within(new MapBox { Left = 3, Top = 2, Width = 5, Height = 7 });
        float[] whole = session.GetGradients(2, "mid").Values.ToArray();
        float[] part = session.GetGradients(region, "mid").Values.ToArray();
        float[] other = session.GetGradients(rest, "mid").Values.ToArray();
        Assert.Equal(part, session.GetGradients(box, "mid").Values.ToArray());
        Assert.Contains(part.Zip(whole), pair => pair.First != pair.Second);
        float largest = whole.Max(MathF.Abs);
        for (int i = 0; i < whole.Length; i++)
            Assert.Equal(whole[i], part[i] + other[i], 1e-5f * largest);
        Assert.Equal(session.Evaluate(Target.Logit(2)), session.Evaluate(region + rest), 1e-3);
        double pixels = 0;
        for (int y = 2; y < 9; y++)
            for (int x = 3; x < 8; x++)
                pixels += session.Evaluate(Target.Logit(2).At(y, x));
        Assert.Equal(session.Evaluate(box), pixels, 1e-3);
    }

    [Fact]
    public void A_target_that_does_not_fit_says_why()
    {
        using Segmentation network = Load();
        using Segmentation.Session session = network.CreateSession();
        session.Forward(Input(), TensorLayout.Chw);
        Says("a map of 16x12; the target's mask has 3 pixels", Target.Logit(0).Within([true, false, true]));
        Says("the target's box is 5x5 at row 12, column 0", Target.Logit(0).Within(new MapBox { Left = 0, Top = 12, Width = 5, Height = 5 }));
        Says("has no output 'edges'; expected 'head'", Target.Logit(0) with { Output = "edges" });
        Says("has 3 classes, 0 to 2", Target.Logit(3));
        Says("needs an output of one logit; 'head' of Segmentation has 576", Target.Binary(isPositive: true));
        Says("has 576 numbers; the embedding has 2", Target.Similarity([1, 2]));

        void Says(string expected, Target target) =>
            Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(() => session.GradCam(target)).Message, StringComparison.Ordinal);
    }

    private static Segmentation Load() => Segmentation.Load(At("segmentation.safetensors"));

    private static float[] Input()
    {
        byte[] bytes = File.ReadAllBytes(At("segmentation.bin"));
        return [.. Enumerable.Range(0, bytes.Length / sizeof(float)).Select(i => BitConverter.ToSingle(bytes, i * sizeof(float)))];
    }

    private static string At(string name) => Path.Combine(AppContext.BaseDirectory, "Contract", "Fixtures", name);
}
