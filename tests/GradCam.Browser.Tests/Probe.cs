using System.Diagnostics;
using System.Text.Json;

namespace GradCam.Browser.Tests;

/// <summary>What probe.mjs returns.</summary>
internal sealed record Probe(string[] Labels, double[] Logits, double Load, double First, double[] Forward, double Draw, double[][] Shown, double[] Again)
{
    private const int Width = 640;
    private const int Height = 480;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The median of the forward passes when all is compiled.</summary>
    public double MedianForward => Median(Forward[20..]);

    /// <summary>The middle value.</summary>
    public static double Median(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Whether <see cref="InNodeAsync"/> can run.</summary>
    public static bool HasNode { get; } = CanRun("node", "--version");

    /// <summary>Runs probe.mjs in node.</summary>
    /// <param name="page">The page's wwwroot.</param>
    public static async Task<Probe> InNodeAsync(string page)
    {
        string script =
            $"const p = await import({Quote(Path.Combine(AppContext.BaseDirectory, "probe.mjs"))}); " +
            $"const d = await import({Quote(Path.Combine(page, "_framework", "dotnet.js"))}); " +
            "console.log('RESULT ' + JSON.stringify(await p.probe(d))); process.exit(0);";
        string printed = await RunAsync("node", "--input-type=module", "-e", script);
        return Parse(printed[(printed.IndexOf("RESULT ", StringComparison.Ordinal) + 7)..].Split('\n')[0]);
    }

    /// <summary>Runs probe.mjs in Chromium.</summary>
    public static async Task<Probe> InChromiumAsync(Tab tab, Site site)
    {
        await tab.Page.GotoAsync(site.Address + "probe.html");
        return Parse(await tab.Page.EvaluateAsync<string>(
            "async () => JSON.stringify(await (await import('/probe.mjs')).probe(await import('/_framework/dotnet.js')))"));
    }

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

    private static Probe Parse(string json) => JsonSerializer.Deserialize<Probe>(json, Json)!;

    private static string Quote(string path) => JsonSerializer.Serialize(new Uri(path).AbsoluteUri);

    private static bool CanRun(string program, string argument)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, argument) { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors + printed);
        return printed;
    }
}
