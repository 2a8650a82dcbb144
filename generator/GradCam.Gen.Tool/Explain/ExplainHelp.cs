using System.Text;

namespace GradCam.Gen.Tool.Explain;

/// <summary>What stands below the options in --help.</summary>
internal static class ExplainHelp
{
    /// <summary>Where an example's explanation begins.</summary>
    private const int Column = 45;

    private const string ExitCodes = """

        Exit codes:
          0    every photo was explained
          1    some photos could not be read, or their results not be written; the others were explained
          2    the command line asks for what there is not (option, class, layer, empty folder)
          3    the network could not be loaded
          130  stopped by Ctrl+C (143: by SIGTERM) after a photo; what is written is whole. The second signal ends at once
        """;

    private static readonly (string Arguments, string Meaning)[] Examples =
    [
        ("cat.jpg", "the best class, over the photo: cat.gradcam.png"),
        ("holiday --recursive --out why", "every photo of a folder and its subfolders, results in the folder why"),
        ("cat.jpg --class dog", "where the network would see a dog"),
        ("cat.jpg --class dog --counterfactual", "what speaks against a dog"),
        ("cat.jpg --layer layer2 --method layercam --colormap inferno --blend heat", "a finer map of an earlier layer"),
        ("holiday --report why.html", "one page of all photos, to look at and to send on"),
        ("cat.jpg --report why.html --top 5 --layer layer3,layer2 --method gradcam,layercam", "the same of what is named"),
        ("cat.jpg --report why.html --method gradcam,saliency,occlusion", "maps of the input beside those at a layer"),
        ("cat.jpg --raw npy", "cat.gradcam.npy as well, for numpy.load"),
        ("cat.jpg --manifest", "cat.gradcam.json as well: hashes of all that it was made of"),
        ("cat.jpg --manifest --reproducible", "of the same bits on every machine, for gradcam verify"),
        ("holiday > results.txt", "one line a photo, without colours; messages go to the error stream"),
    ];

    private static readonly (string Arguments, string Meaning)[] OtherNetworks =
    [
        ("cat.jpg --model resnet18.onnx --labels imagenet.labels.txt", "with a network of your own"),
        ("cat.jpg --model resnet18.net --layer layer3", "a net spec, whose weights resnet18.safetensors lie beside it"),
    ];

    /// <summary>Examples and exit codes.</summary>
    /// <param name="program">What is typed before the arguments.</param>
    /// <param name="takesOthers">True where a network can be named.</param>
    public static string For(string program, bool takesOthers)
    {
        var text = new StringBuilder("Examples:").AppendLine();
        foreach ((string arguments, string meaning) in takesOthers ? Examples.Concat(OtherNetworks) : Examples)
        {
            string line = $"  {program} {arguments}";
            if (line.Length > Column - 2)
                text.AppendLine(line).Append(' ', Column);
            else
                text.Append(line.PadRight(Column));
            text.AppendLine(meaning);
        }

        return text.Append(ExitCodes).ToString();
    }
}
