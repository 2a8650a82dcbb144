using System.Text;
using GradCam.Gen.Tests.Harness;
using Microsoft.CodeAnalysis.Text;

namespace GradCam.Gen.Tests.Diagnostics;

/// <summary>Files of class names that are no class names, and what is said of them.</summary>
public sealed class LabelDiagnosticTests
{
    [Fact]
    public void Odd_names_are_names()
    {
        GeneratorRun run = Run(
            "\ufefftench, Tinca tinca\nclass\nint\n2 dogs\ncat\n[sic]\n{curly} hair\nn01\n\"quoted\"\n1 of 2\n\u00e9t\u00e9\n\u72ac\n".TrimStart('\ufeff'), 12);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("cat\nH\ufffdndin\n", "labels.txt(2,1)-(2,1) GCG0033: Line 2 of 'labels.txt' is not UTF-8: save the file in this encoding")]
    [InlineData("c\0a\0t\0", "labels.txt(1,1)-(1,1) GCG0033: Line 1 of 'labels.txt' is not UTF-8: save the file in this encoding")]
    public void Gcg0033_bytes_that_are_not_UTF_8(string labels, string expected) => Assert.Equal([expected], Run(labels, 2).Diagnostics);

    [Fact]
    public void Gcg0033_a_code_page_in_which_the_compiler_read_it()
    {
        byte[] latin1 = Encoding.Latin1.GetBytes("cat\ndog\nK\u00e4tzchen\n");
        GeneratorRun run = Specs.With().WithFile("labels.txt", SourceText.From(latin1, latin1.Length, Encoding.Latin1)).Run();
        Assert.Equal(["labels.txt(3,1)-(3,1) GCG0033: Line 3 of 'labels.txt' is not UTF-8: save the file in this encoding"], run.Diagnostics);

        // Without such a letter the bytes are UTF-8 as well.
        latin1 = Encoding.Latin1.GetBytes("cat\ndog\nkitten\n");
        Assert.Empty(Specs.With().WithFile("labels.txt", SourceText.From(latin1, latin1.Length, Encoding.Latin1)).Run().Diagnostics);
        // UTF-16 says what it is.
        byte[] utf16 = [0xff, 0xfe, .. Encoding.Unicode.GetBytes("cat\ndog\nK\u00e4tzchen\n")];
        Assert.Empty(Specs.With().WithFile("labels.txt", SourceText.From(utf16, utf16.Length, Encoding.Unicode)).Run().Diagnostics);
    }

    [Theory]
    [InlineData("{0: 'tench, Tinca tinca',\n 1: 'goldfish'}\n", "a Python dictionary")]
    [InlineData("{\n  0: 'tench',\n  1: 'goldfish'\n}", "a Python dictionary")]
    [InlineData("labels = {0: 'tench', 1: 'goldfish'};", "a Python dictionary")]
    [InlineData("{'tench': 0, 'goldfish': 1}", "a Python dictionary")]
    [InlineData("{\"0\": [\"n01440764\", \"tench\"],\n\"1\": [\"n01443537\", \"goldfish\"]}", "a JSON object")]
    [InlineData("[\"tench\", \"goldfish\"]", "a list in brackets")]
    [InlineData("names: ['tench',\n 'goldfish']", "a list in brackets")]
    [InlineData("[\n'tench',\n'goldfish',\n]", "a list in brackets")]
    [InlineData("id,name\n0,tench\n1,goldfish\n", "a table with columns")]
    [InlineData("Class_ID\tLabel\n0\ttench\n", "a table with columns")]
    public void Gcg0034_another_form(string labels, string expected) =>
        Assert.StartsWith(
            $"labels.txt(1,1)-(1,1) GCG0034: 'labels.txt': expected one class name a line, found {expected}. ",
            Assert.Single(Run(labels, 2).Diagnostics),
            StringComparison.Ordinal);

    [Fact]
    public void Gcg0035_blank_lines()
    {
        GeneratorRun run = Run("cat\n\ndog\n", 3);
        Assert.Equal(["labels.txt(2,1)-(2,1) GCG0035: Line 2 of 'labels.txt' is blank: class 1 has no name"], run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.Contains("RunForward", run.Source(), StringComparison.Ordinal);
        Assert.Equal(
            ["labels.txt(1,1)-(1,1) GCG0035: Line 1 of 'labels.txt' is blank, as are 1 more: class 0 has no name"], Run("\n\ndog\n", 3).Diagnostics);
    }

    [Theory]
    [InlineData("n01440764 tench\nn01443537 goldfish\n", "begin with WordNet ids, which become part of the class names. Leave them out: ")]
    [InlineData("n01440764\ttench\nn01443537\tgoldfish\n", "begin with WordNet ids, which become part of the class names. Leave them out: ")]
    [InlineData("n01440764\nn01443537\n", "are WordNet ids instead of class names. ")]
    [InlineData("0 tench\n1 goldfish\n2 shark\n", "begin with their numbers, which become part of the class names. Leave them out: ")]
    [InlineData("1,tench\n2,goldfish\n3,shark\n", "begin with their numbers, which become part of the class names. Leave them out: ")]
    [InlineData("000: tench\n001: goldfish\n002: shark\n", "begin with their numbers, which become part of the class names. Leave them out: ")]
    public void Gcg0036_ids_and_numbers(string labels, string expected) =>
        Assert.StartsWith(
            $"labels.txt(1,1)-(1,1) GCG0036: The lines of 'labels.txt' {expected}",
            Assert.Single(Run(labels, labels.Count(c => c == '\n')).Diagnostics),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("0\n1\n2\n")]
    [InlineData("1 dog\n2 dogs\n3 cats and a dog\n4 x\n5 y\n7 z\n")]
    public void Numbers_that_are_the_names_are_no_numbering(string labels) => Assert.Empty(Run(labels, labels.Count(c => c == '\n')).Diagnostics);

    [Theory]
    [InlineData(
        "background\ncat\ndog\n", 2, "expected 2, one a logit, found 3. Its first line, 'background', is a class that this network does not have: remove it")]
    [InlineData("label\ncat\ndog\n", 2, "expected 2, one a logit, found 3. Its first line, 'label', seems to be a heading: remove it")]
    [InlineData("cat\n\ndog\n", 2, "expected 2, one a logit, found 3. Line 2 is blank")]
    [InlineData("cat\ndog\nbird\nfish\n", 2, "expected 2, one a logit, found 4")]
    public void Gcg0020_says_where_a_name_too_many_may_come_from(string labels, int classes, string expected) =>
        Assert.Equal(
            [$"(1,63)-(1,75) GCG0020: 'labels.txt' has the wrong number of class names: {expected}"], Run(labels, classes).Diagnostics);

    [Theory]
    [InlineData("cat", true)]
    [InlineData("background", false)]
    public void Gcg0020_of_a_thousand_names_for_1001_classes(string first, bool hasHint)
    {
        string labels = first + "\n" + string.Concat(Enumerable.Range(1, 999).Select(i => $"class {i}\n"));
        string hint = hasHint
            ? ". If the network's first class is the background, as TensorFlow's ImageNet networks of 1001 classes have it, put a line 'background' first"
            : "";
        Assert.Equal(
            ["(1,63)-(1,75) GCG0020: 'labels.txt' has the wrong number of class names: expected 1001, one a logit, found 1000" + hint],
            Run(labels, 1001).Diagnostics);
    }

    private static GeneratorRun Run(string labels, int classes) => Specs.With(
        spec: Specs.Small.Replace("linear 3", $"linear {classes}", StringComparison.Ordinal),
        manifest: Specs.ManifestOf("F32 [4,1,3,3] conv1.weight", "F32 [4] conv1.bias", $"F32 [{classes},4] fc.weight", $"F32 [{classes}] fc.bias"),
        labels: labels).Run();
}
