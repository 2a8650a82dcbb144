using System.Text;
using GradCam.Gen.Tool.Evaluation;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Files;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Tests;

/// <summary>What may stand on a command line and in the files that it names, and meets a network that it does not fit.</summary>
public sealed class EdgeCommandTests : IDisposable
{
    private static readonly int CommandLines = int.TryParse(Environment.GetEnvironmentVariable("GRADCAM_COMMAND_LINES"), out int count) ? count : 300;
    private static readonly int Manifests = CommandLines / 4;

    private readonly ToolCommandLine _line = new();
    private readonly string _photo;

    public EdgeCommandTests()
    {
        _photo = _line.At("cat.png");
        File.Copy(PhotoSearch.Example, _photo);
    }

    public void Dispose() => _line.Dispose();

    [Theory]
    [InlineData("scorecam(augmented)", "Score-CAM has no parameter 'augmented'")]
    [InlineData("reciprocam(eigen-smooth)", "Recipro-CAM has no parameter 'eigen-smooth'")]
    [InlineData("sobol(samples 10000000)", "times at most")]
    [InlineData("iscam(steps 10000000)", "times at most")]
    [InlineData("integratedgradcam(steps 2147483647)", "Expected 1 to 10000000")]
    [InlineData("rise(baseline constant nan)", "baseline: expected zero")]
    public void A_method_that_cannot_be_is_a_usage_error(string method, string message)
    {
        Assert.Equal(ExitCode.Usage, _line.Run("explain", _photo, "--method", method));
        Assert.Contains(message, _line.Errors, StringComparison.Ordinal);
        Assert.Equal(["cat.png"], _line.Files());
    }

    /// <summary>Networks whose classes no photo has: what they take is said, and the program has no fault.</summary>
    [Theory]
    [InlineData("input 5x8x8\nimage none\nc: conv 4 3x3 pad 1\nrelu\navgpool global\nfc: linear 2", "it takes prepared tensors, 5x8x8")]
    [InlineData("input 3x8x8\nimage none\nc: conv 4 3x3 pad 1\nrelu\navgpool global\nfc: linear 2", "it takes prepared tensors, 3x8x8")]
    [InlineData("input 3x8x8\nimage rgb squash\nc: conv 4 3x3 pad 1\nrelu\nd: conv 2 1x1", "its output 'd' is a map of 8x8")]
    [InlineData(
        "input a 3x8x8\ninput b 3x8x8\nimage rgb squash\nc: conv 4 3x3 pad 1\nadd (b -> d: conv 4 3x3 pad 1)\nrelu\navgpool global\nfc: linear 2",
        "it has 2 inputs, a, b")]
    public void A_network_that_takes_no_photos_is_refused(string spec, string message)
    {
        string model = _line.Write("a.net", Encoding.UTF8.GetBytes(spec + "\n"));
        _line.Write("a.safetensors", [2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']);
        Assert.Equal(ExitCode.Network, _line.Run("explain", _photo, "--model", model));
        Assert.Contains(message, _line.Errors, StringComparison.Ordinal);
    }

    /// <summary>Names that letters and digits alone do not tell apart.</summary>
    [Theory]
    [InlineData("C", 0)]
    [InlineData("C++", 1)]
    [InlineData("c++", 1)]
    [InlineData("C#", 2)]
    [InlineData("+", 3)]
    [InlineData("-", 4)]
    [InlineData("Great White-Shark", 5)]
    [InlineData("great", 5)]
    [InlineData("6", 6)]
    public void A_class_is_the_one_that_was_typed(string text, int index) => Assert.Equal(index, ClassNames.Find(Info(), text));

    [Theory]
    [InlineData("crane", "Class 'crane' is not one but 2: did you mean 6 (crane), 7 (crane)?")]
    [InlineData("CRANE", "Class 'CRANE' is not one but 2")]
    [InlineData("(c)", "Class '(c)' is not one but 3: did you mean C, C++, C#?")]
    [InlineData("*", "There is no class '*'")]
    [InlineData("", "There is no class ''")]
    public void A_class_that_is_not_one_is_no_guess(string text, string message) =>
        Assert.Contains(message, Assert.Throws<UsageException>(() => ClassNames.Find(Info(), text)).Message, StringComparison.Ordinal);

    /// <summary>Byte order marks, line ends, quotes and blanks as programs write them.</summary>
    [Theory]
    [InlineData("\uFEFFphoto,class\r\na.png,cat\r\n", "photo|class a.png|cat")]
    [InlineData("a.png,cat", "a.png|cat")]
    [InlineData("a.png,cat\rb.png,dog\r", "a.png|cat b.png|dog")]
    [InlineData("\n \n\"a.png\" , \"cat\" \n\n", "a.png|cat")]
    [InlineData("\"a, \"\"b\"\".png\", \"cat, dog\"", "a, \"b\".png|cat, dog")]
    public void Lists_are_read_as_programs_write_them(string text, string fields)
    {
        foreach (Encoding encoding in new[] { Encoding.UTF8, text[0] == '\uFEFF' ? Encoding.Unicode : Encoding.UTF8 })
        {
            var file = new FileInfo(_line.Write("a.csv", encoding.GetBytes(text)));
            Assert.Equal(fields, string.Join(" ", CsvFile.Read(file, 2, "two fields").Select(line => string.Join("|", line.Fields))));
        }
    }

    [Theory]
    [InlineData("{\"photo\":null,\"maps\":[]}")]
    [InlineData("{\"photo\":\"a.png\",\"maps\":null}")]
    [InlineData("null")]
    [InlineData("\0\0\0\0")]
    [InlineData("{\"photo\":\"a.png\"}\n{\"photo\":\"a.png\"}")]
    public void A_journal_that_is_damaged_is_named(string line)
    {
        string path = _line.Write("a.journal", Encoding.UTF8.GetBytes("run\n" + line + "\n"));
        Assert.Contains("a.journal(", Assert.Throws<FileException>(() => Journal.Open(path, "run", restart: false)).Message, StringComparison.Ordinal);
        using var journal = Journal.Open(path, "run", restart: true);
        Assert.Empty(journal.Photos);
    }

    /// <summary>Whatever stands on a command line is done or refused, and is no fault of the program. It is stopped before it works on photos.</summary>
    [Fact]
    public async Task Any_command_line_is_taken_or_refused()
    {
        string folder = _line.At("photos"), csv = _line.Write("a.csv", "cat.png,cat\n"u8.ToArray());
        Directory.CreateDirectory(folder);
        File.Copy(_photo, Path.Combine(folder, "cat.png"));
        string[] words =
        [
            "explain", "compare", "evaluate", "advise", "verify", "inspect", _photo, folder, csv, _line.At("none"), "", " ", ",", "-", "--", "-1", "0", "1e9",
            "nan", "cat", "CAT", "unicorn", "[bold]", "\u001b[31m", "@x", "/", ".", "..", "x.png", "x.html", "x.jpg", "gradcam", "gradcam,,cam", "rise(samples",
            ")", "rise()", "rise(samples 3)", "gradcam(augmented,eigen-smooth)", "scorecam(augmented)", "lime(segments 0x0)", "fem(deviations 1e999)", "layer1",
            "layer1,LAYER2",
            "road", "road,energy", "--method", "--methods", "--class", "-c", "--layer", "-l", "--size", "--out", "-o", "--labels", "--boxes", "--metrics",
            "--restart", "--photos", "--model", "--weights", "--image", "--report", "--top", "--seed", "--raw", "csv", "--manifest", "--reproducible",
            "--counterfactual", "--opacity", "--blend", "heat", "--colormap", "jet", "--recursive", "--max-megapixels", "--height", "--output", "--help",
            "--class-names", "--method=gradcam", "--class=", "-cdog", "--out=/",
        ];
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        var random = new Random(1);
        var failures = new List<string>();
        for (int i = 0; i < CommandLines; i++)
        {
            string[] arguments = [words[random.Next(6)], .. Enumerable.Range(0, random.Next(6)).Select(_ => words[random.Next(words.Length)])];
            await using var output = new StringWriter();
            await using var errors = new StringWriter();
            int code = await new GradCamTool().RunAsync(arguments, output, errors, source.Token);
            bool isDone = code is ExitCode.Success or ExitCode.Interrupted;
            bool isSaid = code is ExitCode.Failed or ExitCode.Usage or ExitCode.Network && errors.ToString().Trim().Length > 10;
            if (!(isDone || isSaid) || errors.ToString().Contains('\u001b', StringComparison.Ordinal))
                failures.Add($"{code}: {string.Join(" | ", arguments)}\n{errors}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {CommandLines}:\n{string.Join("\n", failures.Take(10))}");
    }

    /// <summary>A manifest that lost bytes, or has others, is refused, or is of another explanation.</summary>
    [Fact]
    public void A_manifest_that_is_damaged_anywhere_is_no_fault()
    {
        Assert.Equal((ExitCode.Success, ""), (_line.Run("explain", _photo, "--manifest", "--layer", "layer3"), _line.Errors));
        string path = _line.At("cat.gradcam.json");
        byte[] whole = File.ReadAllBytes(path);
        var random = new Random(1);
        for (int i = 0; i < Manifests; i++)
        {
            byte[] damaged = [.. whole];
            int at = random.Next(whole.Length);
            if (i % 3 == 0)
                damaged = damaged[..at];
            else if (i % 3 == 1)
                damaged[at] = (byte)"0-9\"{}[],:naE"[random.Next(13)];
            else
                damaged = [.. damaged[..at], .. damaged[Math.Min(damaged.Length, at + random.Next(40))..]];
            File.WriteAllBytes(path, damaged);
            int code = _line.Run("verify", path, _photo);
            Assert.True(code is ExitCode.Success or ExitCode.Failed or ExitCode.Usage, $"{code}: {_line.Errors}\n{Encoding.UTF8.GetString(damaged)}");
        }
    }

    /// <summary>A run may be killed at any byte that it writes: what was whole is there, once.</summary>
    [Fact]
    public void A_journal_that_ends_anywhere_goes_on()
    {
        string path = _line.At("a.journal");
        PhotoScores[] photos = [new() { Photo = "a", Error = "ä" }, new() { Photo = "ü\n", Error = "ä" }];
        using (var journal = Journal.Open(path, "run ü", restart: false))
            Array.ForEach(photos, journal.Add);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            using (var journal = Journal.Open(path, "run ü", restart: false))
            {
                int lines = whole.AsSpan(0, length).Count((byte)'\n');
                Assert.Equal(photos.Take(lines - 1).Select(photo => photo.Photo).Order(), journal.Photos.Keys.Order());
                foreach (PhotoScores photo in photos.Where(photo => !journal.Photos.ContainsKey(photo.Photo)))
                    journal.Add(photo);
            }

            Assert.Equal(whole, File.ReadAllBytes(path));
        }
    }

    private static NetworkInfo Info() => new()
    {
        Name = "Net",
        Inputs = [],
        Outputs = [new OutputInfo { Name = "fc", Tensor = new Contract.Tensor(0, 8, 1, 1) }],
        Layers = [],
        Weights = [],
        WorkspaceLength = 1,
        Preprocessing = new ImagePreprocessing(),
        Labels = ["C", "C++", "C#", "+", "-", "great_white_shark", "crane", "crane"],
    };
}
