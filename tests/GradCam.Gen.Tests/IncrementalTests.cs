using GradCam.Gen.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GradCam.Gen.Tests;

/// <summary>What an edit re-runs. A step that did not run, or ran and gave what it gave before, stops the edit there.</summary>
public sealed class IncrementalTests
{
    private const string Other = "class Other { int Method() => 1; }";

    private static readonly string[] NoClassSteps = [NetworkGenerator.Step.Misuses];

    [Fact]
    public void The_first_run_runs_every_step()
    {
        GeneratorRun run = Start();

        foreach (string step in NetworkGenerator.Step.All.Except(NoClassSteps))
            Assert.All(AtLeastOne(run.Reasons(step)), reason => Assert.Equal(IncrementalStepRunReason.New, reason));
    }

    [Fact]
    public void An_unrelated_source_re_runs_nothing()
    {
        GeneratorRun run = Start().Next.WithSource("Other.cs", "class Other { int Method() => 2; [System.Obsolete] void More() { } }").Run();

        AssertUnchanged(run, NetworkGenerator.Step.All);
    }

    [Fact]
    public void An_unrelated_additional_file_re_runs_no_pass()
    {
        GeneratorRun run = Start().Next.WithFile("notes.txt", "note").WithFile("other.net", "input 1x1x1\nrelu").Run();

        AssertUnchanged(run, NetworkGenerator.Step.Classes, NetworkGenerator.Step.Declarations, NetworkGenerator.Step.Places, NetworkGenerator.Step.Resolved,
            NetworkGenerator.Step.Compiled, NetworkGenerator.Step.Sources, NetworkGenerator.Step.Problems);
    }

    [Fact]
    public void Moving_the_class_re_runs_no_pass()
    {
        GeneratorRun run = Start().Next.WithSource("Net.cs", "// a comment\n" + Specs.Source).Run();

        Assert.Equal([IncrementalStepRunReason.Modified], run.Reasons(NetworkGenerator.Step.Places));
        AssertUnchanged(run, NetworkGenerator.Step.Declarations, NetworkGenerator.Step.InlineSpecs, NetworkGenerator.Step.Files, NetworkGenerator.Step.Resolved,
            NetworkGenerator.Step.Compiled, NetworkGenerator.Step.Sources, NetworkGenerator.Step.Problems);
    }

    [Fact]
    public void Moving_the_class_moves_its_diagnostics()
    {
        GeneratorRun before = Specs.With(source: Specs.Source.Replace("conv1", "conv9", StringComparison.Ordinal)).Run();
        GeneratorRun after = before.Next.WithSource("Net.cs", "\n\n" + Specs.Source.Replace("conv1", "conv9", StringComparison.Ordinal)).Run();

        Assert.StartsWith("(2,18)", Assert.Single(before.Diagnostics), StringComparison.Ordinal);
        Assert.StartsWith("(4,18)", Assert.Single(after.Diagnostics), StringComparison.Ordinal);
    }

    [Fact]
    public void A_comment_in_the_spec_gives_the_same_source()
    {
        const string spec = Specs.Small + "image none\n";
        GeneratorRun run = Start().Next.WithFile("a.net", spec).Run().Next.WithFile("a.net", spec + "# a comment\n").Run();

        Assert.Equal([IncrementalStepRunReason.Modified], run.Reasons(NetworkGenerator.Step.Specs));
        Assert.Equal([IncrementalStepRunReason.Modified], run.Reasons(NetworkGenerator.Step.Resolved));
        Assert.Equal([IncrementalStepRunReason.Unchanged], run.Reasons(NetworkGenerator.Step.Compiled));
        Assert.Equal([IncrementalStepRunReason.Cached], run.Reasons(NetworkGenerator.Step.Sources));
        AssertUnchanged(run, NetworkGenerator.Step.Classes, NetworkGenerator.Step.Declarations, NetworkGenerator.Step.Places, NetworkGenerator.Step.Labels,
            NetworkGenerator.Step.Manifests);
    }

    [Fact]
    public void An_edit_of_one_spec_compiles_one_network()
    {
        GeneratorRun start = Start().Next
            .WithFile("b.net", Specs.Small)
            .WithSource("B.cs", "[GradCam.Network(\"b.net\")] partial class B;").Run();

        GeneratorRun run = start.Next.WithFile("b.net", Specs.Small.Replace("conv 4", "conv 5", StringComparison.Ordinal)).Run();

        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], run.Reasons(NetworkGenerator.Step.Compiled).Order().Reverse());
        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], run.Reasons(NetworkGenerator.Step.Specs).Order().Reverse());
    }

    [Fact]
    public void The_source_does_not_depend_on_the_run()
    {
        string first = Start().Source();

        Assert.Equal(first, Start().Source());
        Assert.Equal(first, Start().Next.WithFile("a.net", "input 1x1x1").Run().Next.WithFile("a.net", Specs.Small).Run().Source());
        Assert.Equal(first, GeneratorDriverHarness.Of(
            Specs.Source, ("labels.txt", Specs.Labels), ("obj/x/a.safetensors.manifest", Specs.Manifest), ("a.net", Specs.Small)).Run().Source());
    }

    [Fact]
    public void Classes_that_differ_in_case_have_files_of_their_own()
    {
        GeneratorRun run = GeneratorDriverHarness.Of(
            "[GradCam.Network(\"a.net\")] partial class Net;\n[GradCam.Network(\"a.net\")] partial class NET;\n" +
            "namespace A { [GradCam.Network(\"a.net\")] partial class @class; }",
            ("a.net", Specs.Small)).Run();

        Assert.Null(run.Result.Exception);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.Equal(["A.class.g.cs", "NET.g.cs", "Net-1.g.cs"], run.Result.GeneratedSources.Select(source => source.HintName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_network_of_several_parts_is_generated_once()
    {
        GeneratorRun run = Specs.With(source: Specs.Source + "\npartial class Net { }").Run().Next
            .WithSource("Part.cs", "[GradCam.GradCam(\"input\")] partial class Net { }").Run();

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.Contains("InputGradient", run.Source(), StringComparison.Ordinal);
    }

    private static GeneratorRun Start() => Specs.With().WithSource("Other.cs", Other).Run();

    private static IReadOnlyList<IncrementalStepRunReason> AtLeastOne(IReadOnlyList<IncrementalStepRunReason> reasons)
    {
        Assert.NotEmpty(reasons);
        return reasons;
    }

    private static void AssertUnchanged(GeneratorRun run, params IEnumerable<string> steps)
    {
        foreach (string step in steps.Except(NoClassSteps))
            Assert.All(AtLeastOne(run.Reasons(step)), reason => Assert.True(
                reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{step}: {reason}"));
    }
}
