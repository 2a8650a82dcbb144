using System.Text.RegularExpressions;
using GradCam.Gen.Build.Tests.Onnx;

namespace GradCam.Gen.Tool.Tests;

/// <summary>Runs the commands in this process, in a folder of its own, and keeps what they print.</summary>
internal sealed class ToolCommandLine : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("tool-tests").FullName;

    public string Output { get; private set; } = "";

    /// <summary>The error stream, without the lines that tell how far slow work is.</summary>
    public string Errors { get; private set; } = "";

    /// <summary>A file of a network that the tests come with.</summary>
    public static string NetworkFile(string name) => Path.Combine(AppContext.BaseDirectory, "networks", name);

    public string At(params string[] names) => Path.Combine([Folder, .. names]);

    /// <summary>A small ONNX file.</summary>
    public string Model(string name = "model.onnx") => Write(name, OnnxBuilder.Small);

    /// <summary>A file.</summary>
    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(At(name), bytes);
        return At(name);
    }

    /// <summary>The small network as a spec and weights.</summary>
    public (string Spec, string Weights) Network()
    {
        Assert.Equal((0, ""), (Run("import", Model()), Errors));
        File.Delete(At("model.onnx"));
        return (At("model.net"), At("model.safetensors"));
    }

    /// <summary>The names of the folder's files.</summary>
    public IEnumerable<string> Files() => Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    public int Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = new GradCamTool().RunAsync(arguments, output, errors).GetAwaiter().GetResult();
        Output = output.ToString();
        string end = " left" + Environment.NewLine;
        Errors = string.Concat(Regex.Split(errors.ToString(), "(?<=\n)").Where(line => !line.EndsWith(end, StringComparison.Ordinal)));
        return code;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
