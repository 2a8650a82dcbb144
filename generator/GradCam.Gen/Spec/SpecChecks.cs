using System.Globalization;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Syntax;

namespace GradCam.Gen.Spec;

/// <summary>Checks that need the whole spec but no shapes: what is missing, how blocks call each other, how much there would be to run.</summary>
internal static class SpecChecks
{
    /// <summary>The most statements that a network may have once blocks and ranges are run.</summary>
    public const int MaxStatements = 20_000;

    /// <summary>What running a block comes to.</summary>
    /// <param name="Statements">How many statements, capped.</param>
    /// <param name="Depth">How deep blocks, braces and branches are nested in it, itself included.</param>
    private readonly record struct BlockExtent(long Statements, int Depth);

    public static void Check(SpecSyntax spec, string text, ProblemList problems)
    {
        bool parses = problems.Count == 0;
        CheckCalls(spec, problems);
        if (!parses)
            return;
        CheckMissing(spec, text, problems);
        foreach (InputSyntax input in spec.Image is null ? [] : spec.Inputs)
            CheckImage(spec.Image!, input, problems);
        if (problems.Count == 0)
            CheckBlocks(spec, problems);
    }

    private static void CheckMissing(SpecSyntax spec, string text, ProblemList problems)
    {
        if (spec.Input is null)
        {
            var lexer = new Lexer(text);
            problems.Add(ProblemId.Missing, lexer.Current.Range, "an input line such as 'input 3x224x224'", "at the beginning of the spec");
        }
        else if (spec.Statements.Count == 0)
            problems.Add(ProblemId.Missing, spec.Input.Range, "a statement", "behind the input line");
    }

    private static void CheckImage(ImageSyntax image, InputSyntax input, ProblemList problems)
    {
        void Bad(string argument, string expected, string found) => problems.Add(ProblemId.BadValue, image.Range, argument, "image", expected, found);

        if (image.Order == "none")
            return;
        int channels = image.Order == "gray" ? 1 : 3;
        string inputSides = $"{Number(input.Height)}x{Number(input.Width)}";
        string inputSize = $"an input of {Number(input.Channels)}x{inputSides}";
        if (channels != input.Channels)
            Bad(image.Order, channels == 1 ? "an input of one channel" : "an input of three channels", inputSize);
        else if (image.Mean.Count is not 0 && image.Mean.Count != channels)
            Bad("mean", $"{Number(channels)} numbers, one a channel", Number(image.Mean.Count));
        else if (image.Std.Count is not 0 && image.Std.Count != channels)
            Bad("std", $"{Number(channels)} numbers, one a channel", Number(image.Std.Count));
        else if (image.Std.Any(std => (float)std == 0))
            Bad("std", "numbers other than 0", "0");
        else if (!image.Squash && input.Height != input.Width)
            Bad("crop", $"'squash' instead, since the crop is a square and the input is {inputSides}", $"'crop {Number(image.Crop)}'");
        else if (!image.Squash && image.Crop != input.Height)
            Bad("crop", $"{Number(input.Height)}, the side of the input ({Number(input.Channels)}x{inputSides})", Number(image.Crop));
        else if (!image.Squash && image.Resize < image.Crop)
            Bad("resize", $"at least the crop's {Number(image.Crop)}", Number(image.Resize));
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static void CheckCalls(SpecSyntax spec, ProblemList problems)
    {
        var parameters = new Dictionary<string, int>();
        foreach (BlockSyntax block in spec.Blocks)
            parameters[block.Name] = block.Parameters.Count;
        foreach (CallSyntax call in spec.Blocks.SelectMany(block => Calls(block.Statements)).Concat(Calls(spec.Statements)))
            if (parameters.TryGetValue(call.Block, out int expected) && call.Arguments.Count != expected)
                problems.Add(ProblemId.WrongArgumentCount, call.Range, call.Block, Number(expected), Number(call.Arguments.Count));
    }

    private static IEnumerable<CallSyntax> Calls(IEnumerable<StatementSyntax> statements) => AllStatements(statements).OfType<CallSyntax>();

    /// <summary>The statements and those within them. (A stack instead of nested iterators, which would cost time times depth.)</summary>
    private static IEnumerable<StatementSyntax> AllStatements(IEnumerable<StatementSyntax> statements)
    {
        var stack = new Stack<StatementSyntax>(statements);
        while (stack.Count > 0)
        {
            StatementSyntax statement = stack.Pop();
            yield return statement;
            foreach (StatementSyntax inner in Inner(statement))
                stack.Push(inner);
        }
    }

    private static IEnumerable<StatementSyntax> Inner(StatementSyntax statement) => statement switch
    {
        GroupSyntax group => group.Statements,
        OperationSyntax operation => operation.Operands.OfType<BranchSyntax>().SelectMany(branch => branch.Statements),
        _ => [],
    };

    /// <summary>Finds blocks that call themselves, chains of blocks that are too long, and networks that are too large.</summary>
    private static void CheckBlocks(SpecSyntax spec, ProblemList problems)
    {
        var blocks = new Dictionary<string, BlockSyntax>();
        foreach (BlockSyntax block in spec.Blocks)
            blocks[block.Name] = block;

        var sizes = new Dictionary<string, BlockExtent>();
        foreach (BlockSyntax block in spec.Blocks)
            if (!Measure(block, blocks, sizes, problems))
                return;

        long total = 0;
        foreach (StatementSyntax statement in spec.Statements)
        {
            total += Size(statement, sizes);
            if (total > MaxStatements)
            {
                problems.Add(ProblemId.SizeOverflow, statement.Range, "the network", $"more than {Number(MaxStatements)} statements");
                return;
            }
        }
    }

    /// <summary>How much a block runs, into <paramref name="sizes"/>, after those of the blocks it calls: a depth-first walk with its own stack.</summary>
    private static bool Measure(BlockSyntax root, Dictionary<string, BlockSyntax> blocks, Dictionary<string, BlockExtent> sizes, ProblemList problems)
    {
        if (sizes.ContainsKey(root.Name))
            return true;
        var path = new List<(BlockSyntax Block, Queue<CallSyntax> Calls)>();
        var onPath = new HashSet<string>();
        void Enter(BlockSyntax block)
        {
            path.Add((block, new Queue<CallSyntax>(Calls(block.Statements).OrderBy(call => call.Range.Start))));
            onPath.Add(block.Name);
        }

        Enter(root);
        while (path.Count > 0)
        {
            (BlockSyntax block, Queue<CallSyntax> calls) = path[path.Count - 1];
            if (calls.Count == 0)
            {
                int depth = Depth(block.Statements, sizes);
                if (depth > SpecParser.MaxDepth)
                {
                    problems.Add(ProblemId.SyntaxError, block.NameRange, $"at most {SpecParser.MaxDepth} levels of blocks, braces and branches", Number(depth));
                    return false;
                }
                sizes[block.Name] = new BlockExtent(Math.Min(block.Statements.Sum(statement => Size(statement, sizes)), MaxStatements + 1L), depth);
                onPath.Remove(block.Name);
                path.RemoveAt(path.Count - 1);
                continue;
            }

            CallSyntax call = calls.Dequeue();
            if (onPath.Contains(call.Block))
            {
                IEnumerable<string> circle = path.Select(step => step.Block.Name).SkipWhile(name => name != call.Block).Append(call.Block);
                problems.Add(ProblemId.BlockRecursion, call.BlockRange, string.Join(" -> ", circle));
                return false;
            }
            if (!sizes.ContainsKey(call.Block))
                Enter(blocks[call.Block]);
        }
        return true;
    }

    private static int Depth(IEnumerable<StatementSyntax> statements, Dictionary<string, BlockExtent> sizes) =>
        1 + statements.Select(statement => statement is CallSyntax call ? sizes[call.Block].Depth : Depth(Inner(statement), sizes)).DefaultIfEmpty().Max();

    /// <summary>How many statements a statement runs, itself included; capped, so that it cannot overflow.</summary>
    private static long Size(StatementSyntax statement, Dictionary<string, BlockExtent> sizes)
    {
        long once = 1 + (statement is CallSyntax call ? sizes[call.Block].Statements : Inner(statement).Sum(inner => Size(inner, sizes)));
        long times = statement.Label is { IsRange: true } label ? label.Last - label.First + 1 : 1;
        return Math.Min(once * times, MaxStatements + 1L);
    }
}
