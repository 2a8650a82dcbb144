using System.Numerics.Tensors;
using GradCam.Imaging;
using GradCam.Weights;

namespace GradCam.Parity.Tests.Documentation;

[Network("../../../samples/Photo10/photo10.net", Weights = "photo10.safetensors")]
[GradCam("layer3")]
[GradCam("layer2")]
[GradCam("input")]
public sealed partial class Photo10;

/// <summary>The C# of MIGRATING.md, line by line.</summary>
internal static class Migrating
{
    public static float[] Parts(Photo10.Session session, Photo photo)
    {
        session.Forward(photo);
        FeatureMaps activations = session.ActivationMaps(Photo10.Layer.Layer3);
        FeatureMaps gradients = session.Gradients(Photo10.Class.Cat, Photo10.Layer.Layer3);
        float[] weights = new float[gradients.Channels];
        gradients.ChannelMeans(weights);
        float[] map = new float[activations.Height * activations.Width];
        for (int p = 0; p < map.Length; p++)
            map[p] = TensorPrimitives.Dot(weights, activations.Values.Slice(p * activations.Channels, activations.Channels));
        return map;
    }

    public static float[] PyTorch(string path, string output)
    {
        using Photo10 net = Photo10.Load();
        using Photo10.Session session = net.CreateSession();
        Photo photo = Photo.Decode(path);
        Heatmap heatmap = session.GradCam(photo, Photo10.Class.Cat);
        Overlay.Draw(photo, heatmap).SavePng(output);
        return heatmap.Values.ToArray();
    }

    public static int SeveralClasses(Photo10.Session session, Photo photo)
    {
        HeatmapSet both = session.GradCam(photo, [Photo10.Class.Cat, Photo10.Class.Dog]);
        Heatmap whyNot = session.GradCam(Photo10.Class.Dog, Photo10.Layer.Layer2, CamMethod.GradCamPlusPlus, counterfactual: true);
        return whyNot.IsCounterfactual ? both.Count : 0;
    }

    public static float[] Keras(Photo10.Session session, float[] tensor)
    {
        ReadOnlySpan<float> logits = session.Forward(tensor, TensorLayout.Hwc);
        Heatmap heatmap = session.GradCam(session.Best);
        float[] enlarged = heatmap.Resize(width: 320, height: 240);
        return logits.Length == Photo10.ClassCount ? enlarged : [];
    }

    public static NetworkInfo Dl4j(IEnumerable<(string Name, int[] Shape, float[] Values)> tensors)
    {
        var weights = new WeightDictionary("model.zip");
        foreach ((string name, int[] shape, float[] values) in tensors)
            weights.Add(name, shape, values);
        using Photo10 net = Photo10.Load(weights);
        return Photo10.Info;
    }
}
