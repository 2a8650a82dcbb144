using System.Globalization;
using System.Text;
using GradCam.Gen.Tests;
using GradCam.Gen.Tests.Harness;
using GradCam.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace GradCam.Documentation.Tests.Pages;

/// <summary>The files of a page's project: the samples' specs, and the page's own blocks that have names (<c>```net chest.net</c>).</summary>
internal sealed class GivenFiles
{
    /// <summary>The folder that they are in.</summary>
    public const string Project = "/project";

    private readonly Dictionary<string, string> _texts = [];
    private readonly Dictionary<string, string> _imported = [];

    public GivenFiles(MarkdownPage page)
    {
        string resNet18 = File.ReadAllText(Repository.File("samples/Zoo/resnet18.net"));
        _texts["resnet18.net"] = resNet18;
        _texts["photo10.net"] = File.ReadAllText(Repository.File("samples/Photo10/photo10.net"));
        _texts["photo10.txt"] = File.ReadAllText(Repository.File("samples/Photo10/photo10.txt"));
        _texts["labels.txt"] = _texts["imagenet.labels.txt"] = string.Concat(Enumerable.Range(0, 1000).Select(i => i == 281 ? "tabby\n" : $"class {i}\n"));
        AddOnnx("model.onnx", resNet18);
        AddOnnx("cat.onnx", "input 3x32x32\nimage rgb\nconv: conv 8 3x3\nrelu3: relu\navgpool global\nfc: linear 1\n");
        AddOnnx("scene.onnx", "input 3x32x32\nimage rgb\nconv: conv 8 3x3\nRelu: relu\navgpool global\nfc: linear 3\n");
        AddOnnx("age.onnx", "input 1x32x32\nimage gray\nc3: conv 8 3x3\nrelu\navgpool global\nfc: linear 1\n");
        _texts["cat.labels.txt"] = "cat\n";
        _texts["scene.labels.txt"] = "beach\nforest\nsunset\n";
        foreach (FencedBlock block in page.Blocks.Where(block => block.Name.Contains('.', StringComparison.Ordinal)))
            _texts[block.Name] = block.Text;
    }

    /// <summary>The ONNX files, with the specs that the build makes of them.</summary>
    public IReadOnlyDictionary<string, string> Imported => _imported;

    public IEnumerable<AdditionalText> All => _texts.Select(file => new FileText($"{Project}/{file.Key}", SourceText.From(file.Value)));

    /// <summary>A file with the weights that a network asks for.</summary>
    public void AddWeights(string file, NetworkInfo info)
    {
        var manifest = new StringBuilder($"gradcam manifest 1\nfile {file}\nsha256 {new string('a', 64)}\n");
        manifest.Append(CultureInfo.InvariantCulture, $"embedded {file}\ntensors {info.Weights.Count}\n");
        foreach (WeightInfo weight in info.Weights)
            manifest.Append(CultureInfo.InvariantCulture, $"F32 [{string.Join(',', weight.Shape.ToArray())}] {weight.Name}\n");
        _texts[$"obj/gradcam/{file}.manifest"] = manifest.ToString();
    }

    /// <summary>A safetensors file of random weights, the same in every run.</summary>
    public static byte[] RandomWeights(NetworkInfo info)
    {
        var random = new Random(1);
        var file = new SafetensorsBuilder();
        foreach (WeightInfo weight in info.Weights)
        {
            int[] shape = [.. weight.Shape];
            float[] values = new float[shape.Aggregate(1, (product, size) => product * size)];
            for (int i = 0; i < values.Length; i++)
                values[i] = random.NextSingle() - 0.4f;
            file.Add(weight.Name, shape, values);
        }

        return file.Build();
    }

    private void AddOnnx(string name, string spec)
    {
        _texts[$"obj/gradcam/{name}.net"] = $"# Made from {name} (opset 17).\n{spec}";
        _imported[name] = spec;
    }
}
