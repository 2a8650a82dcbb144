using Explain;
using GradCam.Conformance;
using GradCam.Imaging;

namespace GradCam.Explain.Tests;

/// <summary>The generated network as an application uses it: typed, without allocations, from several threads.</summary>
public sealed class Photo10Tests : IDisposable
{
    private readonly Photo10 _network = Photo10.LoadEmbedded(new CpuOptions { Threads = 1 });
    private readonly Photo _photo = Photo.Decode(CommandLine.Chelsea);

    public void Dispose() => _network.Dispose();

    [Fact]
    public void The_best_class_is_typed()
    {
        using Photo10.Session session = _network.CreateSession();
        session.Forward(_photo);
        Assert.Equal(Photo10.Class.Cat, session.GetBest());
        Assert.Equal(Photo10.ClassCount, session.Logits.Length);
        Assert.Equal("cat", session.GradCam(session.GetBest()).ClassName);
        Assert.Equal((8, 8), (session.GradCam(Photo10.Class.Dog).Width, session.GradCam(Photo10.Class.Dog).Height));
        Assert.Equal(32, session.GradCam(Photo10.Class.Dog, Photo10.Layer.Layer1).Height);
    }

    [Fact]
    public void Forward_and_grad_cam_allocate_nothing_after_the_first()
    {
        using Photo10.Session session = _network.CreateSession();
        Photo10.Class[] classes = [Photo10.Class.Cat, Photo10.Class.Dog];
        void All()
        {
            session.Forward(_photo);
            session.GradCam(_photo, Photo10.Class.Cat);
            session.GradCam(Photo10.Class.Frog, Photo10.Layer.Layer1, CamMethod.GradCamPlusPlus, counterfactual: true);
            session.GradCam(classes, Photo10.Layer.Layer2);
        }

        Assert.Equal(0, Allocations.Of(All));
    }

    [Fact]
    public void Sessions_on_several_threads_give_the_same_bits()
    {
        float[][] results = new float[4][];
        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using Photo10.Session session = _network.CreateSession();
            for (int repeat = 0; repeat < 5; repeat++)
                results[i] = [.. session.Forward(_photo), .. session.GradCam(Photo10.Class.Cat, Photo10.Layer.Layer2).Raw];
        });
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void A_heatmap_is_made_of_the_views_beside_it()
    {
        using Photo10.Session session = _network.CreateSession();
        session.Forward(_photo);
        FeatureMaps maps = session.GetActivations(Photo10.Layer.Layer2);
        float[] weights = new float[maps.Channels];
        session.GetGradients(Photo10.Class.Cat, Photo10.Layer.Layer2).GetChannelMeans(weights);
        ReadOnlySpan<float> raw = session.GradCam(Photo10.Class.Cat, Photo10.Layer.Layer2).Raw;
        float largest = Math.Max(raw.ToArray().Max(), -raw.ToArray().Min());
        for (int y = 0; y < maps.Height; y++)
        {
            for (int x = 0; x < maps.Width; x++)
            {
                float sum = 0;
                for (int c = 0; c < maps.Channels; c++)
                    sum += weights[c] * maps[c, y, x];
                Assert.Equal(sum, raw[y * maps.Width + x], 1e-5f * largest);
            }
        }
    }
}
