using System.Text.RegularExpressions;
using GradCam.Gen.Spec;

namespace GradCam.Gen.Tests.Spec;

/// <summary>Every example of the language reference parses.</summary>
public sealed partial class LanguagePageTests
{
    public static TheoryData<string> Examples()
    {
        var examples = new TheoryData<string>();
        foreach (Match match in Fence().Matches(File.ReadAllText(Repository.File("generator/GradCam.Gen/Spec/LANGUAGE.md"))))
            examples.Add(match.Groups[1].Value);
        return examples;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_of_the_page_parses(string example)
    {
        ParsedSpec parsed = SpecParser.Parse(example);

        Assert.Empty(parsed.Problems.Select(problem => $"{problem.Id} at {problem.Place.Range}: {string.Join(" | ", problem.Arguments)}"));
    }

    [GeneratedRegex("^```net\\r?\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
