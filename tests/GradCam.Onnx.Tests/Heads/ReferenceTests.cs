using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Export;
using GradCam.Reference;

namespace GradCam.Onnx.Tests.Heads;

/// <summary>
/// Networks of one logit, some behind a sigmoid, against PyTorch's autograd in double precision (NAME.json: logits, and raw maps by "layer|class|method";
/// NAME.input: [C, H, W] float32).
/// </summary>
public sealed class ReferenceTests
{
    public static TheoryData<string, OutputHead> Networks => new()
    {
        { "sigmoid_end_sure", OutputHead.Sigmoid },
        { "sigmoid_end_mild", OutputHead.Sigmoid },
        { "flatten_head_one_logit", OutputHead.None },
        { "regression_age", OutputHead.None },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Logits_probabilities_and_maps_are_the_references(string name, OutputHead head)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Fixture(name + ".json")));
        double logit = json.RootElement.GetProperty("logits").EnumerateArray().Single().GetDouble();
        JsonProperty[] maps = [.. json.RootElement.GetProperty("maps").EnumerateObject()];
        string[] layers = [.. maps.Select(map => map.Name.Split('|')[0]).Distinct()];
        // The exporter folded the batch norms b2 and b3 into their convolutions.
        string[] labels = [.. layers.Select(layer => layer.Replace('b', 'c'))];
        NetworkSource source = NetworkSource.Of(OnnxImporter.Import(Fixture(name + ".onnx")), labels);
        float[] input = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Fixture(name + ".input"))).ToArray();
        foreach (BackendProvider backend in new[] { new CpuOptions().Backend, ReferenceBackendProvider.Instance })
        {
            using CompiledNetwork network = CompiledNetwork.Compile(source, backend);
            using NetworkSession session = network.CreateSession();
            Assert.Equal(head, session.Info.Outputs.Single().Head);
            Assert.Equal(logit, session.Forward(input, TensorLayout.Chw)[0], 1e-4 * Math.Abs(logit));
            Assert.Equal(1 / (1 + Math.Exp(-logit)), session.Probabilities[0], 1e-6);
            foreach (JsonProperty map in maps)
            {
                string[] key = map.Name.Split('|');
                float[] expected = [.. map.Value.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetSingle())];
                Heatmap heatmap = session.Explain(
                    int.Parse(key[1], CultureInfo.InvariantCulture), Array.IndexOf(layers, key[0]), CamMethod.Parse(key[2]));
                double difference = Difference.Relative(expected, heatmap.Raw);
                Assert.True(difference < 1e-4, $"{backend.GetType().Name}, {map.Name}: difference {difference}");
            }
        }
    }

    [Theory]
    [InlineData("sigmoid_confident", 1)]
    [InlineData("sigmoid_multilabel", 3)]
    public void A_sigmoid_of_one_and_of_several_classes_is_taken_off(string name, int classes)
    {
        byte[] model = File.ReadAllBytes(Fixture(name + ".onnx"));
        NetworkSource source = NetworkSource.Of(OnnxImporter.Import(model, name, null));
        LayerTable table = LayerTable.OfOnnx(Fixture(name + ".onnx"));
        Assert.Equal("sigmoid", table.Head);
        Assert.True(table.GuessesPreprocessing);
        using CompiledNetwork network = CompiledNetwork.Compile(source with { Layers = [table.Suggested!.GradCamName!] });
        using NetworkSession session = network.CreateSession();
        Assert.Equal((OutputHead.Sigmoid, classes), (session.Info.Outputs[0].Head, session.Info.Logits.Channels));

        float[] input = Difference.Noise(session.Info.Input.Length, 1);
        session.Forward(input, TensorLayout.Chw);
        Assert.True(Difference.Relative(OnnxRuntimeRun.Run(model, input)[0], session.Probabilities) < 1e-5);
        for (int i = 0; i < classes; i++)
            Assert.NotEqual(0, session.Explain(i, 0, CamMethod.HiResCam).Raw.ToArray().Max(Math.Abs));
    }

    [Theory]
    [InlineData("mean_mean_suggestion")]
    [InlineData("one_pixel_map")]
    public void The_suggested_layer_is_a_map(string name)
    {
        LayerTable table = LayerTable.OfOnnx(Fixture(name + ".onnx"));
        LayerRow suggested = table.Suggested!;
        Assert.True(suggested.Height > 1 && suggested.Width > 1, $"{suggested}");
        // It is the last one: what follows has at most a row or a column.
        Assert.All(table.Rows.SkipWhile(row => row != suggested).Skip(1), row => Assert.True(row.Height == 1 || row.Width == 1, $"{row}"));
    }

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Heads", "Fixtures", name);
}
