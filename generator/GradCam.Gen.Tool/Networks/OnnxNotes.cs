using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Networks;

/// <summary>What a user should know of an ONNX file: its outputs, and how a photo becomes its input.</summary>
internal static class OnnxNotes
{
    public static void Write(ImportedNetwork network, TextWriter writer)
    {
        // Names come from the file.
        void Line(string text) => writer.WriteLine(Printable.Name(text));

        string? explained = network.Outputs.FirstOrDefault(output => output is { LeftOut: null, IsVector: true })?.Name;
        foreach (ImportedOutput output in network.Outputs.Where(output => network.Outputs.Count > 1 || output.LeftOut is not null))
        {
            string what = output.LeftOut is string reason ? $"left out: {reason.TrimEnd('.')}"
                : $"{output.Shape}{(output.Name == explained ? ", explained" : "")}{(output.Layer == output.Name ? "" : $", the layer {output.Layer}")}";
            Line($"Output {output.Name}: {what}.");
        }
        if (explained is null)
        {
            Line("No output is a vector of logits, which is what can be explained. " +
                "A network can end at a vector within it (Output = \"LAYER\", --output LAYER),");
            Line("or write the spec with import and put 'avgpool global' at its end.");
        }
        else if (network.Outputs.Count > 1)
        {
            Line($"Another is chosen by its name: [Network(…, Output = \"NAME\")], --output NAME. Without a name '{explained}' is explained.");
        }
        Line(network.Image.IsStated
            ? $"Image: {network.Image.Text ?? "none; the program fills the input"}."
            : "Image: not stated.");
        foreach (string note in network.Image.Notes)
            Line(note);
    }
}
