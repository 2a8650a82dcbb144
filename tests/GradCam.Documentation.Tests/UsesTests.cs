using System.Reflection;
using GradCam.Documentation.Tests.Pages;

namespace GradCam.Documentation.Tests;

/// <summary>The pages of uses: their code, compiled as it stands there and run on random weights, does what the page states.</summary>
public sealed class UsesTests : IDisposable
{
    private ILoadedNetwork? _network;
    private Type? _caller;

    public void Dispose() => _network?.Dispose();

    [Fact]
    public void Medical_images()
    {
        Load("samples/MEDICAL.md", "Chest");
        ushort[] stored = [.. Enumerable.Range(0, 64 * 64).Select(i => (ushort)i)];
        foreach ((double center, double width) in new[] { (2048.0, 4096.0), (1000, 400), (40, 400), (3000.5, 777) })
        {
            byte[] shown = Call<byte[]>("Show", stored, center, width);
            for (int i = 0; i < stored.Length; i++)
                Assert.InRange(shown[i] / 255.0 - Math.Clamp((stored[i] - center) / width + 0.5, 0, 1), -0.5001 / 255, 0.5001 / 255);
        }

        byte[] gray = new byte[200 * 150];
        new Random(2).NextBytes(gray);
        float[] map = new float[200 * 150];
        float[] logits = new float[3];
        float probability = Call<float>("Explain", _network!, gray, 200, 150, 1, map, logits);
        Assert.Equal(1 / (1 + Math.Exp(-logits[1])), probability, 1e-6);
        Assert.InRange(map.Max(), 0, 1);

        // 8 bits of a window as wide as the values, and all 12: nearly the same picture, in the input's size.
        byte[] small = Call<byte[]>("Show", stored, 2048.0, 4096.0);
        float[] allBits = new float[3];
        Call<float>("Explain", _network!, small, 64, 64, 1, new float[64 * 64], logits);
        Call<object?>("ExplainAllBits", _network!, stored, 2048.0, 4096 * 0.25, 1, new float[32 * 32], allBits);
        for (int i = 0; i < logits.Length; i++)
            Assert.Equal(logits[i], allBits[i], 0.02f * (1 + Math.Abs(logits[i])));
    }

    [Fact]
    public void Driving_and_robotics()
    {
        Load("samples/ROBOTICS.md", "Drive");
        byte[] frame = new byte[160 * 120 * 3];
        new Random(3).NextBytes(frame);
        // The runtime allocates now and then itself, where a thread waits for the first time or a method is compiled anew: the least of some tries.
        long least = long.MaxValue;
        for (int i = 0; i < 10 && least > 0; i++)
        {
            (int explained, long allocated, float[] map) = Call<(int, long, float[])>("See", _network!, frame, 160, 120, 101, TimeSpan.FromHours(1));
            Assert.Equal(101, explained);
            Assert.InRange(map.Max(), 0, 1);
            least = Math.Min(least, allocated);
        }

        Assert.Equal(0, least);
        (int changed, _, _) = Call<(int, long, float[])>("See", _network!, frame, 160, 120, 10, TimeSpan.Zero);
        Assert.Equal(1, changed);
        // 0.95 to the 36th of an hour is less than ten minutes: of 100 frames 36 wait for that.
        Assert.InRange(Call<int>("SeeAfterASlowOne", _network!, frame, 160, 120, 100, TimeSpan.FromMinutes(10)), 60, 67);
    }

    [Fact]
    public void Detection()
    {
        Load("samples/DETECTION.md", "Detector");
        byte[] pixels = new byte[64 * 64 * 3];
        new Random(4).NextBytes(pixels);
        using var session = Call<NetworkSession>("See", _network!, pixels, 64, 64);
        FeatureMaps scores = session.Outputs["scores"];
        Assert.Equal((8, 8, 3), (scores.Height, scores.Width, scores.Channels));
        (int row, int column, float score) = Call<(int, int, float)>("FindBest", session, 2);
        Assert.Equal(scores.Values[(row * 8 + column) * 3 + 2], score);
        for (int i = 2; i < scores.Values.Length; i += 3)
            Assert.True(scores.Values[i] <= score);

        float[] cell = Call<float[]>("ExplainCell", session, 2, 4, 3);
        AssertOnlyNear(cell, row: 4, column: 3, distance: 1);
        AssertOnlyNear(Call<float[]>("ExplainEdge", session, 1, 4, 3), row: 4, column: 3, distance: 0);

        // A box of two cells is the sum of both.
        float[] right = Call<float[]>("ExplainCell", session, 2, 4, 4);
        float[] box = Call<float[]>("ExplainBox", session, 2, new MapBox { Left = 3, Top = 4, Width = 2, Height = 1 });
        for (int i = 0; i < box.Length; i++)
            Assert.Equal(cell[i] + right[i], box[i], 1e-4f * (1 + Math.Abs(box[i])));
    }

    [Fact]
    public void Quality_control()
    {
        Load("samples/QUALITY.md", "PartNetwork");
        int pictures = 0;
        for (int i = 0; i < 8; i++)
        {
            byte[] gray = new byte[80 * 60];
            new Random(i).NextBytes(gray);
            bool[] part = [.. Enumerable.Range(0, gray.Length).Select(pixel => pixel % 80 < 30 + i)];
            double all = Share(gray, [.. part.Select(_ => true)]);
            if (double.IsNaN(all))
                continue;
            pictures++;
            Assert.Equal(1, all, 1e-9);
            Assert.Equal(1, Share(gray, part) + Share(gray, [.. part.Select(inside => !inside)]), 1e-6);
        }

        Assert.InRange(pictures, 1, 8);
        Assert.False(Call<bool>("IsForAPerson", 0.9f, 0.7));
        Assert.True(Call<bool>("IsForAPerson", 0.5f, 0.7));
        Assert.True(Call<bool>("IsForAPerson", 0.9f, 0.5));
        Assert.True(Call<bool>("IsForAPerson", 0.9f, double.NaN));

        double Share(byte[] gray, bool[] part) => Call<double>("Share", _network!, gray, 80, 60, part);
    }

    /// <summary>Compiles a page, and loads its network with random weights from the file that the page names.</summary>
    private void Load(string path, string name)
    {
        Type[] types = PageCompiler.Load(MarkdownPage.Read(path)).GetTypes();
        _caller = types.Single(type => type.Name == "Caller");
        Type network = types.Single(type => type.Name == name);
        var info = (NetworkInfo)network.GetProperty("Info")!.GetValue(null)!;
        File.WriteAllBytes(Path.Combine(AppContext.BaseDirectory, info.WeightFile!), GivenFiles.RandomWeights(info));
        _network = (ILoadedNetwork)network.GetMethod("Load", [typeof(string), typeof(NetworkOptions)])!.Invoke(null, [null, null])!;
    }

    private T Call<T>(string name, params object[] arguments) =>
        (T)_caller!.GetMethod(name)!.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!;

    private static void AssertOnlyNear(float[] map, int row, int column, int distance)
    {
        const int Width = 8;
        Assert.Equal(Width * Width, map.Length);
        int[] different = [.. Enumerable.Range(0, map.Length).Where(i => map[i] != 0)];
        Assert.NotEmpty(different);
        Assert.All(different, i => Assert.InRange(Math.Max(Math.Abs(i / Width - row), Math.Abs(i % Width - column)), 0, distance));
    }
}
