using GradCam.Gen.Operations;

namespace GradCam.Gen.Spec;

/// <summary>What PyTorch, Keras and ONNX call the operations of the language: a spec is often typed from one of them.</summary>
internal static class ForeignNames
{
    /// <summary>The language's words with what others call them, in lower case and without underscores.</summary>
    private static readonly (string Example, string[] Names)[] Operations =
    [
        ("conv 64 3x3 stride 2 pad 1", ["conv2d", "convolution", "convolution2d"]),
        ("conv 64 3x3 depthwise", ["depthwiseconv2d"]),
        ("convtranspose 64 2x2 stride 2", ["convtranspose2d", "conv2dtranspose", "deconv", "deconvolution", "deconv2d"]),
        ("linear 1000", ["dense", "gemm", "matmul", "fc", "fullyconnected", "innerproduct", "lazylinear"]),
        ("batchnorm", ["batchnorm2d", "batchnormalization", "bn", "frozenbatchnorm2d", "syncbatchnorm"]),
        ("layernorm", ["layernorm2d", "layernormalization"]),
        ("groupnorm 4", ["groupnormalization"]),
        ("instancenorm", ["instancenorm2d", "instancenormalization"]),
        ("lrn 5", ["localresponsenorm", "localresponsenormalization"]),
        ("maxpool 3x3 stride 2 pad 1", ["maxpool2d", "maxpooling2d"]),
        ("maxpool global", ["globalmaxpool", "globalmaxpool2d", "globalmaxpooling2d", "adaptivemaxpool2d"]),
        ("avgpool 2x2", ["avgpool2d", "averagepool", "averagepool2d", "averagepooling2d"]),
        ("avgpool global", ["adaptiveavgpool2d", "globalaveragepool", "globalaveragepool2d", "globalavgpool", "globalavgpool2d", "globalaveragepooling2d"]),
        ("dropout", ["dropout2d", "spatialdropout2d", "alphadropout"]),
        ("softmax", ["softmax2d", "logsoftmax"]),
        ("silu", ["swish"]),
        ("hardswish", ["hswish"]),
        ("hardsigmoid", ["hsigmoid"]),
        ("leakyrelu slope 0.01", ["lrelu"]),
        ("clip -1 1", ["hardtanh", "clamp", "clipbyvalue"]),
        ("upsample 2 nearest", ["upsampling2d", "upsamplingnearest2d", "resize", "interpolate"]),
        ("upsample 2 bilinear align_corners", ["upsamplingbilinear2d"]),
        ("pad 1", ["zeropad2d", "zeropadding2d", "constantpad2d"]),
        ("pad 1 reflect", ["reflectionpad2d"]),
        ("shuffle 4", ["channelshuffle"]),
        ("mul x", ["multiply"]),
        ("concat x", ["cat", "concatenate"]),
    ];

    private static readonly (string Name, string[] Names)[] Arguments =
    [
        ("pad", ["padding", "pads"]),
        ("stride", ["strides"]),
        ("dilation", ["dilations", "dilationrate"]),
        ("groups", ["group"]),
        ("outpad", ["outputpadding"]),
        ("eps", ["epsilon"]),
        ("slope", ["negativeslope"]),
        ("bias", ["usebias"]),
        ("ceil", ["ceilmode"]),
        ("affine", ["elementwiseaffine"]),
    ];

    private static readonly Dictionary<string, string> Examples = Operations
        .SelectMany(operation => operation.Names, (operation, name) => (operation.Example, name))
        .ToDictionary(pair => pair.name, pair => pair.Example);

    /// <summary>The statements that the messages give as examples.</summary>
    public static IEnumerable<string> AllExamples => Operations.Select(operation => operation.Example);

    /// <summary>True for what others call an operation.</summary>
    public static bool IsOperation(string name) => Examples.ContainsKey(Normalize(name));

    /// <summary><c> Conv2d is called conv here: conv 64 3x3 …</c>, with the blank in front, or nothing.</summary>
    /// <param name="name">The name, also with its module: <c>nn.Conv2d</c>.</param>
    public static string Operation(string name)
    {
        string last = name.Substring(name.LastIndexOf('.') + 1);
        if (Examples.TryGetValue(Normalize(last), out string? example))
            return $" {last} is called {example.Split(' ')[0]} here, as in '{example}'.";
        string word = Normalize(last);
        return word != name && OperationTable.Find(word) is not null ? $" {name} is called {word} here." : "";
    }

    /// <summary><c> padding is called pad here.</c>, with the blank in front, or nothing.</summary>
    public static string Argument(string name, IEnumerable<string> arguments)
    {
        string? argument = Arguments.FirstOrDefault(argument => argument.Names.Contains(Normalize(name))).Name;
        return argument is not null && arguments.Contains(argument) ? $" {name} is called {argument} here." : "";
    }

    private static string Normalize(string name) => name.Replace("_", "").ToLowerInvariant();
}
