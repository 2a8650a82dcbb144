using GradCam.Gen.Model;
using GradCam.Gen.Operations;
using static System.FormattableString;

namespace GradCam.Gen.Emit;

/// <summary>Where the values and gradients lie in the workspace.</summary>
internal static class TensorsEmitter
{
    public static void Emit(SourceWriter writer, Plan plan, Names names)
    {
        writer.Summary("Where the layers' outputs lie in the workspace.");
        Emit(writer, "Values", plan, names, plan.Values, Tensor);
        if (plan.Gradients.Count == 0)
            return;
        writer.Line();
        writer.Summary("Where the gradients of the logit with respect to the layers' outputs lie in the workspace, while a backward slice runs.");
        Emit(writer, "Gradients", plan, names, plan.Gradients, Tensor);
        if (plan.Sums.Count == 0)
            return;
        writer.Line();
        writer.Summary("Where these gradients' sums over the pixels lie, while plain Grad-CAM runs. Of one pixel they are the gradient, and a pool passes them on.");
        Emit(writer, "Sums", plan, names, plan.Sums, (layer, location, names) =>
            location.Owner != layer.Id ? names.Layer(location.Owner)
            : plan.Gradients.TryGetValue(layer.Id, out Location? gradient) && gradient.Buffer == location.Buffer ? names.Gradient(layer.Id)
            : Tensor(layer, location, names));
    }

    private static void Emit(
        SourceWriter writer, string type, Plan plan, Names names, IReadOnlyDictionary<int, Location> locations, Func<Layer, Location, Names, string> tensor)
    {
        writer.Open($"private static class {type}");
        foreach (Layer layer in plan.Network.Layers)
        {
            if (locations.TryGetValue(layer.Id, out Location? location))
                writer.Call($"public static global::GradCam.Contract.Tensor {names.Layer(layer.Id)} => {tensor(layer, location, names)};");
        }

        writer.Close();
    }

    private static string Tensor(Layer layer, Location location, Names names)
    {
        WorkspaceBuffer buffer = location.Buffer;
        if (location.Owner != layer.Id)
        {
            string owner = names.Layer(location.Owner);
            return location.IsWhole ? owner : Invariant($"{owner}.Slice({location.Channel}, {location.Shape.Channels})");
        }

        string halo = buffer.Halo.IsEmpty ? "" : ", halo: " + ParameterText.Edges(buffer.Halo);
        return Invariant($"new(offset: 0x{buffer.Offset:x6}, channels: {buffer.Shape.Channels}, height: {buffer.Shape.Height}, width: {buffer.Shape.Width}{halo})");
    }
}
