using GradCam.Gen.Diagnostics;
using GradCam.Gen.Spec;
using GradCam.Gen.Syntax;

namespace GradCam.Gen.Tests.Spec;

public sealed class SpecParserTests
{
    [Theory]
    // Operations with weights.
    [InlineData("conv1: conv 64 7x7", "[conv1]: conv channels=64 kernel=7x7")]
    [InlineData("conv 64 3 stride 2 pad 1 dilation 2x1 groups 4 bias off", "conv channels=64 kernel=3 stride=2 pad=1 dilation=2x1 groups=4 bias=off")]
    [InlineData("conv 64 1x7 bias on depthwise pad same", "conv channels=64 kernel=1x7 bias=on depthwise pad=same")]
    [InlineData("conv 64 3 pad 0 1 2 3 stride 2", "conv channels=64 kernel=3 pad=0,1,2,3 stride=2")]
    [InlineData("conv 64 3 pad 0x3", "conv channels=64 kernel=3 pad=0x3")]
    [InlineData("convtranspose 8 2x2 stride 2 outpad 1", "convtranspose channels=8 kernel=2x2 stride=2 outpad=1")]
    [InlineData("fc: linear 1000 bias off", "[fc]: linear channels=1000 bias=off")]
    [InlineData("batchnorm eps 1e-3 affine off", "batchnorm eps=0.001r affine=off")]
    [InlineData("layernorm eps 0.000001", "layernorm eps=1E-06r")]
    [InlineData("prelu; scale; shift", "prelu\nscale\nshift")]
    // Activations.
    [InlineData("relu; relu6; sigmoid; tanh; silu; hardswish; mish; selu", "relu\nrelu6\nsigmoid\ntanh\nsilu\nhardswish\nmish\nselu")]
    [InlineData("leakyrelu slope 0.2", "leakyrelu slope=0.2r")]
    [InlineData("elu alpha -1/2", "elu alpha=-0.5r")]
    [InlineData("gelu; gelu tanh", "gelu\ngelu tanh")]
    [InlineData("hardsigmoid alpha 1/5 beta 0.5", "hardsigmoid alpha=0.2r beta=0.5r")]
    [InlineData("softplus beta 2", "softplus beta=2r")]
    [InlineData("clip -1 1.5", "clip min=-1r max=1.5r")]
    // Pools and the rest.
    [InlineData("maxpool 3x3 stride 2 pad 1 dilation 1 ceil", "maxpool kernel=3x3 stride=2 pad=1 dilation=1 ceil")]
    [InlineData("avgpool 3 count_include_pad off ceil", "avgpool kernel=3 count_include_pad=off ceil")]
    [InlineData("maxpool global; avgpool global", "maxpool global\navgpool global")]
    [InlineData("maxpool adaptive 6; avgpool adaptive 6x7", "maxpool adaptive=6\navgpool adaptive=6x7")]
    [InlineData("flatten; softmax; identity; dropout; dropout 0.5", "flatten\nsoftmax\nidentity\ndropout\ndropout rate=0.5r")]
    [InlineData("slice 0 24", "slice start=0 count=24")]
    [InlineData("shuffle 2", "shuffle groups=2")]
    [InlineData("lrn 5 alpha 1e-4 beta 0.75 k 2", "lrn size=5 alpha=0.0001r beta=0.75r k=2r")]
    [InlineData("pad 1 reflect", "pad pad=1 reflect")]
    [InlineData("pad 0 0 1 1", "pad pad=0,0,1,1")]
    [InlineData("upsample 2; upsample 2x1 nearest", "upsample factor=2\nupsample factor=2x1 nearest")]
    [InlineData("upsample to 14x14 bilinear align_corners", "upsample to=14x14 bilinear align_corners")]
    // Values and branches.
    [InlineData("add in", "add <in>")]
    [InlineData("add layer1.0.relu-2 \"a \\\"b\\\" \\\\c\"", "add <layer1.0.relu-2> <a \"b\" \\c>")]
    [InlineData("concat a 0 (in -> relu) (-> c: conv 4 1->relu)", "concat <a> <0> (<in> -> relu) ( -> [c]: conv channels=4 kernel=1 -> relu)")]
    [InlineData("concat (in->relu)\n  (in\n -> conv 4 3\n pad 1\n -> relu)\nrelu",
        "concat (<in> -> relu) (<in> -> conv channels=4 kernel=3 pad=1 -> relu)\nrelu")]
    [InlineData("mul ( -> avgpool global -> s: { relu\n sigmoid } )", "mul ( -> avgpool global -> [s]: { relu; sigmoid })")]
    [InlineData("add (in -> add (in -> relu))", "add (<in> -> add (<in> -> relu))")]
    [InlineData("x: from conv1.relu", "[x]: from <conv1.relu>")]
    // Statements' ends.
    [InlineData("0: relu    1: relu; 2: relu\n3: relu", "[0]: relu\n[1]: relu\n[2]: relu\n[3]: relu")]
    [InlineData("g: { relu } relu", "[g]: { relu }\nrelu")]
    [InlineData("a: { b: { relu }; relu }", "[a]: { [b]: { relu }; relu }")]
    [InlineData("a:\n{\n  relu\n}", "[a]: { relu }")]
    [InlineData("{ relu }", "{ relu }")]
    [InlineData("relu # relu6\n# tanh\nrelu;;relu;", "relu\nrelu\nrelu")]
    [InlineData("relu\r\nrelu\rrelu", "relu\nrelu\nrelu")]
    // Labels.
    [InlineData("down-sample.0: relu", "[down-sample.0]: relu")]
    [InlineData("\"/stem/conv: 1\": relu", "[/stem/conv: 1]: relu")]
    [InlineData("conv: conv 4 3    relu: relu    input: relu", "[conv]: conv channels=4 kernel=3\n[relu]: relu\n[input]: relu")]
    [InlineData("1..3: relu", "[|1..3]: relu")]
    [InlineData("layer.0..3: { relu }", "[layer.|0..3]: { relu }")]
    [InlineData("x : relu", "[x]: relu")]
    // Blocks and arithmetic.
    [InlineData("0: b 64 2\nblock b(c, s) { conv c s }", "[0]: call b(64, 2)\nblock b(c, s) { conv channels=$c kernel=$s }")]
    [InlineData("b\nblock b { relu }", "call b()\nblock b() { relu }")]
    [InlineData("b\nblock b()\n{ relu }", "call b()\nblock b() { relu }")]
    [InlineData("b 1+2*3 (4-2)/2 -1 8-2-1", "call b((1+(2*3)), (((4-2)/2)-1), ((8-2)-1))", "b(x, y, z)")]
    [InlineData("b 8/2/2 -3", "call b((((8/2)/2)-3))", "b(x)")]
    [InlineData("b -3 -(4)", "call b((-3-4))", "b(x)")]
    [InlineData("d 1\nblock d(k) { conv 2*k kxk pad (k-1)/2 }", "call d(1)\nblock d(k) { conv channels=(2*$k) kernel=$kx$k pad=(($k-1)/2) }")]
    [InlineData("d 1\nblock d(k) { conv k 1xk stride kx1 pad 0 k 0 (k+1) }",
        "call d(1)\nblock d(k) { conv channels=$k kernel=1x$k stride=$kx1 pad=0,$k,0,($k+1) }")]
    [InlineData("d 1\nblock d(x) { conv x (x+1)x(x-1) }", "call d(1)\nblock d(x) { conv channels=$x kernel=($x+1)x($x-1) }")]
    [InlineData("d 1 1\nblock d(stride, pad) { conv stride 3 stride stride pad pad }",
        "call d(1, 1)\nblock d(stride, pad) { conv channels=$stride kernel=3 stride=$stride pad=$pad }")]
    public void A_statement_parses(string text, string expected, string? block = null)
    {
        string definition = block is null ? "" : $"\nblock {block} {{ relu }}";
        ParsedSpec parsed = SpecParser.Parse("input 3x8x8\n" + text + definition);

        Assert.Empty(parsed.Problems.Select(Describe));
        Assert.Equal(expected + (block is null ? "" : $"\nblock {block} {{ relu }}"), SyntaxPrinter.Print(parsed.Syntax));
    }

    [Fact]
    public void The_header_parses()
    {
        SpecSyntax spec = Parse(
            """
            # a comment
            input 3x224x224
            image bgr resize 256 crop 224 mean 0.485 -1 1/4 std 0.229 0.224 0.225 scale 1/255
            labels "names \"of\" classes.txt"
            output fc
            output aux.fc
            relu
            """);

        Assert.Equal((3, 224, 224), (spec.Input!.Channels, spec.Input.Height, spec.Input.Width));
        Assert.Equal(("bgr", 256, 224, false), (spec.Image!.Order, spec.Image.Resize, spec.Image.Crop, spec.Image.Squash));
        Assert.Equal([0.485, -1, 0.25], spec.Image.Mean);
        Assert.Equal([0.229, 0.224, 0.225], spec.Image.Std);
        Assert.Equal(1.0 / 255, spec.Image.Scale);
        Assert.Equal("names \"of\" classes.txt", spec.Labels!.Path);
        Assert.Equal(["fc", "aux.fc"], spec.Outputs.Select(output => output.Name));
    }

    [Fact]
    public void An_image_is_squashed_unless_it_is_cropped()
    {
        ImageSyntax image = Parse("input 1x8x8\nimage gray\nrelu").Image!;

        Assert.True(image.Squash);
        Assert.Null(image.Scale);
        Assert.Empty(image.Mean);
    }

    [Fact]
    public void Ranges_are_exact()
    {
        const string text = "input 3x8x8\nlayer1: conv 64 3x3 stride 2 pad same bias off\nadd (in -> down.0: relu)";
        SpecSyntax spec = Parse(text);
        var conv = (OperationSyntax)spec.Statements[0];
        var add = (OperationSyntax)spec.Statements[1];
        var branch = (BranchSyntax)add.Operands[0];
        string At(TextRange range) => text.Substring(range.Start, range.Length);

        Assert.Equal("input 3x8x8", At(spec.Input!.Range));
        Assert.Equal("layer1: conv 64 3x3 stride 2 pad same bias off", At(conv.Range));
        Assert.Equal("layer1", At(conv.Label!.Range));
        Assert.Equal("conv", At(conv.NameRange));
        Assert.Equal(["64", "3x3", "stride 2", "pad same", "bias off"], conv.Arguments.Select(argument => At(argument.Range)));
        Assert.Equal("3x3", At(conv.Argument("kernel")!.Values[0].Range));
        Assert.Equal("add (in -> down.0: relu)", At(add.Range));
        Assert.Equal("(in -> down.0: relu)", At(branch.Range));
        Assert.Equal("in", At(branch.Start!.Range));
        Assert.Equal("down.0: relu", At(branch.Statements[0].Range));
    }

    [Fact]
    public void Equal_texts_give_equal_syntax()
    {
        string text = File.ReadAllText(Repository.File("samples/Zoo/googlenet.net"));

        Assert.Equal(SpecParser.Parse(text), SpecParser.Parse(string.Concat(text)));
        Assert.NotEqual(SpecParser.Parse(text), SpecParser.Parse(text.Replace("linear 1000", "linear 1001", StringComparison.Ordinal)));
    }

    private static SpecSyntax Parse(string text)
    {
        ParsedSpec parsed = SpecParser.Parse(text);
        Assert.Empty(parsed.Problems.Select(Describe));
        return parsed.Syntax;
    }

    private static string Describe(Problem problem) => $"{problem.Id} at {problem.Place.Range}: {string.Join(" | ", problem.Arguments)}";
}
