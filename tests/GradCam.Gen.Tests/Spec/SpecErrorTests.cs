using GradCam.Gen.Spec;

namespace GradCam.Gen.Tests.Spec;

/// <summary>What the parser says about wrong specs, and where. The marks in the texts are the places of the messages, in order.</summary>
public sealed class SpecErrorTests
{
    [Theory]
    // Statements.
    [InlineData("conv1: conv 64 [|foo|]", "GCG0003: Expected a size such as 3 or 3x3, found 'foo'")]
    [InlineData("conv1: conv 64[||]", "GCG0003: Expected a size such as 3 or 3x3, found the end of the spec")]
    [InlineData("conv1: conv 64[||]\nrelu", "GCG0003: Expected a size such as 3 or 3x3, found the end of the line")]
    [InlineData("conv1: conv 64 [|;|] relu", "GCG0003: Expected a size such as 3 or 3x3, found ';'")]
    [InlineData("conv1: conv 64 [|bn1|]: batchnorm", "GCG0003: Expected a size such as 3 or 3x3, found 'bn1:'")]
    [InlineData("conv1: conv [|stride|] 2", "GCG0003: Expected a whole number (channels), found 'stride'")]
    [InlineData("conv1: conv [|3x3|] 64", "GCG0008: 'channels' of conv: expected a whole number (channels), found '3x3'")]
    [InlineData("conv1: conv 64 [|3x3x3|]", "GCG0008: 'kernel' of conv: expected a size such as 3 or 3x3, found '3x3x3'")]
    [InlineData("conv1: conv [|6.4|] 3x3", "GCG0008: 'channels' of conv: expected a whole number (channels), found '6.4'")]
    [InlineData("conv1: conv [|64c|] 3x3", "GCG0003: Expected a whole number (channels), found '64c'")]
    [InlineData("conv1: conv [|0|] 3x3", "GCG0008: 'channels' of conv: expected a whole number from 1 on, found '0'")]
    [InlineData("conv1: conv 64 3x3 stride [|0|]", "GCG0008: 'stride' of conv: expected numbers from 1 on, found '0'")]
    [InlineData("conv1: conv 64 3x3 stride [|1x0|] pad 1", "GCG0008: 'stride' of conv: expected numbers from 1 on, found '1x0'")]
    [InlineData("conv1: conv 64 3x3 pad [|-1|]", "GCG0008: 'pad' of conv: expected numbers from 0 on, found '-1'")]
    [InlineData("conv1: conv 64 3x3 pad [|1 2|]", "GCG0008: 'pad' of conv: expected one number, a size or four numbers (top left bottom right), found '1 2'")]
    [InlineData("conv1: conv 64 3x3 pad [|1 2 3|] stride 2",
        "GCG0008: 'pad' of conv: expected one number, a size or four numbers (top left bottom right), found '1 2 3'")]
    [InlineData("conv1: conv 64 3x3 pad [|sane|]", "GCG0003: Expected a padding such as 1, 1x2, 0 0 1 1 or 'same', found 'sane'")]
    [InlineData("pad [|same|]", "GCG0003: Expected a padding such as 1, 1x2 or 0 0 1 1, found 'same'")]
    [InlineData("conv1: conv 64 3x3 bias [|no|]", "GCG0003: Expected 'on' or 'off', found 'no'")]
    [InlineData("conv1: conv 64 3x3 [|strid|] 2 pad 1", "GCG0005: 'conv' has no argument 'strid'. Did you mean 'stride'?")]
    [InlineData("conv1: conv 64 3x3 [|colour|] 2", "GCG0005: 'conv' has no argument 'colour'. conv takes stride, pad, dilation, groups, depthwise, bias.")]
    [InlineData("bn1: batchnorm [|64|]", "GCG0003: Expected an argument of batchnorm or the end of the statement, found '64'")]
    [InlineData("relu [|0.1|]", "GCG0003: Expected the end of the statement (relu takes nothing more), found '0.1'")]
    [InlineData("relu [|relu|]", "GCG0005: 'relu' has no argument 'relu'. Another statement begins on a new line or after ';'.")]
    [InlineData("conv1: conv 64 3x3 stride 2 [|stride|] 2", "GCG0007: 'stride' is already defined in this statement")]
    [InlineData("conv1: conv 64 3x3 groups 2 [|depthwise|]", "GCG0008: 'depthwise' of conv: expected either 'groups' or 'depthwise', found both")]
    [InlineData("maxpool[||]", "GCG0003: Expected a size such as 3 or 3x3, or 'global' or 'adaptive', found the end of the spec")]
    [InlineData("avgpool global [|stride 2|]", "GCG0008: 'stride' of avgpool: expected either 'global' or 'stride', found both")]
    [InlineData("maxpool 3 [|global|]", "GCG0008: 'global' of maxpool: expected either 'global' or 'kernel', found both")]
    [InlineData("[|upsample|] 2 align_corners", "GCG0008: 'align_corners' of upsample: expected 'bilinear' beside it, found 'nearest'")]
    [InlineData("clip 0[||]", "GCG0003: Expected a number such as 0.1 or 1/6, found the end of the spec")]
    [InlineData("elu alpha [|1/0|]", "GCG0008: 'alpha' of elu: expected a number that float32 holds, found '1/0'")]
    [InlineData("elu alpha [|1e999|]", "GCG0008: 'alpha' of elu: expected a number that float32 holds, found '1e999'")]
    [InlineData("[|batchnrom|] eps 1", "GCG0004: 'batchnrom' is neither an operation nor a block. Did you mean 'batchnorm'?")]
    [InlineData("x: [|con|] 64 3x3 stride 2 pad (1 + 2)\nrelu", "GCG0004: 'con' is neither an operation nor a block. Did you mean 'conv'?")]
    [InlineData("[|inceptionist|] 64", "GCG0004: 'inceptionist' is neither an operation nor a block.")]
    [InlineData("[|,|] relu", "GCG0003: Expected a label, an operation or a block, found ','")]
    [InlineData("[|§|]", "GCG0003: Expected a label, an operation or a block, found '§'")]
    [InlineData("relu\n[|}|]", "GCG0003: Expected a statement, found '}'")]
    [InlineData("relu [|)|] relu\nrelu", "GCG0003: Expected the end of the statement, found ')'")]
    [InlineData("relu [|->|] relu", "GCG0003: Expected the end of the statement, found '->'")]
    // What others call it.
    [InlineData(
        "conv1: [|Conv2d|] 64 3x3", "GCG0004: 'Conv2d' is neither an operation nor a block. Conv2d is called conv here, as in 'conv 64 3x3 stride 2 pad 1'.")]
    [InlineData(
        "conv1: [|Conv2D|](64, 3, strides=2)",
        "GCG0004: 'Conv2D' is neither an operation nor a block. Conv2D is called conv here, as in 'conv 64 3x3 stride 2 pad 1'.")]
    [InlineData("conv1: [|nn.Conv2d|](3, 64, kernel_size=7)\nrelu",
        "GCG0004: 'nn.Conv2d' is neither an operation nor a block. Conv2d is called conv here, as in 'conv 64 3x3 stride 2 pad 1'.")]
    [InlineData(
        "bn1: [|BatchNorm2d|] 64", "GCG0004: 'BatchNorm2d' is neither an operation nor a block. BatchNorm2d is called batchnorm here, as in 'batchnorm'.")]
    [InlineData(
        "bn1: [|BatchNormalization|]",
        "GCG0004: 'BatchNormalization' is neither an operation nor a block. BatchNormalization is called batchnorm here, as in 'batchnorm'.")]
    [InlineData("[|ReLU|]", "GCG0004: 'ReLU' is neither an operation nor a block. ReLU is called relu here.")]
    [InlineData("[|F.relu|]", "GCG0004: 'F.relu' is neither an operation nor a block. F.relu is called relu here.")]
    [InlineData(
        "[|max_pool2d|] 2",
        "GCG0004: 'max_pool2d' is neither an operation nor a block. max_pool2d is called maxpool here, as in 'maxpool 3x3 stride 2 pad 1'.")]
    [InlineData(
        "[|AdaptiveAvgPool2d|] 1",
        "GCG0004: 'AdaptiveAvgPool2d' is neither an operation nor a block. AdaptiveAvgPool2d is called avgpool here, as in 'avgpool global'.")]
    [InlineData("fc: [|Dense|] 10", "GCG0004: 'Dense' is neither an operation nor a block. Dense is called linear here, as in 'linear 1000'.")]
    [InlineData("fc: [|Linear|] 10", "GCG0004: 'Linear' is neither an operation nor a block. Linear is called linear here.")]
    [InlineData("conv1: conv 64 3x3 [|padding|] 1", "GCG0005: 'conv' has no argument 'padding'. padding is called pad here.")]
    [InlineData("bn1: batchnorm [|epsilon|] 0.1", "GCG0005: 'batchnorm' has no argument 'epsilon'. epsilon is called eps here.")]
    // Labels.
    [InlineData("[|conv1|] conv 64 3x3\nadd conv1", "GCG0003: Expected ':' behind the label 'conv1', found 'conv'")]
    [InlineData("[|downsample.0|] conv 64 3x3", "GCG0003: Expected ':' behind the label 'downsample.0', found 'conv'")]
    [InlineData("g: { [|0|] b 3; [|1|] b 4 }\nblock b(c) { relu }",
        "GCG0003: Expected ':' behind the label '0', found 'b'", "GCG0003: Expected ':' behind the label '1', found 'b'")]
    [InlineData("[|layer1|] { relu }", "GCG0003: Expected ':' behind the label 'layer1', found '{'")]
    [InlineData("add (in -> [|c|] conv 3 1x1 -> relu)", "GCG0003: Expected ':' behind the label 'c', found 'conv'")]
    [InlineData("[|conv1|] [|Conv2d|] 64 3x3",
        "GCG0003: Expected ':' behind the label 'conv1', found 'Conv2d'",
        "GCG0004: 'Conv2d' is neither an operation nor a block. Conv2d is called conv here, as in 'conv 64 3x3 stride 2 pad 1'.")]
    [InlineData("a:[||]\nrelu", "GCG0003: Expected an operation, a block or '{' after the label, found the end of the line")]
    [InlineData("a: [|b|]: relu", "GCG0003: Expected an operation, a block or '{' after the label, found 'b:'")]
    [InlineData("[|in|]: relu", "GCG0007: 'in' is already defined as the input of the braces around it")]
    [InlineData("[|a.|]: relu", "GCG0003: Expected a label such as conv1 or downsample.0, found 'a.'")]
    [InlineData("[|\"\"|]: relu", "GCG0003: Expected a label such as conv1 or downsample.0, found '\"\"'")]
    [InlineData("[|5..1|]: relu", "GCG0003: Expected a label or a range of at most 1000 such as 1..5 or layer1..5, found '5..1'")]
    [InlineData("[|1..99999999999|]: relu", "GCG0003: Expected a label or a range of at most 1000 such as 1..5 or layer1..5, found '1..99999999999'")]
    [InlineData("[|a..b|]: relu", "GCG0003: Expected a label or a range of at most 1000 such as 1..5 or layer1..5, found 'a..b'")]
    [InlineData("relu [|\"abc|]\nrelu", "GCG0003: Expected the end of the statement (relu takes nothing more), found a string without its closing '\"'")]
    // Braces and branches.
    [InlineData("g: {\n  relu\n  relu[||]", "GCG0003: Expected '}' for the '{' in line 2, found the end of the spec")]
    [InlineData("g: {\n  h: {\n    relu[||]\nblock b { relu }", "GCG0003: Expected '}' for the '{' in line 3, found the end of the line")]
    [InlineData("g: [|{ }|]", "GCG0023: Expected a statement in the braces of 'g' (a block that does nothing is 'identity'), found none")]
    [InlineData("add[||]", "GCG0003: Expected a value's name or a branch in parentheses, found the end of the spec")]
    [InlineData("add in [|+|] 2", "GCG0003: Expected a value's name or a branch in parentheses, found '+'")]
    [InlineData("add in [|]|]", "GCG0003: Expected a value's name or a branch in parentheses, found ']'")]
    [InlineData("from[||]", "GCG0003: Expected a value's name, found the end of the spec")]
    [InlineData("from in [|in|]", "GCG0003: Expected the end of the statement, found 'in'")]
    [InlineData("from [|(|]-> relu)", "GCG0003: Expected a value's name, found '('")]
    [InlineData("add (in [|)|]", "GCG0003: Expected '->' and a statement, found ')'")]
    [InlineData("add ([|)|]", "GCG0003: Expected a value's name or '->', found ')'")]
    [InlineData("add (in -> [|)|]\nrelu", "GCG0003: Expected a label, an operation or a block, found ')'")]
    [InlineData("add (in -> relu[||]\nrelu\nrelu", "GCG0003: Expected '->' or ')', found the end of the line")]
    [InlineData("add (in -> relu[||]", "GCG0003: Expected '->' or ')', found the end of the spec")]
    [InlineData("add (in -> relu [|;|] relu)\nrelu", "GCG0003: Expected '->' or ')', found ';'")]
    [InlineData("add (in ->\n [|rleu|]\n -> relu)\nrelu", "GCG0004: 'rleu' is neither an operation nor a block. Did you mean 'relu'?")]
    [InlineData("add (in -> c: conv 4 [|q|] -> relu)\nrelu", "GCG0003: Expected a size such as 3 or 3x3, found 'q'")]
    [InlineData("g: { [|output|] fc }", "GCG0003: Expected an operation or a block ('output' stands at the top level, without a label), found 'output'")]
    // Header.
    [InlineData("[|input|] 3x8x8", "GCG0007: 'input' is already defined in line 1")]
    [InlineData("image rgb [|resise|] 8 crop 8", "GCG0005: 'image' has no argument 'resise'. Did you mean 'resize'?")]
    [InlineData("[|image rgb resize 9|]", "GCG0008: 'resize' of image: expected 'resize' and 'crop' together, found 'resize' alone")]
    [InlineData("[|image squash resize 9 crop 8|]", "GCG0008: 'squash' of image: expected either 'squash' or 'resize' and 'crop', found both")]
    [InlineData("[|image rgb resize 7 crop 8|]\nrelu", "GCG0008: 'resize' of image: expected at least the crop's 8, found 7")]
    [InlineData("[|image rgb resize 9 crop 9|]\nrelu", "GCG0008: 'crop' of image: expected 8, the side of the input (3x8x8), found 9")]
    [InlineData("[|image gray|]\nrelu", "GCG0008: 'gray' of image: expected an input of one channel, found an input of 3x8x8")]
    [InlineData("[|image mean 0.5 0.5|]\nrelu", "GCG0008: 'mean' of image: expected 3 numbers, one a channel, found 2")]
    [InlineData("[|image std 1 1 0|]\nrelu", "GCG0008: 'std' of image: expected numbers other than 0, found 0")]
    [InlineData("image rgb [|bgr|]\nrelu", "GCG0007: 'bgr' is already defined in this line")]
    [InlineData("image rgb [|none|]\nrelu", "GCG0007: 'none' is already defined in this line")]
    [InlineData("[|image none mean 0.5|]\nrelu",
        "GCG0008: 'none' of image: expected 'none' alone, for a network that is given no photos, found other arguments beside it")]
    [InlineData("image mean [|x|]\nrelu", "GCG0003: Expected a number such as 0.485 or 1/255, found 'x'")]
    [InlineData("image rgb [|3|]\nrelu", "GCG0003: Expected an argument of image or the end of the line, found '3'")]
    [InlineData("labels [|names|].txt", "GCG0003: Expected the path of a text file in quotes, such as \"imagenet.labels.txt\", found 'names'")]
    [InlineData("labels \"a\"\n[|labels|] \"b\"\nrelu", "GCG0007: 'labels' is already defined in line 2")]
    [InlineData("output[||]\nrelu", "GCG0003: Expected the name of the value that holds the logits, found the end of the line")]
    [InlineData("fc: relu\noutput fc\noutput [|fc|]", "GCG0007: 'fc' is already defined in line 3")]
    [InlineData("output fc [|fc2|]", "GCG0003: Expected the end of the line, found 'fc2'")]
    // Blocks.
    [InlineData("b 1\nblock b(c) { conv [|d|] 3 }", "GCG0006: Nothing is named 'd' here. The block's parameters: c.")]
    [InlineData("b 1 2\nblock b(channels, k) { x: conv [|chanels|] k }", "GCG0006: Nothing is named 'chanels' here. Did you mean 'channels'?")]
    [InlineData("b 1\nblock b(first) { x: conv [|other|] 3 }", "GCG0006: Nothing is named 'other' here. The block's parameters: first.")]
    [InlineData("[|b 1|]\nblock b(c, d) { relu }", "GCG0012: Arguments of the block 'b': expected 2, found 1")]
    [InlineData("x: b 1 [|relu|]\nblock b(c) { relu }", "GCG0003: Expected a whole number, found 'relu'")]
    [InlineData("b [|3x3|]\nblock b(c) { relu }", "GCG0008: 'argument' of b: expected a whole number, found '3x3'")]
    [InlineData("b\nblock b { relu }\nblock [|b|] { relu }", "GCG0007: 'b' is already defined in line 3")]
    [InlineData("b 1 1\nblock b(c, [|c|]) { relu }", "GCG0007: 'c' is already defined as a parameter of this block")]
    [InlineData("relu\nblock [|conv|](c) { relu }", "GCG0007: 'conv' is already defined as an operation of the language")]
    [InlineData("relu\nblock [|input|] { relu }", "GCG0007: 'input' is already defined as a word of the language")]
    [InlineData("relu\nblock b(c, [|3|]) { relu }", "GCG0003: Expected a parameter's name, ',' or ')', found '3'")]
    [InlineData("relu\nblock b(c)[||]\nrelu", "GCG0003: Expected '{' and the block's statements, found the end of the line")]
    [InlineData("a\nblock a { b }\nblock b { [|a|] }", "GCG0011: Blocks must not run each other in a circle: a -> b -> a")]
    [InlineData("a\nblock a { add (in -> [|a|]) }", "GCG0011: Blocks must not run each other in a circle: a -> a")]
    // Sizes.
    [InlineData("[|1..1000: a|]\nblock a { 1..1000: relu }", "GCG0010: the network is too large: more than 20000 statements")]
    [InlineData("conv1: conv [|99999999999|] 3", "GCG0008: 'channels' of conv: expected a whole number up to 2147483647, found '99999999999'")]
    public void A_problem_has_its_place_and_message(string marked, params string[] expected)
    {
        var text = new MarkedText("input 3x8x8\n" + marked);

        Assert.Equal(text.Expect(expected), text.Describe(SpecParser.Parse(text.Text).Problems));
    }

    [Theory]
    [InlineData("[||]", "GCG0023: Expected an input line such as 'input 3x224x224' at the beginning of the spec, found none")]
    [InlineData("# nothing\n[||]", "GCG0023: Expected an input line such as 'input 3x224x224' at the beginning of the spec, found none")]
    [InlineData("[|relu|]", "GCG0023: Expected an input line such as 'input 3x224x224' at the beginning of the spec, found none")]
    [InlineData("input 3x8x6\n[|image rgb resize 9 crop 8|]\nrelu",
        "GCG0008: 'crop' of image: expected 'squash' instead, since the crop is a square and the input is 8x6, found 'crop 8'")]
    [InlineData("relu\n[|input|] 3x8x8", "GCG0003: Expected the input line before the first statement, found it behind one")]
    [InlineData("[|input 3x8x8|]\n", "GCG0023: Expected a statement behind the input line, found none")]
    [InlineData("input 3[||]\nrelu", "GCG0003: Expected channels x height x width, such as 3x224x224, found the end of the line")]
    [InlineData("input 3x8x[|0|]\nrelu", "GCG0008: 'size' of input: expected a whole number from 1 on, found '0'")]
    [InlineData("input 3x8x8 [|x|] 8\nrelu", "GCG0003: Expected the end of the line, found 'x'")]
    [InlineData("input [|cx8x8|]\nrelu", "GCG0003: Expected channels x height x width, such as 3x224x224, found 'cx8x8'")]
    [InlineData("input 3x[|99999999999|]x8\nrelu", "GCG0008: 'size' of input: expected a whole number up to 2147483647, found '99999999999'")]
    public void The_beginning_of_a_spec(string marked, params string[] expected)
    {
        var text = new MarkedText(marked);

        Assert.Equal(text.Expect(expected), text.Describe(SpecParser.Parse(text.Text).Problems));
    }

    [Fact]
    public void The_examples_of_other_names_are_statements() =>
        Assert.All(ForeignNames.AllExamples, example => Assert.Empty(SpecParser.Parse($"input 8x8x8\nx: conv 64 1x1\na: {example}").Problems));

    [Fact]
    public void Independent_errors_are_all_reported()
    {
        var text = new MarkedText(
            """
            input 3x8x8
            conv1: conv 64 [|foo|] stride 2 bias [|maybe|]
            bn1: [|batchnrom|]
            layer1: { 0: [|basc|] 64    1: basic 64 [|x|]    relu }
            add (in -> [|realu|]) (in -> c: conv [|0|] 1)
            [|fc|] linear 10

            block basic(c) { conv1: conv [|d|] 3x3 pad 1; add [|*|] }
            """);

        Assert.Equal(
            text.Expect(
                "GCG0003: Expected a size such as 3 or 3x3, found 'foo'",
                "GCG0003: Expected 'on' or 'off', found 'maybe'",
                "GCG0004: 'batchnrom' is neither an operation nor a block. Did you mean 'batchnorm'?",
                "GCG0004: 'basc' is neither an operation nor a block. Did you mean 'basic'?",
                "GCG0003: Expected a whole number, found 'x'",
                "GCG0004: 'realu' is neither an operation nor a block. Did you mean 'relu'?",
                "GCG0008: 'channels' of conv: expected a whole number from 1 on, found '0'",
                "GCG0003: Expected ':' behind the label 'fc', found 'linear'",
                "GCG0006: Nothing is named 'd' here. The block's parameters: c.",
                "GCG0003: Expected a value's name or a branch in parentheses, found '*'"),
            text.Describe(SpecParser.Parse(text.Text).Problems));
    }
}
