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
        writer.Open("private static class Values");
        foreach (Layer layer in plan.Network.Layers.Where(layer => plan.Values.ContainsKey(layer.Id)))
        {
            Location location = plan.Values[layer.Id];
            Emit(writer, names.Layer(layer.Id), location, owner: location.Owner == layer.Id ? null : names.Layer(location.Owner));
        }

        writer.Close();
        Gradients(
            writer, "Gradients", "Where the gradients of the logit with respect to the layers' outputs lie in the workspace, while a backward slice runs.",
            plan, names, sums: false);
        Gradients(
            writer, "Sums", "Where gradients' sums over the pixels lie, while plain Grad-CAM runs. Of one pixel they are the gradient; a pool passes them on.",
            plan, names, sums: true);
    }

    private static void Gradients(SourceWriter writer, string type, string summary, Plan plan, Names names, bool sums)
    {
        ILookup<int, KeyValuePair<Gradient, Location>> ofValue = plan.Gradients.Where(pair => pair.Key.IsSums == sums).ToLookup(pair => pair.Key.Value);
        if (ofValue.Count == 0)
            return;
        writer.Line();
        writer.Summary(summary);
        writer.Open($"private static class {type}");
        foreach (Layer layer in plan.Network.Layers)
            foreach ((Gradient gradient, Location location) in ofValue[layer.Id].Select(pair => (pair.Key, pair.Value)))
                Emit(writer, names.GradientAlone(gradient), location, owner: gradient == gradient.Root ? null : names.GradientAlone(gradient.Root));
        writer.Close();
    }

    private static void Emit(SourceWriter writer, string name, Location location, string? owner) =>
        writer.Member($"public static global::GradCam.Contract.Tensor {name}", owner is null ? Tensor(location.Buffer)
            : location.IsWhole ? owner
            : Invariant($"{owner}.Slice({location.Channel}, {location.Shape.Channels})"));

    private static string Tensor(WorkspaceBuffer buffer)
    {
        string halo = buffer.Halo.IsEmpty ? "" : ", halo: " + ParameterText.Edges(buffer.Halo);
        Shape shape = buffer.Shape;
        return Invariant($"new(offset: 0x{buffer.Offset:x6}, channels: {shape.Channels}, height: {shape.Height}, width: {shape.Width}{halo})");
    }
}
