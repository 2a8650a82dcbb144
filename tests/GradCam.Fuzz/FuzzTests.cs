using GradCam.Fuzz.Engine;
using GradCam.Fuzz.Targets;

namespace GradCam.Fuzz;

/// <summary>A fixed number of cases of every target, for the build; long runs are <c>Program</c>'s.</summary>
public sealed class FuzzTests
{
    /// <summary>A guard against hangs on a busy machine, not a bound on the time.</summary>
    private const int Patience = 20;

    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(10);

    public static TheoryData<string, int> Cases => new()
    {
        { LabelTarget.TargetName, 1_500 },
        { SpecTarget.TargetName, 1_000 },
        { ManifestTarget.TargetName, 1_500 },
        { HeaderTarget.TargetName, 8_000 },
        { LoaderTarget.TargetName, 10_000 },
        { OnnxTarget.TargetName, 2_000 },
        { PhotoTarget.TargetName, 3_000 },
        { PackedFileTarget.TargetName, 300 },
    };

    [Fact]
    public void Every_target_has_its_cases() => Assert.Equal(AllTargets.Names, Cases.Select(row => (string)((object[])row)[0]));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_that_comes_in_does_harm(string name, int cases)
    {
        FuzzTarget target = AllTargets.Find(name)!;
        var runner = new CaseRunner(target, Patience);
        var findings = new List<string>();
        long current = 0;
        var thread = new Thread(() =>
        {
            for (; current < cases; current++)
            {
                if (runner.Run(CaseSource.Get(target, seed: 1, current)) is Symptom symptom)
                    findings.Add($"{name} {current}: {symptom.Kind}: {symptom.Text}");
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        Assert.True(thread.Join(Hang), $"case {current} of {name} does not end");
        Assert.Empty(findings);
    }
}
