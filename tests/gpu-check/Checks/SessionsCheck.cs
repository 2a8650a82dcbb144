using GradCam.GpuCheck.Timing;

namespace GradCam.GpuCheck.Checks;

/// <summary>Several sessions of one network at once, each on a thread of its own: every heatmap is the one that a session alone gives.</summary>
internal static class SessionsCheck
{
    private const int Sessions = 4;
    private const int Photos = 8;
    private const int Width = 320;
    private const int Height = 240;

    public static void Run(CheckArguments arguments, Report report)
    {
        TimedNetwork network = TimedNetwork.Tiny;
        int rounds = arguments.IsSmall ? 20 : 200;
        using Model model = network.Prepare(new NormalWeights(network.Info), arguments.Options);
        var random = new Random(5);
        byte[][] photos = [.. Enumerable.Range(0, Photos).Select(_ => new byte[Width * Height * 3])];
        foreach (byte[] photo in photos)
            random.NextBytes(photo);
        float[][] expected = [.. new float[Photos][]];
        using (var alone = new NetworkSession(model.CreateExecutor()))
        {
            for (int i = 0; i < Photos; i++)
                expected[i] = Explain(alone, photos[i], i).Raw.ToArray();
        }

        int differ = 0;
        Thread[] threads = [.. Enumerable.Range(0, Sessions).Select(first => new Thread(() =>
        {
            using var session = new NetworkSession(model.CreateExecutor());
            for (int i = first; i < first + rounds; i++)
            {
                if (!Explain(session, photos[i % Photos], i % Photos).Raw.SequenceEqual(expected[i % Photos]))
                    Interlocked.Increment(ref differ);
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        report.Expect(differ == 0, $"{Sessions} sessions at once: {differ} of {Sessions * rounds} heatmaps differ from those of one alone");
    }

    private static Heatmap Explain(NetworkSession session, byte[] photo, int @class) =>
        session.Explain(new ImageView(photo, Width, Height, PixelFormat.Rgb24), @class);
}
