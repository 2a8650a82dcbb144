using Microsoft.Playwright;

namespace GradCam.Browser.Tests;

/// <summary>A browser with one page, and what that complained of.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private const string Chromium = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Tab(IPlaywright playwright, IBrowser browser, IPage page)
    {
        (_playwright, _browser, Page) = (playwright, browser, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Errors.Add(message.Text);
        };
        // What a test waits for will not come.
        page.PageError += (_, error) =>
        {
            Errors.Add(error);
            _ = page.CloseAsync();
        };
    }

    public IPage Page { get; }

    public List<string> Errors { get; } = [];

    /// <summary>Opens Chromium; skips the test where it is not installed.</summary>
    public static async Task<Tab> OpenAsync()
    {
        Skip.IfNot(File.Exists(Chromium), $"{Chromium} is not installed.");
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync",
            ],
        });
        IPage page = await browser.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        // Other projects' tests run beside: what is expected may take longer than the usual five seconds.
        Assertions.SetDefaultExpectTimeout(60_000);
        return new Tab(playwright, browser, page);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }
}
