using System.Globalization;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace GradCam.Browser.Tests;

/// <summary>
/// What the page takes, over several loads of it: GRADCAM_BROWSER_LOADS says how many. GRADCAM_BROWSER_PAGES may name the wwwroot folders of several published
/// pages, with semicolons between them, which are then loaded in turns. It prints, and bounds nothing: times depend on what else the machine does.
/// </summary>
public sealed class TimingTests(ITestOutputHelper output)
{
    [SkippableFact]
    public async Task Load_forward_and_first_heatmap_over_several_page_loads()
    {
        Skip.IfNot(int.TryParse(Environment.GetEnvironmentVariable("GRADCAM_BROWSER_LOADS"), out int loads) && loads > 0, "GRADCAM_BROWSER_LOADS is not set.");
        string[] pages = Environment.GetEnvironmentVariable("GRADCAM_BROWSER_PAGES") is { Length: > 0 } several
            ? [.. several.Split(';').Select(page => Path.GetFullPath(page, Site.Repository))]
            : [Site.Built];
        var times = new Dictionary<string, List<double>>();
        for (int i = 0; i < loads; i++)
        {
            foreach (string page in pages)
            {
                if (Probe.HasNode)
                    Add(page, "node", await Probe.InNodeAsync(page));
                using var site = new Site(page);
                await using (Tab tab = await Tab.OpenAsync())
                    Add(page, "Chromium", await Probe.InChromiumAsync(tab, site));
                await using (Tab tab = await Tab.OpenAsync())
                    Note(page, "Chromium", "first heatmap after navigation", await FirstHeatmapAsync(tab, site));
            }
        }

        foreach ((string what, List<double> values) in times.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Assert.Equal(loads, values.Count);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {Probe.Median(values):0.0} ms ({values.Min():0.0} to {values.Max():0.0})"));
        }

        void Add(string page, string engine, Probe probe)
        {
            probe.AssertIsTheDesktops();
            Note(page, engine, "load", probe.Load);
            Note(page, engine, "first forward", probe.First);
            Note(page, engine, "forward, median of 20", probe.MedianForward);
            Note(page, engine, "first Grad-CAM and overlay", probe.Draw);
        }

        void Note(string page, string engine, string what, double value)
        {
            string key = $"{(pages.Length > 1 ? page + ", " : "")}{engine}, {what}";
            if (!times.TryGetValue(key, out List<double>? values))
                times[key] = values = [];
            values.Add(value);
        }
    }

    private static async Task<double> FirstHeatmapAsync(Tab tab, Site site)
    {
        IPage page = tab.Page;
        await page.GotoAsync(site.Address);
        await page.WaitForFunctionAsync("!document.getElementById('status').textContent.includes('loading')");
        return await page.EvaluateAsync<double>("performance.now()");
    }
}
