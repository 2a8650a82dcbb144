using System.Text.RegularExpressions;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Operations;
using GradCam.Gen.Spec;

namespace GradCam.Gen.Tests.Spec;

/// <summary>Every example of the language reference parses, and gives a network.</summary>
public sealed partial class LanguagePageTests
{
    public static TheoryData<int, string> Examples()
    {
        string page = File.ReadAllText(Repository.File("generator/GradCam.Gen/Spec/LANGUAGE.md"));
        var examples = new TheoryData<int, string>();
        foreach (Match match in Fence().Matches(page))
            examples.Add(page.AsSpan(0, match.Index).Count("\n") + 1, match.Groups[1].Value);
        return examples;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_of_the_page_parses_and_has_shapes(int line, string example)
    {
        ParsedSpec parsed = SpecParser.Parse(example);
        var declaration = new ClassDeclaration("Net", "", default, "public", CanBeExtended: true);
        var input = new CompilationInput(
            declaration, parsed.Syntax, example, "example", null, null, null, null, null, default, HasErrors: parsed.Problems.Count > 0);
        CompilationOutput output = Pipeline.Compile(input);

        var text = new MarkedText(example);
        IEnumerable<Problem> problems = output.Problems.Where(problem => problem.Id != ProblemId.UnstatedImage);
        Assert.Equal([], text.Describe(parsed.Problems).Concat(text.Describe(problems)).Select(problem => $"example in line {line}: {problem}"));
    }

    [Fact]
    public void Every_operation_has_an_example()
    {
        HashSet<string> used = [.. Examples().SelectMany(example => Words().Matches((string)example[1]).Select(match => match.Value))];

        Assert.Equal([], OperationTable.Names.Except(used));
    }

    [GeneratedRegex("\\w+")]
    private static partial Regex Words();

    [GeneratedRegex("^```net\\r?\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
