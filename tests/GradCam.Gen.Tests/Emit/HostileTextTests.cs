using System.Globalization;
using System.Text;
using CsCheck;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Spec;
using GradCam.Gen.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Draw = CsCheck.Gen;

namespace GradCam.Gen.Tests.Emit;

/// <summary>No text from outside becomes code, wherever it enters: what is generated has the shape that it has with plain names.</summary>
public sealed class HostileTextTests
{
    private static readonly string[] WritingFolders = ["Emit", "CSharp", "Operations"];

    private static readonly string[] PlainNames = [.. Enumerable.Range(0, AllOperations.LabelCount).Select(i => Invariant($"plain{i}"))];

    private static readonly Texts Plain = new(PlainNames, ["one", "two", "three"], "a.net", "labels.txt", "w.safetensors", "r.safetensors");

    /// <summary>Every text that enters a network's code.</summary>
    private sealed record Texts(string[] Names, string[] Labels, string Spec, string LabelFile, string WeightFile, string Resource);

    private static readonly Gen<Texts> Hostile = Draw.Select(
        HostileTexts.Name.Array[PlainNames.Length], HostileTexts.Text.Array[3], HostileTexts.Text.Array[4],
        (names, labels, files) => new Texts([.. names.Select((name, i) => Invariant($"{name}#{i}"))], labels, files[0], files[1], files[2], files[3]));

    [Fact]
    public void Hostile_texts_leave_the_shape_of_the_code_as_it_is()
    {
        // Also with those that are refused at the door: behind it the two functions of SourceWriter stand alone.
        string plain = Emit(Plain);
        int members = CodeShape.Members(plain).Distinct().Count();

        Hostile.Check(
            count: 40,
            texts =>
            {
                string source = Emit(texts);
                Assert.Null(CodeShape.Difference(plain, source));
                Assert.Equal(members, CodeShape.Members(source).Distinct().Count());
                Assert.DoesNotContain(source, c => c is not '\n' && HiddenCharacters.Fault(c) is not null && !char.IsSurrogate(c));
            });
    }

    [Fact]
    public void Hostile_texts_compile_without_a_diagnostic() =>
        Hostile.Check(count: 3, texts => AssertCompiles("partial class Net { }", Emit(texts)));

    [Fact]
    public void Hostile_texts_that_build_go_through_the_whole_generator() =>
        Hostile.Check(
            count: 2,
            texts =>
            {
                string[] labels = [.. texts.Labels.Select(label => Admitted(label) + ".")];
                string[] names = [.. texts.Names.Select(Admitted)];
                GeneratorRun run = GeneratorDriverHarness.Of(
                    "[GradCam.Network(\"a.net\", Labels = " +
                    $"\"labels.txt\")]\n[GradCam.GradCam({SymbolDisplay.FormatLiteral(names[0], quote: true)})]\npartial class Net;",
                    ("a.net", AllOperations.Network(names)), ("labels.txt", string.Join("\n", labels))).Run();

                Assert.Empty(run.Diagnostics);
                Assert.Empty(run.CompilerDiagnostics);
            });

    [Theory]
    [InlineData(
        "cat\u0085 Cat0 } internal static class Evil { } enum Rest { //\ndog\nbird",
        "Line 1 of 'labels.txt' has the character U+0085, which ends a line. Remove it")]
    [InlineData("cat\ndog\u2028x\nbird", "Line 2 of 'labels.txt' has the character U+2028, which ends a line. Remove it")]
    [InlineData("cat\ndog\nbi\u202erd", "Line 3 of 'labels.txt' has the character U+202E, which changes the order in which text is shown. Remove it")]
    [InlineData("cat\nd\ufeffog\nbird", "Line 2 of 'labels.txt' has the character U+FEFF, which is a byte order mark. Remove it")]
    public void Gcg0029_labels_with_hidden_characters_are_refused(string labels, string expected)
    {
        GeneratorRun run = Specs.With(labels: labels).Run();

        string line = expected.Split(' ')[1];
        Assert.Equal([$"labels.txt({line},1)-({line},1) GCG0029: {expected}"], run.Diagnostics);
        Assert.DoesNotContain(
            CodeShape.Members(run.Source()), member => member.StartsWith("ClassDeclaration", StringComparison.Ordinal)
                && member.Contains("Evil", StringComparison.Ordinal));
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Theory]
    [InlineData("\"fc\u0085 class Evil2; //\": linear 3", "(5,4)-(6,1)", "U+0085, which ends a line")]
    [InlineData("\"fc\u202e\": linear 3", "(5,4)-(5,5)", "U+202E, which changes the order in which text is shown")]
    [InlineData("fc: linear 3 # \u2066", "(5,16)-(5,17)", "U+2066, which changes the order in which text is shown")]
    [InlineData("fc: linear 3\u000b", "(5,13)-(5,14)", "U+000B, which ends a line")]
    public void Gcg0029_a_spec_with_hidden_characters_is_refused_at_their_place(string statement, string place, string fault)
    {
        GeneratorRun run = Specs.With(spec: Specs.Small.Replace("fc: linear 3", statement, StringComparison.Ordinal)).Run();

        Assert.Equal([$"a.net{place} GCG0029: The net spec has the character {fault}. Remove it"], run.Diagnostics);
        Assert.DoesNotContain(
            CodeShape.Members(run.Source()), member => member.StartsWith("ClassDeclaration", StringComparison.Ordinal)
                && member.Contains("Evil", StringComparison.Ordinal));
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void Gcg0029_in_a_literal_is_found_at_its_escape()
    {
        const string source = "[GradCam.Network(\"input 1x8x8\\nflatten\\n\\\"f\\u2028c\\\": linear 3\")]\npartial class Net;";

        Assert.Equal(
            ["(1,44)-(1,50) GCG0029: The net spec has the character U+2028, which ends a line. Remove it"],
            GeneratorDriverHarness.Of(source).Run().Diagnostics);
    }

    [Theory]
    [InlineData("n01440764\ttench")]
    [InlineData("می‌خواهم")]
    [InlineData("👩‍🚀")]
    [InlineData("🏴󠁧󠁢󠁥󠁮󠁧󠁿")]
    [InlineData("a\u200eb")]
    [InlineData("\"quoted\" & <b> \\ {0}")]
    public void Labels_that_languages_need_are_taken_as_they_are(string label)
    {
        GeneratorRun run = Specs.With(labels: $"{label}\ndog\nbird\n").Run();

        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.Contains(Strings(run.Source()), text => text == label);
    }

    [Fact]
    public void A_literal_means_its_text()
    {
        Draw.OneOf(HostileTexts.Text, Draw.String).Check(
            count: 2000, text => Assert.Equal(text, Strings("class C { string s = " + SourceWriter.Literal(text) + "; }").Single()));
    }

    [Fact]
    public void Neither_function_lets_a_hidden_character_through()
    {
        for (int character = 0; character <= 0x10FFFF; character++)
        {
            bool surrogate = character is >= 0xD800 and <= 0xDFFF;
            string text = surrogate ? ((char)character).ToString() : char.ConvertFromUtf32(character);
            bool hidden = surrogate || CharUnicodeInfo.GetUnicodeCategory(character)
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            Assert.True(!hidden || HiddenCharacters.IsHidden(character), Invariant($"U+{character:X4}"));
            Assert.True(HiddenCharacters.Fault(character) is null || HiddenCharacters.IsHidden(character), Invariant($"U+{character:X4}"));
            if (text.Length == 1 && SyntaxFacts.IsNewLine(text[0]))
                Assert.Equal("ends a line", HiddenCharacters.Fault(character));
            if (!HiddenCharacters.IsHidden(character))
                continue;
            Assert.DoesNotContain(text, SourceWriter.Comment("a" + text + "b"), StringComparison.Ordinal);
            Assert.DoesNotContain(text, SourceWriter.Literal("a" + text + "b"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Text_that_comes_another_way_stops_at_the_writer() =>
        Assert.Throws<InvalidOperationException>(() => new SourceWriter().Line("// cat\u2028 class Evil;"));

    [Fact]
    public void Only_the_writer_puts_text_together()
    {
        // Whoever builds generated text elsewhere, or hands it to the compiler past the writer, goes round the two functions.
        string[] builders =
        [
            .. WritingFolders.SelectMany(Sources).Where(file => File.ReadAllText(file).Contains("StringBuilder", StringComparison.Ordinal))
                .Select(Path.GetFileName)!,
        ];
        string[] exits = [.. Sources("").Where(file => File.ReadAllText(file).Contains(".AddSource(", StringComparison.Ordinal)).Select(Path.GetFileName)!];

        Assert.Equal(["Identifiers.cs", "SourceWriter.cs"], builders);
        Assert.Equal(["NetworkGenerator.cs"], exits);

        static IEnumerable<string> Sources(string folder) =>
            Directory.EnumerateFiles(Repository.File(Path.Combine("generator/GradCam.Gen", folder)), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }

    private static string Emit(Texts texts)
    {
        string spec = AllOperations.Network(texts.Names);
        ParsedSpec parsed = SpecParser.Parse(spec);
        Assert.All(parsed.Problems, problem => Assert.Equal(ProblemId.HiddenCharacter, problem.Id));
        TensorEntry[] tensors = [.. Pipeline.Resolve(Input(default), [])!.Weights];
        CompilationOutput output = Pipeline.Compile(
            Input(new WeightManifest(texts.WeightFile, new string('a', 64), texts.Resource, tensors.ToEquatableArray())));
        Assert.DoesNotContain(output.Problems, problem => problem.Id != ProblemId.UnstatedImage);
        return output.Source!;

        CompilationInput Input(WeightManifest? weights) => new(
            new ClassDeclaration("Net", "", default, "internal", CanBeExtended: true), parsed.Syntax, spec, texts.Spec, weights, texts.WeightFile,
            texts.Labels.ToEquatableArray(), texts.LabelFile, null, new EquatableArray<string>([texts.Names[0], texts.Names[7], "input", texts.Names[^4]]),
            HasErrors: false);
    }

    /// <summary>The text without what a diagnostic refuses.</summary>
    private static string Admitted(string text)
    {
        var admitted = new StringBuilder();
        for (int i = 0; i < text.Length;)
        {
            int character = HiddenCharacters.At(text, i, out int length);
            if (HiddenCharacters.Fault(character) is null)
                admitted.Append(text, i, length);
            i += length;
        }

        return admitted.ToString();
    }

    private static IEnumerable<string> Strings(string source) =>
        CodeShape.Parse(source).GetRoot().DescendantNodes().OfType<LiteralExpressionSyntax>()
            .Where(literal => literal.IsKind(SyntaxKind.StringLiteralExpression)).Select(literal => literal.Token.ValueText);

    private static void AssertCompiles(string user, string generated) =>
        Assert.Empty(new GeneratorDriverHarness().WithSource("Net.cs", user).WithSource("Net.g.cs", generated).Run().CompilerDiagnostics);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
