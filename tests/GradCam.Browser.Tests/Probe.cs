namespace GradCam.Browser.Tests;

/// <summary>What probe.mjs returns.</summary>
internal sealed record Probe(string[] Labels, double[] Logits, double First, double[] Forward, double Draw, double[][] Shown, double[] Again)
{
    private const int Width = 640;
    private const int Height = 480;

    /// <summary>Compares with the desktop's network on the same pixels.</summary>
    public void AssertIsTheDesktops()
    {
        byte[] pixels = new byte[Width * Height * 4];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)((i * 31) + (i / 977 * 7));
        using Photo10 network = Photo10.LoadEmbedded();
        using Photo10.Session session = network.CreateSession();
        session.Forward(new ImageView(pixels, Width, Height, PixelFormat.Rgba32));

        Assert.Equal(Photo10.Labels, Labels);
        Assert.Equal(session.Logits.Length, Logits.Length);
        for (int i = 0; i < Logits.Length; i++)
            Assert.Equal(session.Logits[i], Logits[i], 1e-5);
        Assert.Equal(Logits, Again);

        var photo = new Imaging.Photo(new ImageView(pixels, Width, Height, PixelFormat.Rgba32));
        double sum = 0;
        byte[] overlay = pixels;
        Imaging.Overlay.Draw(overlay, Width, Height, session.GradCam((Photo10.Class)0));
        foreach (byte value in overlay)
            sum += value;
        double[] shown = Assert.Single(Shown);
        Assert.Equal([Width, Height], shown[..2]);
        // A value here and there is rounded to its neighbour.
        Assert.Equal(sum, shown[2], 0.001 * sum);
        Assert.NotEqual(photo.Pixels.Length, sum);
    }
}
