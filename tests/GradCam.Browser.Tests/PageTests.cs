using System.Globalization;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace GradCam.Browser.Tests;

/// <summary>The sample's page and its assemblies, in node and in Chromium, where these are installed.</summary>
public sealed class PageTests(ITestOutputHelper output) : IDisposable
{
    private readonly Site _site = new();

    public void Dispose() => _site.Dispose();

    [SkippableFact]
    public async Task Logits_in_node_are_the_desktops()
    {
        Skip.IfNot(Probe.HasNode, "node is not installed.");
        Check(await Probe.InNodeAsync(Site.Built));
    }

    [SkippableFact]
    public async Task Logits_in_Chromium_are_the_desktops()
    {
        await using Tab tab = await Tab.OpenAsync();
        Check(await Probe.InChromiumAsync(tab, _site));
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

    private void Check(Probe probe)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"load {probe.Load:0} ms; first forward {probe.First:0} ms; forward of a 640x480 photo {probe.Forward.Min():0.0} ms at best, " +
            $"{probe.MedianForward:0.0} in the median; overlay {probe.Draw:0} ms"));
        probe.AssertIsTheDesktops();
    }

    private static Task<string> PictureAsync(IPage page) => page.EvaluateAsync<string>("document.getElementById('canvas').toDataURL()");
}
