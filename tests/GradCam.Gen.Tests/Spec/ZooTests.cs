using GradCam.Gen.Spec;

namespace GradCam.Gen.Tests.Spec;

/// <summary>The specs that ship as samples parse.</summary>
public sealed class ZooTests
{
    public static TheoryData<string> Specs() =>
        [.. Repository.SampleSpecs().Select(path => Path.GetRelativePath(Repository.File("samples"), path))];

    [Theory]
    [MemberData(nameof(Specs))]
    public void A_sample_parses(string spec)
    {
        ParsedSpec parsed = SpecParser.Parse(File.ReadAllText(Path.Combine(Repository.File("samples"), spec)));

        Assert.Empty(parsed.Problems.Select(problem => $"{problem.Id} at {problem.Place.Range}: {string.Join(" | ", problem.Arguments)}"));
    }
}
