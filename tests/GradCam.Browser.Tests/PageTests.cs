using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace GradCam.Browser.Tests;

/// <summary>The sample's page and its assemblies, in node and in Chromium, where these are installed.</summary>
public sealed class PageTests(ITestOutputHelper output) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [SkippableFact]
    public async Task Logits_in_node_are_the_desktops()
    {
        Skip.IfNot(CanRun("node", "--version"), "node is not installed.");
        string script =
            $"const p = await import({Quote(Path.Combine(AppContext.BaseDirectory, "probe.mjs"))}); " +
            $"const d = await import({Quote(Path.Combine(Site.Built, "_framework", "dotnet.js"))}); " +
            "console.log('RESULT ' + JSON.stringify(await p.probe(d))); process.exit(0);";
        string printed = await RunAsync("node", "--input-type=module", "-e", script);
        Check(printed[(printed.IndexOf("RESULT ", StringComparison.Ordinal) + 7)..].Split('\n')[0]);
    }

    [SkippableFact]
    public async Task Logits_in_Chromium_are_the_desktops()
    {
        await using Tab tab = await Tab.OpenAsync();
        await tab.Page.GotoAsync(_site.Address + "probe.html");
        Check(await tab.Page.EvaluateAsync<string>(
            "async () => JSON.stringify(await (await import('/probe.mjs')).probe(await import('/_framework/dotnet.js')))"));
        Assert.Empty(tab.Errors);
    }

    [SkippableFact]
    public async Task The_page_explains_its_photo_and_others()
    {
        await using Tab tab = await Tab.OpenAsync();
        IPage page = tab.Page;
        await page.GotoAsync(_site.Address);
        ILocator status = page.Locator("#status");
        await page.WaitForFunctionAsync("!document.getElementById('status').textContent.includes('loading')");
        await Assertions.Expect(status).ToContainTextAsync("cat: ");
        double first = await page.EvaluateAsync<double>("performance.now()");
        string? shown = await status.TextContentAsync();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first heatmap at most {first:0} ms after navigation; {shown}"));
        Assert.True(await page.Locator("input[value='3']").IsCheckedAsync());
        string cat = await PictureAsync(page);

        // Another class, by the keyboard, and what speaks against it.
        await page.Locator("input[value='3']").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        Assert.True(await page.Locator("input[value='4']").IsCheckedAsync());
        string deer = await PictureAsync(page);
        Assert.NotEqual(cat, deer);
        await page.Locator("#against").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        string against = await PictureAsync(page);
        Assert.NotEqual(deer, against);
        await page.Locator("#colors").SelectOptionAsync("viridis");
        Assert.NotEqual(against, await PictureAsync(page));

        // What is no picture, and a photo of the user's.
        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "notes.png", MimeType = "image/png", Buffer = "just text"u8.ToArray() });
        await Assertions.Expect(status).ToContainTextAsync("notes.png: the browser cannot read this");
        await page.Locator("#against").UncheckAsync();
        await page.Locator("#file").SetInputFilesAsync(Path.Combine(Site.Repository, "samples", "Explain", "photos", "chelsea.png"));
        await Assertions.Expect(status).ToContainTextAsync("cat: ");
        Assert.Empty(tab.Errors);
    }

    private void Check(string json)
    {
        Probe probe = JsonSerializer.Deserialize<Probe>(json, Json)!;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"load and first forward {probe.First:0} ms; forward of a 640x480 photo {probe.Forward.Min():0.0} ms at best, " +
            $"{probe.Forward.Skip(20).Average():0.0} in the mean; overlay {probe.Draw:0} ms"));
        probe.AssertIsTheDesktops();
    }

    private static Task<string> PictureAsync(IPage page) => page.EvaluateAsync<string>("document.getElementById('canvas').toDataURL()");

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
