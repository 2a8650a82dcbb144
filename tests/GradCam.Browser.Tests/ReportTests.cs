using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace GradCam.Browser.Tests;

/// <summary>The page that <c>explain --report</c> writes, in Chromium, where it is installed.</summary>
public sealed class ReportTests(ReportPage report, ITestOutputHelper output) : IClassFixture<ReportPage>
{
    /// <summary>Names a folder that gets pictures of the page, for the documentation and to look at.</summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("GRADCAM_REPORT_PICTURES");

    [SkippableFact]
    public async Task The_page_shows_its_photos_and_what_is_chosen()
    {
        await using Tab tab = await Tab.OpenAsync();
        IPage page = tab.Page;
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        await page.GotoAsync(report.Address);
        await Painted(page);
        string cat = await StageAsync(page);
        ILocator caption = page.Locator("#caption");
        await Assertions.Expect(caption).ToContainTextAsync("What speaks for cat (93.");

        // Another class by the arrow keys, as radio buttons have them.
        await page.Locator("input[name=class][value='0']").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(caption).Not.ToContainTextAsync("for cat");
        string other = await ChangedAsync(page, cat);

        // Another layer and another method, chosen by their names' first letters and arrows.
        await page.Locator("#layer").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(caption).ToContainTextAsync("Grad-CAM at layer2. 16x16 cells");
        string layer = await ChangedAsync(page, other);
        await page.Locator("#method").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(caption).ToContainTextAsync("Grad-CAM++ at layer2");
        string method = await ChangedAsync(page, layer);

        await page.Locator("input[name=view][value=signed]").CheckAsync();
        string signed = await ChangedAsync(page, method);
        await page.Locator("#opacity").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        string photo = await ChangedAsync(page, signed);
        await page.Keyboard.PressAsync("End");
        await ChangedAsync(page, photo);

        // A tile of the contact sheet, and the other photo.
        await page.Locator("input[name=view][value=positive]").CheckAsync();
        await page.Locator("[data-map='0 3']").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(caption).ToContainTextAsync("HiResCAM at layer3");
        await Assertions.Expect(page.Locator("[data-map='0 3']")).ToHaveAttributeAsync("aria-pressed", "true");
        string tile = await StageAsync(page);
        await page.Locator("#next").ClickAsync();
        await ChangedAsync(page, tile);
        string name = OperatingSystem.IsWindows() ? "hostile" : ReportPage.Hostile.Replace("\u202e", "\\u202e", StringComparison.Ordinal);
        await Assertions.Expect(page.Locator("#photo-title")).ToContainTextAsync(name);
        // Without the folder of both.
        Assert.Equal("chelsea.png", await page.Locator("#photo-select option").First.TextContentAsync());

        // All of it is in the file, and what cannot be shown is said.
        await Assertions.Expect(page.Locator(".errors")).ToContainTextAsync("broken.jpg: expected a JPEG");
        Assert.All(asked, url => Assert.True(url == report.Address || url.StartsWith("data:", StringComparison.Ordinal), url));
        Assert.Empty(tab.Errors);
    }

    [SkippableFact]
    public async Task The_graph_is_walked_by_keys_and_leads_to_maps()
    {
        await using Tab tab = await Tab.OpenAsync();
        IPage page = tab.Page;
        await page.GotoAsync(report.Address);
        await Painted(page);
        ILocator details = page.Locator("#layer-details");
        await Assertions.Expect(details.Locator("h3")).ToHaveTextAsync("layer3.2.conv2");

        // One stop for Tab, arrows within.
        Assert.Equal(1, await page.Locator(".node[tabindex='0']").CountAsync());
        await page.Locator(".node[tabindex='0']").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(details).ToContainTextAsync("conv1");
        await Assertions.Expect(details).ToContainTextAsync("32x32x32");
        await Assertions.Expect(details).ToContainTextAsync("884.7 kMAC");
        await Assertions.Expect(details).ToContainTextAsync("928");
        await Assertions.Expect(page.Locator("#node-1")).ToHaveAttributeAsync("aria-selected", "true");

        // A layer with maps has a way to them.
        await page.Locator(".node.explained").Nth(1).ClickAsync();
        await details.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(page.Locator("#caption")).ToContainTextAsync("Grad-CAM at layer1");
        await page.Locator(".node.explained").First.ClickAsync();
        await details.GetByRole(AriaRole.Button, new() { Name = "Show the maps of the input" }).ClickAsync();
        await Assertions.Expect(page.Locator("#caption")).ToContainTextAsync("Saliency at the input");
        await page.Locator(".node.explained").Last.ClickAsync();
        await details.GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(page.Locator("#caption")).ToContainTextAsync("Grad-CAM at layer3");

        // Tab reaches what can be used, in the order in which it is seen.
        await page.Locator("#photo-select").FocusAsync();
        var order = new List<string>();
        for (int i = 0; i < 8; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            order.Add(await page.EvaluateAsync<string>("document.activeElement.id || document.activeElement.name || document.activeElement.className"));
        }

        Assert.Equal(["next", "class", "method", "layer", "view", "opacity", "colors", "by-heat"], order);
        Assert.Empty(tab.Errors);
    }

    [SkippableFact]
    public async Task Methods_of_the_input_are_a_group_of_their_own()
    {
        await using Tab tab = await Tab.OpenAsync();
        IPage page = tab.Page;
        await page.GotoAsync(report.Address);
        await Painted(page);
        string gradCam = await StageAsync(page);
        ILocator caption = page.Locator("#caption"), layer = page.Locator("#layer"), method = page.Locator("#method");
        Assert.Equal(["At a layer", "Of the input"], await page.EvalOnSelectorAllAsync<string[]>("#method optgroup", "all => all.map(one => one.label)"));
        Assert.Equal(
            ["Saliency", "Input x gradient"], await method.Locator("optgroup").Nth(1).Locator("option").AllTextContentsAsync());

        // A layer is no choice there, and is one again behind it. The keyboard goes past it.
        await layer.SelectOptionAsync("layer2 (16x16)");
        string layer2 = await ChangedAsync(page, gradCam);
        await method.SelectOptionAsync("Saliency");
        await Assertions.Expect(caption).ToContainTextAsync("Saliency at the input. 32x32 cells, values from ");
        string saliency = await ChangedAsync(page, layer2);
        await Assertions.Expect(layer).ToBeDisabledAsync();
        await Assertions.Expect(layer).ToHaveAccessibleDescriptionAsync("This method explains the input itself, at no layer.");
        Assert.Equal("input (32x32)", await page.EvaluateAsync<string>("document.getElementById('layer').selectedOptions[0].text"));
        await method.FocusAsync();
        await page.Keyboard.PressAsync("Shift+Tab");
        Assert.Equal("class", await page.EvaluateAsync<string>("document.activeElement.name"));
        await method.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(caption).ToContainTextAsync("Input x gradient at the input");
        string product = await ChangedAsync(page, saliency);
        await page.Locator("input[name=view][value=signed]").CheckAsync();
        await ChangedAsync(page, product);
        await Assertions.Expect(page.Locator("#method-about")).ToContainTextAsync("1 forward pass and 1 backward pass a class.");
        await PictureAsync(page, "input-1280");
        await page.SetViewportSizeAsync(360, 900);
        await PictureAsync(page, "input-360");
        Assert.Empty((await page.RunAxe()).Violations.Select(rule => $"{rule.Impact} {rule.Id}"));
        await page.SetViewportSizeAsync(1280, 720);
        await page.Locator("input[name=view][value=positive]").CheckAsync();
        await method.SelectOptionAsync("Grad-CAM");
        await Assertions.Expect(layer).ToBeEnabledAsync();
        await Assertions.Expect(caption).ToContainTextAsync("Grad-CAM at layer2");
        await Assertions.Expect(page.Locator("#layer-hint")).ToBeHiddenAsync();
        await BecomesAsync(page, layer2);

        // On the sheet, and what they cost.
        ILocator tile = page.GetByRole(AriaRole.Button, new() { Name = "Input x gradient at the input" });
        await tile.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(caption).ToContainTextAsync("Input x gradient at the input");
        await Assertions.Expect(tile).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Equal(1, await page.Locator("#map-sheets [aria-pressed=true]").CountAsync());
        await BecomesAsync(page, product);
        ILocator row = page.Locator("#input-cost-table tbody tr").First;
        Assert.Equal(["1", "1"], (await row.Locator("td").AllTextContentsAsync()).Take(2));

        // A tile is drawn anew for another class, and when a slider rests. It keeps the focus.
        await tile.FocusAsync();
        foreach (string change in new[]
        {
            "document.querySelector('input[name=class]:not(:checked)').click()",
            "(slider => { slider.value = 30; slider.dispatchEvent(new Event('input')); })(document.getElementById('opacity'))",
        })
        {
            string before = await tile.EvaluateAsync<string>(Picture);
            await page.EvaluateAsync(change);
            await page.WaitForFunctionAsync($"before => ({Picture})(document.activeElement) !== before", before);
            Assert.Equal("Input x gradient at the input", await page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-label')"));
        }
        Assert.Empty(tab.Errors);
    }

    [SkippableFact]
    public async Task Light_and_dark_narrow_and_wide_are_readable_by_all()
    {
        await using Tab tab = await Tab.OpenAsync();
        IPage page = tab.Page;
        await page.GotoAsync(report.Address);
        await Painted(page);
        foreach (ColorScheme scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            foreach (int width in new[] { 360, 1440 })
            {
                await page.SetViewportSizeAsync(width, 900);
                Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
                await PictureAsync(page, $"{scheme}-{width}");
                // Colours do not depend on widths: of four combinations two have it all.
                if (Pictures is null && (scheme == ColorScheme.Light) != (width == 360))
                    continue;
                AxeResult result = await page.RunAxe();
                output.WriteLine($"{scheme} {width}: {result.Passes.Length} rules passed, {result.Violations.Length} violated");
                Assert.Empty(result.Violations.Select(rule => $"{rule.Impact} {rule.Id}: {string.Join(", ", rule.Nodes.Select(node => node.Html))}"));
            }
        }

        // On paper: no controls, but all that they choose among.
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(page.Locator("#layer")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("#map-sheets canvas").First).ToBeVisibleAsync();
        if (Pictures is not null)
            await page.PdfAsync(new() { Path = Path.Combine(Pictures, "print.pdf"), Format = "A4" });
        Assert.Empty(tab.Errors);
    }

    [SkippableFact]
    public async Task Long_and_turned_names_fit_a_narrow_page()
    {
        await using Tab tab = await Tab.OpenAsync();
        IPage page = tab.Page;
        await page.SetViewportSizeAsync(320, 900);
        await page.GotoAsync(report.With(
            ("\"name\":\"cat\"", $"\"name\":\"{new string('m', 200)}\""), ("\"name\":\"chelsea.png\"", "\"name\":\"\u05d7\u05ea\u05d5\u05dc 1.png\""),
            ("\"classes\":10,", "\"classes\":1,")));
        await Painted(page);
        Assert.Equal(320, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await Assertions.Expect(page.Locator("#network-facts")).ToContainTextAsync("1 class ·");
        // Two tiles side by side, and what is beside a name stays beside it.
        Assert.Equal(
            1, await page.EvaluateAsync<int>("new Set([...document.querySelectorAll('#map-sheets .tile')].slice(0, 2).map(tile => tile.offsetTop)).size"));
        Assert.Equal("\u05d7\u05ea\u05d5\u05dc 1.png", await page.Locator("#maps-lead bdi").Last.TextContentAsync());
        await Assertions.Expect(page.Locator("#photo-sheet bdi").First).ToHaveTextAsync(new string('m', 200));

        // A caption that says the same is not said again.
        await page.EvaluateAsync(
            "new MutationObserver(() => window.spoken = true).observe(document.getElementById('caption'), { childList: true, subtree: true })");
        await page.Locator("#opacity").FocusAsync();
        string before = await StageAsync(page);
        await page.Keyboard.PressAsync("End");
        await ChangedAsync(page, before);
        Assert.False(await page.EvaluateAsync<bool>("!!window.spoken"));
        Assert.Empty(tab.Errors);
    }

    [SkippableFact]
    public async Task Colours_of_the_users_own_and_paper_show_all_that_is_shown()
    {
        await using Tab tab = await Tab.OpenAsync();
        IPage page = tab.Page;
        await page.GotoAsync(report.Address);
        await Painted(page);
        await page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
        Assert.Contains("gradient", await StyleAsync("#scale-bar", "backgroundImage"), StringComparison.Ordinal);
        Assert.NotEqual(await StyleAsync(".bar", "backgroundColor"), await StyleAsync(".bar > span", "backgroundColor"));
        Assert.NotEqual(await StyleAsync(".tile[aria-pressed=true]", "outline"), await StyleAsync(".tile[aria-pressed=false]", "outline"));
        await PictureAsync(page, "forced-1280");

        // Paper: nothing is cut by the end of a page, and what was opened for it is closed behind it.
        await page.EmulateMediaAsync(new() { ForcedColors = ForcedColors.None, Media = Media.Print });
        foreach (string whole in new[] { ".sheet > li", "figure", "tr", ".cards", "p" })
            Assert.Equal("avoid", await StyleAsync(whole, "breakInside"));
        await Assertions.Expect(page.Locator(".classes input").First).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator(".percent").First).ToBeVisibleAsync();
        await page.EvaluateAsync("addEventListener('beforeprint', () => window.opened = document.querySelector('details').open)");
        await page.PdfAsync(new() { Format = "A4" });
        Assert.True(await page.EvaluateAsync<bool>("window.opened"));
        Assert.False(await page.EvaluateAsync<bool>("document.querySelector('details').open"));
        Assert.Empty(tab.Errors);

        Task<string> StyleAsync(string selector, string property) =>
            page.EvaluateAsync<string>("([selector, property]) => getComputedStyle(document.querySelector(selector))[property]", new[] { selector, property });
    }

    /// <summary>The picture of samples/Explain/README.md, of the project's own photo alone.</summary>
    [SkippableFact]
    public async Task A_picture_for_the_documentation()
    {
        Skip.If(Pictures is null, "GRADCAM_REPORT_PICTURES names no folder for pictures.");
        await using Tab tab = await Tab.OpenAsync();
        using var own = new ReportPage(isOwnPhotoAlone: true);
        await tab.Page.SetViewportSizeAsync(1080, 1220);
        await tab.Page.GotoAsync(own.Address);
        await Painted(tab.Page);
        // A JPEG: of a photo a PNG has four times as many bytes.
        string picture = Path.Combine(Pictures!, "report.jpg");
        await tab.Page.ScreenshotAsync(new() { Path = picture, Type = ScreenshotType.Jpeg, Quality = 88 });
        Assert.InRange(new FileInfo(picture).Length, 50_000, 250_000);
    }

    private static async Task PictureAsync(IPage page, string name)
    {
        if (Pictures is not null)
            await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, name + ".png"), FullPage = true });
    }

    /// <summary>Waits until the photo is drawn: its pixels differ from one another.</summary>
    private static Task Painted(IPage page) => page.WaitForFunctionAsync(
        """
        (() => {
            const stage = document.getElementById('stage');
            const pixels = new Uint32Array(stage.getContext('2d').getImageData(0, 0, stage.width, stage.height).data.buffer);
            return new Set(pixels.subarray(0, 100000)).size > 1000;
        })()
        """);

    private const string Picture = "tile => tile.querySelector('canvas')?.toDataURL()";

    private static Task<string> StageAsync(IPage page) => page.EvaluateAsync<string>("document.getElementById('stage').toDataURL()");

    private static Task BecomesAsync(IPage page, string picture) =>
        page.WaitForFunctionAsync("picture => document.getElementById('stage').toDataURL() === picture", picture);

    private static async Task<string> ChangedAsync(IPage page, string before)
    {
        await page.WaitForFunctionAsync("before => document.getElementById('stage').toDataURL() !== before", before);
        return await StageAsync(page);
    }
}
