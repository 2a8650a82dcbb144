using Explain;
using GradCam.Gen.Tool.Commands;
using GradCam.Gen.Tool.Explain;

namespace GradCam.Explain.Tests;

/// <summary>Runs the program's command in this process, in a folder of its own, and keeps what it prints.</summary>
internal sealed class CommandLine : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("explain-tests").FullName;

    public string Output { get; private set; } = "";

    public string Errors { get; private set; } = "";

    public static string Chelsea => PhotoSearch.Example;

    public string At(params string[] names) => Path.Combine([Folder, .. names]);

    /// <summary>Copies the example photo.</summary>
    public string Photo(params string[] names)
    {
        string path = At(names);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(Chelsea, path);
        return path;
    }

    /// <summary>The names of a folder's files.</summary>
    public IEnumerable<string> Files(params string[] folder) =>
        Directory.GetFiles(At(folder)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    public int Run(params string[] arguments) => Run(() => Photo10.LoadEmbedded(), arguments);

    public int Run(Func<ILoadedNetwork> load, params string[] arguments) => Run(load, CancellationToken.None, arguments);

    public int Run(Func<ILoadedNetwork> load, CancellationToken cancellation, params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var network = new BuiltInNetwork<Photo10>(_ => load());
        int code = ExplainCommand.RunAsync(network, arguments, output, errors, cancellation: cancellation).GetAwaiter().GetResult();
        (Output, Errors) = (output.ToString(), errors.ToString());
        return code;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
