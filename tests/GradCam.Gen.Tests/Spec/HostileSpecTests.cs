using System.Diagnostics;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Passes;
using GradCam.Gen.Spec;

namespace GradCam.Gen.Tests.Spec;

/// <summary>Texts that are made to break a parser: a bounded time, a bounded number of problems, no exception.</summary>
public sealed class HostileSpecTests
{
    private const int Megabyte = 1 << 20;

    /// <summary>Generous for a busy machine; anything quadratic takes minutes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

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
    public void A_megabyte_of_anything_parses_in_time(string before, string repeated, string after)
    {
        int count = Megabyte / (repeated.Length + after.Length);
        string text = "input 3x8x8\n" + before + Repeat(repeated, count) + Repeat(after, after.Length == 1 ? count : 1);
        var watch = Stopwatch.StartNew();

        ParsedSpec parsed = SpecParser.Parse(text);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Limit);
        Assert.InRange(parsed.Problems.Count, 0, SpecParser.MaxProblems);
        AssertSound(text, parsed);
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

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    /// <summary>A parser that does not come to its end would stop the tests; so it fails one.</summary>
    private static T InTime<T>(Func<T> work, string what, string text)
    {
        Task<T> task = Task.Run(work);
        Assert.True(((IAsyncResult)task).AsyncWaitHandle.WaitOne(Limit), $"{what} took more than {Limit}:\n{text}");
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
