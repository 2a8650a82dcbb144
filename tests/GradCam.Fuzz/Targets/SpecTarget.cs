using GradCam.Fuzz.Engine;
using GradCam.Fuzz.Mutators;

namespace GradCam.Fuzz.Targets;

/// <summary>Net specs, through the generator, with a gradient that passes every layer.</summary>
internal sealed class SpecTarget : FuzzTarget
{
    public const string TargetName = "specs";

    private const string Source =
        """
        [GradCam.Network("a.net")]
        [GradCam.GradCam("input")]
        partial class Net;
        """;

    private static readonly TextMutator Text = new(
        "input", "image", "rgb", "bgr", "gray", "mean", "std", "resize", "crop", "labels", "output", "block", "conv", "convtranspose", "linear", "batchnorm",
        "layernorm", "prelu", "scale",
        "shift", "relu", "relu6", "sigmoid", "tanh", "silu", "hardswish", "mish", "selu", "leakyrelu", "elu", "gelu", "hardsigmoid", "softplus", "clip 0 6",
        "maxpool 2x2", "avgpool global",
        "avgpool adaptive 2x2", "flatten", "softmax", "dropout", "identity", "add in", "mul in", "concat (in -> relu)", "from in", "slice 0 1", "shuffle 2",
        "lrn 5", "pad 1 2 3 4 reflect", "upsample 2",
        "upsample to 7x7 bilinear align_corners", "stride", "pad", "same", "dilation", "groups", "depthwise", "bias off", "outpad", "eps", "affine off", "ceil",
        "count_include_pad", "nearest",
        "0..3: unit 4", "{", "}", "(", ")", "->", ":", "x", "3x3", "1x1", "\"a b\":", "a:", "in", "\n", "#", "c*2+1", "c/2", "((((((((", "{ a: { b: {",
        "block b(c) { conv c 1x1 }\n", "b 4\n");

    private readonly GeneratorHost _generator = new(Source, ("a.net", "input 1x8x8\nconv1: conv 4 3x3\navgpool global\nfc: linear 3\n"u8.ToArray()));

    public override string Name => TargetName;

    public override IReadOnlyList<byte[]> Seeds { get; } = Corpus.Read(TargetName);

    /// <summary>At the limit of 20,000 statements the generator may take two, and the parser of C# another.</summary>
    public override TimeSpan Time => TimeSpan.FromSeconds(3);

    public override long Memory(int length) => 1L << 30;

    public override byte[] Mutate(byte[] seed, Random random) => Text.Mutate(seed, random);

    public override void Run(byte[] input) => _generator.Run(("a.net", input));
}
