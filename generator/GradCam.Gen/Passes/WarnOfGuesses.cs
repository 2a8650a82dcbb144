using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using static System.FormattableString;

namespace GradCam.Gen.Passes;

/// <summary>Warns of what compiles and yet is seldom what was meant: photos whose preprocessing nobody stated, heatmaps of one pixel.</summary>
internal static class WarnOfGuesses
{
    public static void Run(CompilationInput input, Network network, List<Problem> problems)
    {
        if (network.GuessesPreprocessing)
            problems.Add(UnstatedImage(input, network));
        Dictionary<int, Layer> byId = network.ById();
        foreach (Target target in network.Targets.Where(target => !byId[target.Id].IsInput && byId[target.Id].Shape.IsVector))
        {
            var place = new Place(PlaceKind.GradCamAttribute, default, input.Layers.ToList().IndexOf(target.Name));
            problems.Add(new Problem(ProblemId.OnePixelLayer, place, target.Name, byId[target.Id].Shape.ToString(), Suggestion(network)));
        }
    }

    /// <summary>Where the spec is the build's, made from an ONNX file, the line goes into the project.</summary>
    private static Problem UnstatedImage(CompilationInput input, Network network)
    {
        bool isOnnx = input.SpecName.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
        string Line(string image) => isOnnx ? image : "image " + image;
        string order = network.Input.Shape.Channels == 1 ? "gray" : "rgb";
        string half = order == "gray" ? "0.5" : "0.5 0.5 0.5";
        List<string> common =
            [$"{Line(order)} (0 to 1)", $"{Line($"{order} mean {half} std {half}")} (-1 to 1)", $"{Line($"{order} scale 1")} (0 to 255)"];
        if (order == "rgb")
        {
            common.Add($"{Line("rgb resize 256 crop 224 mean 0.485 0.456 0.406 std 0.229 0.224 0.225")} (torchvision, ImageNet)");
            common.Add($"{Line("bgr scale 1 mean 103.939 116.779 123.68")} (Caffe)");
        }

        common.Add($"{Line("none")} (it is given tensors, no photos)");
        string where = isOnnx ? $"<NetworkOnnx Update=\"{input.SpecName}\" Image=\"…\" /> in the project with one of" : "one of the lines";
        Place place = isOnnx ? new Place(PlaceKind.NetworkAttribute) : network.Input.Range;
        return new Problem(ProblemId.UnstatedImage, place, where, string.Join("; ", common));
    }

    private static string Suggestion(Network network) => SuggestedLayer.Of(network) is { } layer
        ? Invariant($"Name a map before it, such as '{SuggestedLayer.Candidates(network)[layer.Id]}' ({layer.Shape}).")
        : "Name a map before it.";
}
