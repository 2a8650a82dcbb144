using GradCam.Imaging;

namespace GradCam.Parity.Tests.Documentation;

[Network("../../../samples/Zoo/resnet18.net", Weights = "resnet18.safetensors")]
[GradCam("layer4")]
public sealed partial class ResNet18;

/// <summary>The C# of the zoo's page, line by line. Compiled alone: its weights are not here.</summary>
internal static class Zoo
{
    public static float FirstSteps()
    {
        using ResNet18 net = ResNet18.Load();
        using ResNet18.Session session = net.CreateSession();
        session.Forward(Photo.Decode("cat.jpg"));
        Heatmap why = session.GradCam(session.GetBest());
        return why.Max;
    }
}
