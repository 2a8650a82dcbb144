using GradCam.Gen.Tests.Harness;

namespace GradCam.Gen.Tests.Declarations;

/// <summary>A spec in the attribute: its errors are placed within the literal, whatever kind of literal it is.</summary>
public sealed class InlineSpecTests
{
    private const string Expected = "GCG0004: 'conf' is neither an operation nor a block. Did you mean 'conv'?";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void In_an_indented_raw_string(string newLine)
    {
        const string source =
            "namespace A\n{\n    [GradCam.Network(\"\"\"\n        input 1x8x8\n\n" +
            "          g: { c: conf 4 3x3 }\n        avgpool global\n        \"\"\")]\n    partial class Net;\n}";

        Assert.Equal([$"(6,19)-(6,23) {Expected}"], Diagnose(source.Replace("\n", newLine, StringComparison.Ordinal)));
    }

    [Fact]
    public void In_a_raw_string_without_indentation() =>
        Assert.Equal([$"(3,4)-(3,8) {Expected}"], Diagnose("[GradCam.Network(\"\"\"\"\ninput 1x8x8\nc: conf \"\"\"\n\"\"\"\")]\npartial class Net;"));

    [Fact]
    public void In_a_raw_string_with_tabs() =>
        Assert.Equal([$"(3,6)-(3,10) {Expected}"], Diagnose("[GradCam.Network(\"\"\"\n\t\tinput 1x8x8\n\t\tc: conf 4\n\t\t\"\"\")]\npartial class Net;"));

    [Fact]
    public void At_the_end_of_a_raw_string() =>
        Assert.Equal(
            ["(3,13)-(3,13) GCG0003: Expected a size such as 3 or 3x3, found the end of the spec"],
            Diagnose("[GradCam.Network(\"\"\"\n  input 1x8x8\n  c: conv 64\n  \"\"\")]\npartial class Net;"));

    [Fact]
    public void At_the_end_of_a_line_of_a_raw_string() =>
        Assert.Equal(
            ["(3,13)-(3,13) GCG0003: Expected a size such as 3 or 3x3, found the end of the line"],
            Diagnose("[GradCam.Network(\"\"\"\n  input 1x8x8\n  c: conv 64\n  relu\n  \"\"\")]\npartial class Net;"));

    [Fact]
    public void In_a_verbatim_string() =>
        Assert.Equal([$"(2,10)-(2,14) {Expected}"], Diagnose("[GradCam.Network(@\"input 1x8x8\n\"\"a/b\"\": conf 4\")]\npartial class Net;"));

    [Fact]
    public void In_a_regular_string() =>
        Assert.Equal([$"(1,51)-(1,55) {Expected}"], Diagnose("[GradCam.Network(\"input 1x8x8\\r\\n\\\"a\\u0041\\x42\\\": conf 4\")]\npartial class Net;"));

    [Fact]
    public void In_a_sum_of_strings() =>
        Assert.Equal([$"(2,10)-(2,14) {Expected}"], Diagnose("[GradCam.Network(\"input 1x8x8\\n\" +\n    (\"c: conf 4\" + \"\\n\"))]\npartial class Net;"));

    [Fact]
    public void In_a_constant_the_argument_is_the_place() =>
        Assert.Equal([$"(1,18)-(1,24) {Expected}"], Diagnose(
            "[GradCam.Network(K.Spec)]\npartial class Net;\nstatic class K { public const string Spec = \"input 1x8x8\\nc: conf 4\"; }"));

    [Fact]
    public void A_spec_in_a_raw_string_generates()
    {
        GeneratorRun run = GeneratorDriverHarness.Of(
            "[GradCam.Network(\"\"\"\n" + Specs.Small + "\"\"\")]\n[GradCam.GradCam(\"conv1\")]\npartial class Net;").Run();

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.Equal("Net.g.cs", Assert.Single(run.Result.GeneratedSources).HintName);
    }

    private static IReadOnlyList<string> Diagnose(string source) => GeneratorDriverHarness.Of(source).Run().Diagnostics;
}
