using System.CommandLine;
using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Networks;

/// <summary>What the command line says about how an ONNX file is read.</summary>
internal sealed class OnnxOptions
{
    private readonly Option<int?> _height = Size("--height");
    private readonly Option<int?> _width = Size("--width");

    private readonly Option<string?> _output = new("--output")
    {
        Description = "The output of an ONNX file, or a tensor or layer within it to end at; by default all outputs that can be explained.",
        HelpName = "NAME",
    };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> All => [_height, _width, _output];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in All)
            command.Add(option);
    }

    /// <summary>What was typed.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="image">The spec's image line, where the command takes one.</param>
    public OnnxImportOptions Read(ParseResult result, string? image = null) =>
        new() { Height = result.GetValue(_height), Width = result.GetValue(_width), Output = result.GetValue(_output), Image = image };

    private static Option<int?> Size(string name) => new(name)
    {
        Description = $"The input's {name[2..]}, where an ONNX file leaves it open.",
        HelpName = "N",
        CustomParser = result => OptionValues.Number<int>(result, "a positive number", value => value > 0),
    };
}
