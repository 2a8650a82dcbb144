using GradCam.Documentation.Tests.Pages;
using GradCam.Gen.Tests;

namespace GradCam.Documentation.Tests;

/// <summary>Every link within the repository leads somewhere, to the heading that it names.</summary>
public sealed class LinkTests
{
    private const string RepositoryUrl = "https://github.com/gradcam-gen/gradcam-gen";

    public static TheoryData<string> Pages => [.. RepositoryFiles.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_of_a_page_resolve(string path) => Assert.Equal([], Broken(MarkdownPage.Read(path)));

    [Fact]
    public void There_are_pages_and_links()
    {
        Assert.Superset(
            new HashSet<string> { "README.md", "CONTRIBUTING.md", "samples/MIGRATING.md", "generator/GradCam.Gen/Spec/LANGUAGE.md" },
            RepositoryFiles.Pages.ToHashSet());
        Assert.True(RepositoryFiles.Pages.Sum(path => MarkdownPage.Read(path).Links.Count) > 100);
    }

    [Theory]
    [InlineData("[a](no-such-page.md)", "line 1: no-such-page.md: there is no such file")]
    [InlineData("\n[a](CHANGELOG.md#no-such-heading)", "line 2: CHANGELOG.md#no-such-heading: the page has no such heading")]
    [InlineData("[a](#nowhere)", "line 1: #nowhere: the page has no such heading")]
    [InlineData("![a](samples)", "")]
    [InlineData("[a](../../etc)", "line 1: ../../etc: it leads out of the repository")]
    [InlineData("<img src=\"no.png\">", "line 1: no.png: there is no such file")]
    [InlineData("# A `b`: c-d, e!\n[a](#a-b-c-d-e)", "")]
    [InlineData("# A\n# A\n[a](#a-1) [`x[0]`](#a) `[a](b)`\n```\n[a](b)\n# C\n```\n[a](#c)", "line 8: #c: the page has no such heading")]
    [InlineData("[a](https://example.com/nothing)", "")]
    [InlineData("[a](" + RepositoryUrl + "/blob/main/README.md)", "")]
    [InlineData("[a](" + RepositoryUrl + "/blob/main/no.md)", "line 1: " + RepositoryUrl + "/blob/main/no.md: there is no such file")]
    public void A_broken_link_is_found(string text, string expected) =>
        Assert.Equal(expected, string.Join("; ", Broken(MarkdownPage.Parse("page.md", text))));

    private static IEnumerable<string> Broken(MarkdownPage page)
    {
        foreach (PageLink link in page.Links)
        {
            if (Problem(page, link.Target) is string problem)
                yield return $"line {link.Line}: {link.Target}: {problem}";
        }
    }

    private static string? Problem(MarkdownPage page, string target)
    {
        string folder = Path.GetDirectoryName(Repository.File(page.Path))!;
        if (target.StartsWith(RepositoryUrl + "/", StringComparison.Ordinal))
        {
            // blob/REVISION/PATH, or a page of the site itself (issues, security).
            string[] steps = target[(RepositoryUrl.Length + 1)..].Split('/', 3);
            if (steps is not ["blob" or "raw" or "tree", _, _])
                return null;
            (folder, target) = (Repository.Root, steps[2]);
        }
        else if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal))
        {
            return null;
        }

        string[] parts = Uri.UnescapeDataString(target).Split('#', 2);
        string path = Path.GetFullPath(Path.Combine(folder, parts[0]));
        bool isHere = parts[0].Length == 0;
        if (!path.StartsWith(Repository.Root, StringComparison.Ordinal))
            return "it leads out of the repository";
        if (!isHere && !Path.Exists(path))
            return "there is no such file";
        if (parts.Length == 1)
            return null;
        MarkdownPage linked = isHere ? page : MarkdownPage.Read(Path.GetRelativePath(Repository.Root, path));
        return linked.Anchors.Contains(parts[1]) ? null : "the page has no such heading";
    }
}
