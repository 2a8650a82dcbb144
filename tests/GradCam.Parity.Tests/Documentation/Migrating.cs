using System.Numerics.Tensors;
using GradCam.Imaging;
using GradCam.Weights;

namespace GradCam.Parity.Tests.Documentation;

[Network("../../../samples/Photo10/photo10.net", Weights = "photo10.safetensors")]
[GradCam("layer3")]
[GradCam("layer2")]
[GradCam("input")]
public sealed partial class Photo10;

[Network("cat.onnx", Labels = "cat.labels.txt")]         // one logit, one class name: cat
[GradCam("relu3")]
public sealed partial class CatOrDog;

[Network("scene.onnx", Labels = "scene.labels.txt")]     // three names: beach, forest, sunset
[GradCam("Relu")]
public sealed partial class Scene;

[Network("age.onnx")]                                    // one number
[GradCam("c3")]
public sealed partial class Age;

/// <summary>The C# of MIGRATING.md, line by line.</summary>
internal static class Migrating
{
    public static float[] Parts(Photo10.Session session, Photo photo)
    {
        session.Forward(photo);
        FeatureMaps activations = session.GetActivations(Photo10.Layer.Layer3);
        FeatureMaps gradients = session.GetGradients(Photo10.Class.Cat, Photo10.Layer.Layer3);
        float[] weights = new float[gradients.Channels];
        gradients.GetChannelMeans(weights);
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
        Heatmap heatmap = session.GradCam(session.GetBest());
        float[] enlarged = heatmap.Resize(width: 320, height: 240);
        return logits.Length == Photo10.ClassCount ? enlarged : [];
    }

    public static (float Cat, bool IsWhyNot) Binary(CatOrDog.Session session, Photo photo)
    {
        session.Forward(photo);
        float cat = session.Probabilities[0];
        Heatmap why = session.GradCam(CatOrDog.Class.Cat, counterfactual: cat < 0.5f);
        return (cat, why.IsCounterfactual);
    }

    public static Prediction[] MultiLabel(Scene.Session session, Photo photo, string folder)
    {
        var labels = new Prediction[Scene.ClassCount];
        session.Forward(photo);
        session.GetTop(labels);
        foreach (Prediction label in labels.Where(label => label.Probability > 0.5f))
            Overlay.Draw(photo, session.GradCam((Scene.Class)label.ClassIndex)).SavePng(Path.Combine(folder, $"{Scene.Labels[label.ClassIndex]}.png"));
        return labels;
    }

    public static (float Years, float Max) Regression(Age.Session session, Photo photo)
    {
        float years = session.Forward(photo)[0];
        Heatmap older = session.GradCam((Age.Class)0);
        return (years, older.Max);
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
