using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Spec;

namespace GradCam.Gen.Tests.Spec;

/// <summary>Texts that are made to break a parser: bounded work, a bounded number of problems, no exception.</summary>
public sealed class HostileSpecTests
{
    private const int Megabyte = 1 << 20;

    /// <summary>Finds what does not come to its end, and nothing else: work is counted.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(3);

    public static TheoryData<string, string, string> Repetitions() => new()
    {
        { "", "a: {", "" },
        { "", "{", "}" },
        { "", "add (in -> ", "" },
        { "", "add (", ")" },
        { "conv ", "(", "" },
        { "conv ", "(", ")" },
        { "conv ", "-", "" },
        { "conv 1", "+1", "" },
        { "conv 1", "*(1", "" },
        { "conv ", "9", "" },
        { "conv 1", "x1", "" },
        { "", "a-", "" },
        { "", "a.", "" },
        { "", "a ", "" },
        { "", "\"", "" },
        { "", "\"a", "" },
        { "", "\\\"", "" },
        { "\"", "\\", "" },
        { "", "a:", "" },
        { "", "}", "" },
        { "", ")", "" },
        { "", "->", "" },
        { "", ";", "" },
        { "", "\n", "" },
        { "", "#", "" },
        { "", "#\n", "" },
        { "", "relu\n", "" },
        { "", "foo\n", "" },
        { "", "1..9: { relu }\n", "" },
        { "", "block b {\n", "" },
        { "", "\nblock b", "" },
        { "", "block b { b }\n", "" },
        { "", "image mean 1 ", "" },
        { "image mean ", "1 ", "" },
        { "add ", "in ", "" },
        { "add ", "(in -> relu) ", "" },
        { "b ", "1 ", "\nblock b(c) { relu }" },
        { "block b(", "c,", ") { relu }" },
        { "conv 1 3 ", "pad 1 ", "" },
        { "conv 1 3 ", "foo ", "" },
        { "", "\ud800", "" },
        { "", "\0", "" },
    };

    [Theory]
    [MemberData(nameof(Repetitions))]
    public void A_megabyte_of_anything_parses(string before, string repeated, string after)
    {
        int count = Megabyte / (repeated.Length + after.Length);
        string text = Text(count);

        ParsedSpec parsed = InTime(() => SpecParser.Parse(text), "parsing", text[..100]);

        Assert.InRange(parsed.Problems.Count, 0, SpecParser.MaxProblems);
        AssertSound(text, parsed);
        AssertProportional(n => SpecParser.Parse(Text(n)), count / 8);

        string Text(int n) => "input 3x8x8\n" + before + Repeat(repeated, n) + Repeat(after, after.Length == 1 ? n : 1);
    }

    public static TheoryData<string, Func<int, string>> Networks() => new()
    {
        { "a word of x", n => "input 3x32x32\nconv " + new string('x', n) },
        { "a word of x beside parameters", n => "input 3x32x32\nb 1 2\nblock b(a, x) { conv a " + new string('x', n) + " }" },
        { "blocks", n => "input 3x4x4\nrelu\n" + Lines(n, i => $"block b{i} {{ relu }}") },
        { "blocks of one name", n => "input 3x4x4\nrelu\n" + Lines(n, _ => "block b { relu }") },
        { "outputs", n => "input 3x4x4\nrelu\n" + Lines(n, i => $"output c{i}") },
        { "labels of one name", n => "input 3x4x4\n" + Lines(n / 20, _ => "a: relu") },
        { "parameters", n => "input 3x4x4\nb\nblock b(" + string.Join(", ", Enumerable.Range(0, n).Select(i => $"p{i}")) + ") { conv 1 1 }" },
        { "dots", n => "input 3x4x4\n\"" + new string('.', n) + "a\": { relu; add zzz }" },
        {
            "unknown names",
            n => "input 3x4x4\n" + Lines(n / 20, i => $"laaaaaaaaaaaaaaaaaaaaaaaa{i}: relu") + Lines(n / 20, i => $"add laaaaaaaaaaaaaaaaaaaaaaaax{i}")
        },
        { "operands in ranges", n => "input 3x4x4\nx: relu\n1..1000: concat " + Repeat("x ", n) },
        { "arguments in ranges", n => "input 3x4x4\n1..1000: b " + Repeat("1 ", n) + "\nblock b(c) { conv c 1x1 }" },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Definitions_names_and_arguments_take_work_in_proportion(string what, Func<int, string> text)
    {
        InTime(() => Compile(text(200_000)), what, what);
        AssertProportional(n => Compile(text(n)), 10_000);
    }

    [Theory]
    [InlineData("conv 4 3x3 pad 1\nsilu\n", 2)]
    [InlineData("conv 4 1x1\n", 1)]
    [InlineData("conv 4 3x3 pad 1\nrelu\nadd (-> conv 4 1x1)\n", 4)]
    [InlineData("mul (-> avgpool global -> linear 4 -> sigmoid)\n", 4)]
    [InlineData("maxpool 3x3 stride 1 pad 1\n", 1)]
    [InlineData("tanh\nsoftmax\n", 2)]
    public void A_network_at_the_limit_compiles_with_all_slices(string statements, int count)
    {
        string text = Text(19_900 / (count + 1));
        CompilationOutput output = InTime(() => Compile(text, "first", "input"), "compiling", statements);

        Assert.Empty(output.Problems);
        Assert.Contains("ToInput", output.Source!, StringComparison.Ordinal);
        AssertProportional(n => Compile(Text(n), "first", "input"), 1000);

        string Text(int n) =>
            "input 4x6x6\nfirst: relu\n" + string.Concat(Enumerable.Range(0, n).Select(i => $"l{i}: {{\n" + Labelled(statements) + "}\n")) +
            "flatten\nlast: linear 2\n";
    }

    [Fact]
    public void A_chain_of_blocks_has_a_limit()
    {
        string blocks = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"block b{i} {{ b{i + 1} }}\n"));

        ParsedSpec parsed = SpecParser.Parse("input 3x8x8\nb0\n" + blocks + "block b10000 { relu }");

        Problem problem = Assert.Single(parsed.Problems);
        Assert.Equal(ProblemId.SyntaxError, problem.Id);
        Assert.Equal("at most 64 levels of blocks, braces and branches", problem.Arguments[0]);
    }

    [Fact]
    public void A_tree_of_blocks_has_a_limit()
    {
        string blocks = string.Concat(Enumerable.Range(0, 50).Select(i => $"block b{i} {{ b{i + 1}; b{i + 1} }}\n"));

        ParsedSpec parsed = SpecParser.Parse("input 3x8x8\nb0\n" + blocks + "block b50 { relu }");

        Assert.Equal(ProblemId.SizeOverflow, Assert.Single(parsed.Problems).Id);
    }

    [Fact]
    public void Mutated_specs_do_not_throw()
    {
        string[] seeds = [.. Repository.SampleSpecs().Select(File.ReadAllText)];
        var random = new Random(20261123);
        for (int i = 0; i < 6000; i++)
        {
            string text = seeds[random.Next(seeds.Length)];
            for (int edits = random.Next(1, 6); edits > 0; edits--)
                text = Mutate(text, seeds, random);

            ParsedSpec parsed = InTime(() => SpecParser.Parse(text), "parsing", text);

            AssertSound(text, parsed);
            if (i % 20 == 0)
                AssertCompiles(text, parsed);
        }
    }

    /// <summary>
    /// Work by what it allocates, which no other test or process changes: of twice the text at most two and a half times as much. What is quadratic needs
    /// four times.
    /// </summary>
    private static void AssertProportional(Action<int> work, int count)
    {
        work(count);
        long once = Allocated(count), twice = Allocated(2 * count);
        Assert.True(twice <= 2.5 * once + 4 * Megabyte, $"{once} bytes, of twice the text {twice}");

        long Allocated(int n)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work(n);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static CompilationOutput Compile(string text, params string[] layers)
    {
        ParsedSpec parsed = SpecParser.Parse(text);
        return Pipeline.Compile(new CompilationInput(
            new ClassDeclaration("Net", "Tests", default, "public", CanBeExtended: true), parsed.Syntax, text, "x.net", null, null, null, null, null,
            layers.ToEquatableArray(), HasErrors: parsed.Problems.Count > 0));
    }

    /// <summary>Weights have their layer's name.</summary>
    private static string Labelled(string statements) =>
        statements.Replace("conv", "c: conv", StringComparison.Ordinal).Replace("linear", "f: linear", StringComparison.Ordinal)
        .Replace("add (-> c:", "add (-> d:", StringComparison.Ordinal);

    private static string Lines(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(i => line(i) + "\n"));

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    /// <summary>A parser that does not come to its end would stop the tests; so it fails one.</summary>
    private static T InTime<T>(Func<T> work, string what, string text)
    {
        Task<T> task = Task.Run(work);
        Assert.True(((IAsyncResult)task).AsyncWaitHandle.WaitOne(Hang), $"{what} took more than {Hang}:\n{text}");
        return task.GetAwaiter().GetResult();
    }

    private static string Mutate(string text, string[] seeds, Random random)
    {
        const string alphabet = "{}()[]:;,->+*/x.#\"\\ \n\r0123456789abcin_é\0";
        int at = random.Next(text.Length + 1);
        int length = Math.Min(text.Length - at, random.Next(1, 30));
        switch (random.Next(6))
        {
            case 0:
                return text.Remove(at, length);
            case 1:
                return text.Insert(at, alphabet[random.Next(alphabet.Length)].ToString());
            case 2:
                return text.Insert(random.Next(text.Length + 1), text.Substring(at, length));
            case 3:
                string other = seeds[random.Next(seeds.Length)];
                int from = random.Next(other.Length);
                return text.Insert(at, other.Substring(from, Math.Min(other.Length - from, random.Next(1, 80))));
            case 4:
                string[] words = ["in", "block ", "input ", "conv ", "add (", "-> ", "1..9:", "999999999", "0", "same", "global ", "\"x\"", "1e30", "-1"];
                return text.Remove(at, Math.Min(length, text.Length - at)).Insert(at, words[random.Next(words.Length)]);
            default:
                return text[..at];
        }
    }

    /// <summary>Every place is within the text.</summary>
    private static void AssertSound(string text, ParsedSpec parsed)
    {
        foreach (Problem problem in parsed.Problems)
        {
            Assert.Equal(PlaceKind.Spec, problem.Place.Kind);
            Assert.InRange(problem.Place.Range.Start, 0, text.Length);
            Assert.InRange(problem.Place.Range.Length, 0, text.Length - problem.Place.Range.Start);
        }
    }

    private static void AssertCompiles(string text, ParsedSpec parsed)
    {
        var declaration = new ClassDeclaration("Net", "Tests", default, "public", CanBeExtended: true);
        var input = new CompilationInput(
            declaration, parsed.Syntax, text, "x.net", null, null, null, null, null, default, HasErrors: parsed.Problems.Count > 0);

        CompilationOutput output = InTime(() => Pipeline.Compile(input), "compiling", text);

        Assert.All(output.Problems, problem => Assert.InRange(problem.Place.Range.End, 0, text.Length));
    }
}
