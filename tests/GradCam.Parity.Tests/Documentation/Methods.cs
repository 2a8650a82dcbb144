using GradCam.Imaging;

namespace GradCam.Parity.Tests.Documentation;

/// <summary>The C# of the page on sessions, methods and heatmaps, line by line.</summary>
internal static class Methods
{
    public static void Run(ILoadedNetwork network, Photo photo, string layer, CamMethod method, string folder)
    {
        Explain(network, photo, layer, method, folder);
        using NetworkSession scored = network.CreateSession();
        scored.Forward(photo);
        _ = Score(scored, 0, layer, new Progress<double>(), CancellationToken.None).Width;

        static void Explain(ILoadedNetwork network, Photo photo, string layer, CamMethod method, string folder)
        {
            using NetworkSession session = network.CreateSession();
            session.Forward(photo);
            foreach (Prediction prediction in session.GetTop(3))
            {
                Heatmap heatmap = session.Explain(prediction.ClassIndex, layer, method);
                Overlay.Draw(photo, heatmap).SavePng(Path.Combine(folder, prediction.ClassName + ".png"));
            }
        }

        static Heatmap Score(NetworkSession session, int classIndex, string layer, IProgress<double> progress, CancellationToken token) =>
            session.Explain(
                classIndex, layer, CamMethod.CreateScoreCam(mostChannels: 8),
                options: new ExplainOptions { Progress = progress, CancellationToken = token, Seed = 7 });
    }

    /// <summary>Targets and batches.</summary>
    public static void Targets(ILoadedNetwork network, Photo photo, Photo other, string layer)
    {
        using NetworkSession session = network.CreateSession();
        session.Forward(photo);
        Heatmap why = session.Explain(Target.Difference("cat", "dog"), layer);
        Heatmap against = session.Explain(-Target.Logit("cat"), layer);
        double sure = session.Evaluate(Target.Probability("cat"));
        Assert.True(sure is > 0 and < 1);
        Assert.Throws<InvalidOperationException>(() => why.Width);
        Assert.Equal(-1, against.ClassIndex);

        using NetworkSession batch = network.CreateSession(batch: 2);
        batch.SetInput(photo, sample: 0);
        batch.SetInput(other, sample: 1);
        batch.Forward();
        foreach (Heatmap heatmap in batch.ExplainSamples([3, 5], layer))
            Console.WriteLine(heatmap.Max);
        batch.Sample = 1;
        Console.WriteLine(batch.GetTop(1)[0].ClassName);
    }

    /// <summary>An explanation that can be proved.</summary>
    public static void Manifest(NetworkSession session, Photo photo)
    {
        Heatmap heatmap = session.Explain("tabby", "layer4");
        ExplanationManifest manifest = ExplanationManifest.Create(session, heatmap) with { PixelsSha256 = ExplanationManifest.HashPixels(photo) };
        manifest.Save("why.json");
    }
}
