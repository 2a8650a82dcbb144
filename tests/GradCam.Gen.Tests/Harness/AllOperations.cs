using System.Globalization;
using System.Text;
using GradCam.Gen.Operations;
using GradCam.Gen.Spec;

namespace GradCam.Gen.Tests.Harness;

/// <summary>A statement of every word of the language, on a map of eight channels that stays one.</summary>
internal static class AllOperations
{
    /// <summary>By the operation's word. An operation of the table that is missing here fails a test.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Statements = new Dictionary<string, string[]>
    {
        ["conv"] = ["conv 8 3x3 pad 1", "conv 8 3x3 pad 1 depthwise bias off"],
        ["convtranspose"] = ["convtranspose 8 3x3 pad 1"],
        ["linear"] = ["linear 8"],
        ["batchnorm"] = ["batchnorm"],
        ["layernorm"] = ["layernorm"],
        ["groupnorm"] = ["groupnorm 4"],
        ["instancenorm"] = ["instancenorm affine off"],
        ["prelu"] = ["prelu"],
        ["scale"] = ["scale"],
        ["shift"] = ["shift"],
        ["relu"] = ["relu"],
        ["relu6"] = ["relu6"],
        ["sigmoid"] = ["sigmoid"],
        ["tanh"] = ["tanh"],
        ["silu"] = ["silu"],
        ["hardswish"] = ["hardswish"],
        ["mish"] = ["mish"],
        ["selu"] = ["selu"],
        ["leakyrelu"] = ["leakyrelu"],
        ["elu"] = ["elu"],
        ["gelu"] = ["gelu", "gelu tanh"],
        ["hardsigmoid"] = ["hardsigmoid"],
        ["softplus"] = ["softplus"],
        ["clip"] = ["clip 0 1"],
        ["maxpool"] = ["maxpool 3x3 stride 1 pad 1", "maxpool adaptive 6x6"],
        ["avgpool"] = ["avgpool 3x3 stride 1 pad 1", "avgpool adaptive 6x6"],
        ["flatten"] = ["flatten"],
        ["softmax"] = ["softmax"],
        ["dropout"] = ["dropout"],
        ["identity"] = ["identity"],
        ["add"] = ["add in", "add (-> relu)"],
        ["mul"] = ["mul (-> avgpool global -> sigmoid)"],
        ["concat"] = ["concat (-> relu)"],
        ["from"] = ["from in"],
        ["slice"] = ["slice 0 4"],
        ["shuffle"] = ["shuffle 2"],
        ["lrn"] = ["lrn 5"],
        ["pad"] = ["pad 1", "pad 1 reflect"],
        ["upsample"] = ["upsample 2", "upsample 2 bilinear"],
    };

    /// <summary>How many labels the network of all operations has, the classifier's included.</summary>
    public static int LabelCount => Statements.Values.Sum(statements => statements.Length) + 3;

    /// <summary>One network with all operations, each under a label of its own. What follows flatten is a vector, so that is last but two.</summary>
    public static string Network(IReadOnlyList<string> labels)
    {
        var spec = new StringBuilder("input 3x6x6\nimage none\n");
        int label = 0;
        void Add(string statement) => spec.Append(CultureInfo.InvariantCulture, $"{HostileTexts.Quote(labels[label++])}: {statement}\n");

        Add("conv 8 3x3 pad 1");
        foreach (string word in OperationTable.Names.Where(word => word != "flatten"))
        {
            foreach (string statement in Statements[word])
                Add(statement.Replace(" in", " " + HostileTexts.Quote(labels[label - 1]), StringComparison.Ordinal));
            spec.Append(word switch
            {
                "slice" => "concat (-> relu)\n",
                "pad" or "upsample" => "avgpool adaptive 6x6\n",
                _ => "",
            });
        }

        Add("flatten");
        Add("{ inner: linear 8 }");
        Add("linear 3");
        return spec.ToString();
    }
}
