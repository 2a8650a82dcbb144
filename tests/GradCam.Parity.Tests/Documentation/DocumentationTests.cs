using System.Globalization;
using System.Text.RegularExpressions;
using GradCam.Imaging;
using GradCam.Weights;

namespace GradCam.Parity.Tests.Documentation;

/// <summary>The samples' pages: their C# is compiled code of this folder and does what they say, their numbers are the generator's.</summary>
public partial class DocumentationTests
{
    [Theory]
    [InlineData("MIGRATING.md", "Migrating.cs", 9)]
    [InlineData("Zoo.md", "Zoo.cs", 2)]
    [InlineData("SERVERS.md", "Servers.cs", 3)]
    [InlineData("Methods.md", "Methods.cs", 4)]
    public void CSharp_of_the_page_is_compiled(string page, string source, int atLeast)
    {
        string[] code = Lines(SamplesFolder().Replace(Read(source), ""));
        int blocks = 0;
        foreach (Match block in CSharpBlock().Matches(Read(page)))
        {
            string[] lines = Lines(block.Groups[1].Value);
            bool found = Enumerable.Range(0, code.Length).Any(i => code.AsSpan(i).StartsWith(lines));
            Assert.True(found, $"{page} has C# that {source} has not:\n{block.Groups[1].Value}");
            blocks++;
        }

        Assert.True(blocks >= atLeast, $"{page} has {blocks} blocks of C#.");
    }

    [Fact]
    public void Snippets_do_what_the_page_says()
    {
        var golden = GoldenFile.Load("photo10_chelsea");
        var photo = new Photo(new ImageView(golden.Pixels, 32, 32, PixelFormat.Rgb24));
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string path = Path.Combine(folder, "cat.png");
            string output = Path.Combine(folder, "why.png");
            photo.SavePng(path);
            Assert.Equal(1, Migrating.PyTorch(path, output).Max());
            Assert.Equal((32, 32), (Photo.Decode(output).Width, Photo.Decode(output).Height));

            string maps = Directory.CreateDirectory(Path.Combine(folder, "maps")).FullName;
            using (ILoadedNetwork network = Photo10.Load())
            {
                Methods.Run(network, photo, "layer2", CamMethod.LayerCam, maps);
                Methods.Targets(network, photo, photo, "layer2");
            }

            Assert.Equal(3, Directory.GetFiles(maps).Length);
            Assert.True(File.Exists(Path.Combine(maps, "cat.png")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        using Photo10 net = Photo10.Load();
        using Photo10.Session session = net.CreateSession();
        float[] map = Migrating.Parts(session, photo);
        ReadOnlySpan<float> raw = session.GradCam(Photo10.Class.Cat).Raw;
        for (int p = 0; p < map.Length; p++)
            Assert.Equal(raw[p], map[p], 1e-5f);
        Assert.Equal(2, Migrating.SeveralClasses(session, photo));
        Assert.Equal(320 * 240, Migrating.Keras(session, new float[3 * 32 * 32]).Length);
    }

    [Fact]
    public void Binary_multi_label_and_regression_networks_do_what_the_page_says()
    {
        var pixels = new byte[64 * 64 * 3];
        new Random(1).NextBytes(pixels);
        var photo = new Photo(new ImageView(pixels, 64, 64, PixelFormat.Rgb24));
        using CatOrDog cats = CatOrDog.Load();
        using CatOrDog.Session cat = cats.CreateSession();
        (float probability, bool isWhyNot) = Migrating.Binary(cat, photo);
        Assert.Equal(OutputHead.Sigmoid, CatOrDog.Info.Outputs[0].Head);
        Assert.Equal(1 / (1 + Math.Exp(-cat.Logits[0])), probability, 1e-6);
        Assert.Equal(cat.Logits[0] < 0, isWhyNot);
        Assert.Equal(CatOrDog.Class.Cat, cat.GetBest());

        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            using Scene scenes = Scene.Load();
            using Scene.Session scene = scenes.CreateSession();
            Prediction[] labels = Migrating.MultiLabel(scene, photo, folder);
            Assert.All(labels, label => Assert.Equal(1 / (1 + Math.Exp(-scene.Logits[label.ClassIndex])), label.Probability, 1e-6));
            IEnumerable<string> seen = labels.Where(label => label.Probability > 0.5f).Select(label => Scene.Labels[label.ClassIndex] + ".png");
            Assert.Equal(seen.Order(), Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        using Age ages = Age.Load();
        using Age.Session age = ages.CreateSession();
        Assert.Equal(OutputHead.None, Age.Info.Outputs[0].Head);
        Assert.Equal(age.Forward(photo)[0], Migrating.Regression(age, photo).Years);
    }

    [Fact]
    public void Weights_may_come_from_arrays()
    {
        using var file = SafetensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "photo10.safetensors"));
        NetworkInfo info = Migrating.Dl4j(Photo10.Info.Weights.Select(weight =>
        {
            int[] shape = [.. weight.Shape];
            float[] values = new float[shape.Aggregate(1, (product, size) => product * size)];
            file.Read(weight.Name, values);
            return (weight.Name, shape, values);
        }));
        Assert.Equal("Photo10", info.Name);
    }

    [Fact]
    public void Zoo_table_has_the_generators_numbers()
    {
        var rows = TableRow().Matches(Read("Zoo.md")).ToDictionary(row => row.Groups["name"].Value);
        Assert.Equal(ZooNetwork.All.Select(network => network.Name).Order(), rows.Keys.Order());
        foreach (ZooNetwork network in ZooNetwork.All)
        {
            NetworkInfo info = network.Info;
            Match row = rows[network.Name];
            Assert.Equal($"{info.Input.Channels}x{info.Input.Height}x{info.Input.Width}", row.Groups["input"].Value);
            Assert.Equal(info.Parameters.ToString("N0", CultureInfo.InvariantCulture), row.Groups["parameters"].Value);
            Assert.Equal((info.MultiplyAccumulates / 1e6).ToString("N1", CultureInfo.InvariantCulture), row.Groups["macs"].Value);
            Assert.Equal(GoldenFile.Load(network.Name).Layers.Keys.First(), row.Groups["layer"].Value);
        }
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Documentation", name));

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    /// <summary>The tests name the samples' specs by path; a user's project has them beside its sources.</summary>
    [GeneratedRegex(@"(\.\./)+samples/\w+/")]
    private static partial Regex SamplesFolder();

    [GeneratedRegex(
        @"^\| \[(?<name>\w+)\]\(\k<name>\.net\) \|[^|]*\| (?<input>\w+) \| (?<parameters>[\d,]+) \| (?<macs>[\d,.]+) \| `(?<layer>[\w.]+)` \|$",
        RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
