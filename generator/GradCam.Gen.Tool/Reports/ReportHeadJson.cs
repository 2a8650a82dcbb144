using System.Runtime.InteropServices;
using System.Text.Json;
using GradCam.Contract;
using GradCam.Gen.Tool.Graphs;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;

namespace GradCam.Gen.Tool.Reports;

/// <summary>What a page knows before its photos: the network, its graph, layers, methods and colours.</summary>
/// <param name="head">What it is made of.</param>
internal sealed class ReportHeadJson(ReportHead head)
{
    /// <summary>Writes the members of an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        NetworkInfo info = head.Info;
        json.WriteString("network", Printable.Name(head.Name));
        if (head.Note is string note)
            json.WriteString("note", Printable.Name(note));
        json.WriteString("input", $"{info.Input.Channels}x{info.Input.Height}x{info.Input.Width}");
        json.WriteString("inputSize", $"{info.Input.Height}x{info.Input.Width}");
        json.WriteNumber("classes", info.Logits.Channels);
        json.WriteNumber("multiplyAccumulates", info.MultiplyAccumulates);
        json.WriteNumber("parameters", info.Parameters);
        json.WriteNumber("weightBytes", head.Anatomy.Memory.WeightBytes);
        json.WriteNumber("sessionBytes", head.Anatomy.Memory.SessionBytes);
        string cores = $"{Environment.ProcessorCount} logical cores";
        json.WriteString("machine", $"{RuntimeInformation.ProcessArchitecture}, {cores}, {RuntimeInformation.FrameworkDescription}");
        json.WriteBoolean("counterfactual", head.IsCounterfactual);
        json.WriteNumber("opacity", head.Overlay.Opacity);
        json.WriteBoolean("byHeat", head.Overlay.Blend == BlendMode.ByHeat);
        json.WriteString("colorMap", head.Overlay.ColorMap.Name);
        WriteColors(json);
        WriteLayers(json, info);
        WriteMethods(json);
        WriteMaps(json);
        WriteGraph(json);
    }

    private static void WriteColors(Utf8JsonWriter json)
    {
        json.WriteStartObject("colorMaps");
        foreach (ColorMap map in ColorMap.All)
            json.WriteBase64String(map.Name, map.Rgb);
        json.WriteEndObject();
    }

    private void WriteLayers(Utf8JsonWriter json, NetworkInfo info)
    {
        json.WriteStartArray("layers");
        foreach (string name in head.Report.Layers)
        {
            Tensor activation = info.Layers.First(layer => layer.Name == name).Activation;
            json.WriteStartObject();
            json.WriteString("name", Printable.Name(name));
            json.WriteString("size", $"{activation.Height}x{activation.Width}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteMethods(Utf8JsonWriter json)
    {
        json.WriteStartArray("methods");
        foreach (IExplanationMethod method in head.Report.Methods)
        {
            json.WriteStartObject();
            json.WriteString("key", ExplanationMethods.Format(method));
            json.WriteString("name", method.ToString());
            json.WriteBoolean("atInput", method is InputMethod);
            json.WriteString("formula", method.Formula);
            json.WriteString("paper", method.Paper);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Which maps a class has: the numbers of layer and method each; -1 for the input.</summary>
    private void WriteMaps(Utf8JsonWriter json)
    {
        string[] layers = [.. head.Report.Layers];
        IExplanationMethod[] methods = [.. head.Report.Methods];
        json.WriteStartArray("maps");
        foreach (ReportMap map in head.Report.Maps)
        {
            json.WriteStartArray();
            json.WriteNumberValue(Array.IndexOf(layers, map.Layer));
            json.WriteNumberValue(Array.IndexOf(methods, map.Method));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private void WriteGraph(Utf8JsonWriter json)
    {
        json.WriteStartArray("graph");
        foreach (GraphLayer layer in head.Anatomy.Graph.Layers)
        {
            json.WriteStartObject();
            json.WriteString("name", Printable.Name(layer.Name));
            json.WriteString("operation", layer.Operation);
            json.WriteString("size", $"{layer.Size.Channels}x{layer.Size.Height}x{layer.Size.Width}");
            json.WriteNumber("multiplyAccumulates", layer.MultiplyAccumulates);
            json.WriteNumber("parameters", layer.Parameters);
            WriteList(json, "explained", layer.Explained.Where(head.Report.Layers.Contains));
            WriteList(json, "outputs", layer.Outputs);
            json.WriteStartArray("inputs");
            foreach (int input in layer.Inputs)
                json.WriteNumberValue(input);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        if (!values.Any())
            return;
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(Printable.Name(value));
        json.WriteEndArray();
    }
}
